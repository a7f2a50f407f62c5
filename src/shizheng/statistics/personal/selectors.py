"""What pages and copies show of a person's data: held, read, asked, allowed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404

from shizheng.core import journal
from shizheng.core.models import JournalEntry, User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.core.words import in_language
from shizheng.statistics.models import DataConsent, DataRequest
from shizheng.statistics.personal.access import ANSWER

MOST_SHOWN = 50
MOST_READS = 100
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of data with what is held of a person."""

    code: str
    holding: Holding
    records: Sequence[Record]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody else read data of the person (調閱): for which agency, what, why."""

    at: datetime
    agency: str
    fields: tuple[str, ...]
    why: str


def held_of(
    person: User, *, codes: Iterable[str] | None = None, most: int | None = None
) -> list[Held]:
    """Return what is held of a person, kind by kind; at most ``most`` records of each."""
    found = []
    for code in sorted(holdings) if codes is None else codes:
        if code not in holdings:
            continue
        rows: Iterator[Record] = iter(holdings[code].of(person))
        records = list(rows if most is None else islice(rows, most + 1))
        cut = records if most is None else records[:most]
        found.append(Held(code, holdings[code], cut, len(records) > len(cut)))
    return found


def record_of(person: User, code: str, key: str) -> Record:
    """Return one record that is held of a person.

    Raises:
        Http404: nothing of this key is held of them.
    """
    if code not in holdings:
        raise Http404
    for record in holdings[code].of(person):
        if record.key == key:
            return record
    raise Http404


def reads_of(person: User, shown: Iterable[Held]) -> list[Read]:
    """Return who else read what is shown, the newest first, told by the agency they work for."""
    things: dict[str, set[str]] = {}
    for held in shown:
        for record in held.records:
            for label, key in record.things:
                things.setdefault(label, set()).add(key)
    entries: list[JournalEntry] = []
    for label, keys in things.items():
        wanted = sorted(keys)
        for start in range(0, len(wanted), AT_ONCE):
            rows = JournalEntry.objects.filter(
                action=journal.READ, thing_type=label,
                thing_key__in=wanted[start : start + AT_ONCE],
            ).exclude(by=person.pk)  # fmt: skip
            entries += rows.select_related("by__agency").order_by("-number")[:MOST_READS]
    entries.sort(key=lambda each: (each.at, each.number), reverse=True)
    return [
        Read(
            at=entry.at,
            agency=in_language(entry.by.agency.name) if entry.by and entry.by.agency else "",
            fields=tuple(entry.after.get("fields", ())),
            why=entry.why,
        )
        for entry in entries[:MOST_READS]
    ]


def requests_of(person: User) -> QuerySet[DataRequest]:
    """Return what a person asked, the newest first."""
    rows = DataRequest.objects.filter(person=person).select_related("agency")
    return rows.order_by("-asked_at", "-pk")


def consents_of(person: User) -> QuerySet[DataConsent]:
    """Return what a person allowed, with every use."""
    rows = DataConsent.objects.filter(person=person).select_related("agency")
    return rows.prefetch_related("uses__by__agency").order_by("-given_at", "-pk")


def requests_to_answer(viewer: User, *, at: datetime) -> QuerySet[DataRequest]:
    """Return the open requests that the viewer may answer, the most urgent first."""
    rows = DataRequest.objects.allowed_to(viewer, ANSWER, at=at).filter(state="open")
    return rows.exclude(person=viewer).select_related("agency", "person").order_by(
        "due_on", "asked_at", "pk"
    )  # fmt: skip


def consents_to_use(viewer: User, *, at: datetime) -> QuerySet[DataConsent]:
    """Return the consents in force that were given to the viewer's agencies."""
    rows = DataConsent.objects.allowed_to(viewer, ANSWER, at=at)
    rows = rows.filter(revoked_at=None, ends_at__gt=at).exclude(person=viewer)
    return rows.select_related("agency", "person").order_by("ends_at", "pk")
