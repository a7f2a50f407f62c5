"""Asking for permits and changes: category, clock and conflicts are computed, bans refuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import shapely
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shizheng.analysis.digging.categories import (
    AnswerClock,
    Ask,
    Category,
    Risk,
    Works,
    answer_clock,
    ask_by,
    category_of,
)
from shizheng.analysis.digging.conflicts import Conflict, Dig, line_of
from shizheng.analysis.digging.values import Section
from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.doors import CaseWanted, case_ask
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.kernel.errors import NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.digging.access import APPLY, acts_for
from shizheng.places.digging.city import (
    DiggingRules,
    bans_on,
    digging_rules,
    rows_of_sections,
    rules_of,
    section_of,
    sections_of,
)
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.errors import (
    AnswerMissing,
    ChangeWaiting,
    DatesUnfit,
    OwnerUnknown,
    PermitLive,
    PermitMoved,
    SectionMissing,
)
from shizheng.places.digging.finding import (
    CLOSES,
    conflicts_found,
    pipes_to_sign,
    refuse_bans,
    shown,
)
from shizheng.places.digging.models import DigChange, DigPermit, WorksRecord
from shizheng.places.models import Feature

LEAST = 2


@transaction.atomic
def works_record_open(
    *, owner: str, title: str, by: User, at: datetime, case_number: str = ""
) -> WorksRecord:
    """Open the record of a work (建立施工案), numbered within its owner and year.

    Raises:
        NotPermitted: ``by`` does not act for this owner.
        OwnerUnknown: the pack names no such owner.
        DiggingUnset: the pack has no rules of digging.
    """
    rules = digging_rules()
    require(by, APPLY)
    if rules.body.owner(owner) is None:
        raise OwnerUnknown(owner=owner, known=", ".join(each.id for each in rules.body.owners))
    if not acts_for(by, owner):
        raise NotPermitted(permission=APPLY)
    Agency.objects.select_for_update().get(pk=rules.agency.pk)  # one number at a time
    prefix = f"{owner}-{at.astimezone(rules.tz).year}-"
    newest = WorksRecord.objects.filter(number__startswith=prefix).aggregate(n=Max("number"))["n"]
    sequence = int(newest.removeprefix(prefix)) + 1 if newest else 1
    record = WorksRecord.objects.create(
        number=f"{prefix}{sequence:05d}", owner=owner, title=cleaned(title).strip()[:200],
        agency=rules.agency, opened_by=by, opened_at=at, case_number=case_number[:40],
    )  # fmt: skip
    facts = {"number": record.number, "owner": owner}
    journal.record("places.works_record.opened", record, by=by, at=at, now=facts)
    return record


@dataclass(frozen=True, slots=True)
class Details:
    """What an application says besides place and dates: purpose, method, what traffic keeps."""

    purpose: str = ""
    method: str = ""
    traffic: str = DigPermit.Traffic.SOME
    lanes_closed: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What an application would meet (衝突試算): category, clock, conflicts; nothing is kept."""

    keys: tuple[str, ...]
    rows: dict[str, Feature]
    dig: Dig
    category: Category
    clock: AnswerClock
    conflicts: tuple[Conflict, ...]
    is_short_notice: bool


def application_seen(
    *, owner: str, sections: Sequence[str], works: Works, traffic: str, rules: DiggingRules,
    at: datetime, is_modified: bool = False,
) -> Seen:  # fmt: skip
    """Return what an application would meet, refusals among the conflicts.

    Args:
        is_modified: it answers a request to modify an earlier one, which has its own clock.

    Raises:
        DatesUnfit, SectionUnknown, SectionMissing: dates or sections that cannot be.
    """
    local = at.astimezone(rules.tz).date()
    _dates(works, local)
    keys = tuple(dict.fromkeys(sections))
    if not keys:
        raise SectionMissing
    category = category_of(works, rules.body.category_rules(), rules.calendar)
    rows = rows_of_sections(keys, rules, local)
    roads = {key: section_of(row, rules.body) for key, row in rows.items()}
    dig = Dig(
        "", owner, line_of(roads, roads), works.first, works.last + timedelta(1), tuple(roads),
        closes_share=CLOSES[traffic],
    )  # fmt: skip
    found = conflicts_found(dig, roads, rules=rules, body=rules.body, on=local)
    clock = answer_clock(
        at, category, Ask.CHANGE if is_modified else Ask.PERMIT,
        rules=rules.body.category_rules(), calendar=rules.calendar, tz=rules.tz,
    )  # fmt: skip
    is_late = _is_late(clock.received_on, works.first, category, rules)
    return Seen(keys, rows, dig, category, clock, found, is_late)


@transaction.atomic
def permit_apply(
    *, record: WorksRecord, sections: Sequence[str], works: Works, by: User, at: datetime,
    details: Details | None = None, is_joint: bool = False,
) -> DigPermit:  # fmt: skip
    """Apply for a permit (申請挖掘許可) with the next number of the record.

    Raises:
        NotPermitted: ``by`` does not act for the owner of the record.
        DatesUnfit, SectionUnknown, SectionMissing: dates or sections that cannot be.
        RoadBanned: a ban holds; an emergency is not held up by one.
        PermitLive: the record has a permit that is not over.
    """
    rules = digging_rules()
    _own(by, record)
    details = details or Details()
    before = record.permits.order_by("sequence").last()
    seen = application_seen(
        owner=record.owner, sections=sections, works=works, traffic=details.traffic,
        rules=rules, at=at,
        is_modified=before is not None and before.state == DigPermit.State.RETURNED,
    )  # fmt: skip
    if works.risk is not Risk.EMERGENCY:
        roads = {key: section_of(row, rules.body) for key, row in seen.rows.items()}
        refuse_bans(seen.conflicts, bans_on(roads, rules.body))
    permit = _permit(record, seen, works=works, details=details, rules=rules, at=at)
    permit.is_joint = is_joint
    try:
        with transaction.atomic():
            permit.save(force_insert=True)
    except IntegrityError:
        raise PermitLive(number=record.number) from None
    _case_opened(record, permit, rules, by=by, at=at)
    facts = told(permit) | {"conflicts": len(seen.conflicts)}
    journal.record("places.permit.applied", permit, by=by, at=at, now=facts)
    outbox.publish("places.permit.applied", permit, at=at, payload=facts)
    return permit


def _case_opened(
    record: WorksRecord, permit: DigPermit, rules: DiggingRules, *, by: User, at: datetime
) -> None:
    """Have the case opened in which the city works on it, with the first permit of a work."""
    cases = rules.body.cases
    if cases is None or record.case_number:
        return
    words = _("{owner} asks to dig: {number}, {roads}, {first} to {last}.")
    owner = rules.body.owner(record.owner)
    middle = shapely.from_wkb(bytes(permit.shape)).centroid if permit.shape else None
    record.case_number = case_ask(
        CaseWanted(
            service=cases.service,
            description=words.format(
                owner=in_language(owner.name) if owner else record.owner, number=permit.number,
                roads=permit.roads, first=permit.first, last=permit.last,
            ),
            longitude=middle.x if middle else None, latitude=middle.y if middle else None,
            address=permit.roads[:200],
            district=permit.district.code if permit.district else "",
            source=(("works_record", record.number),),
        ),
        by=by, at=at,
    )  # fmt: skip
    record.save(update_fields=["case_number"])


def _permit(
    record: WorksRecord, seen: Seen, *, works: Works, details: Details, rules: DiggingRules,
    at: datetime,
) -> DigPermit:  # fmt: skip
    """Return the permit that an application asks for, not saved yet."""
    shapes = [shapely.from_wkb(bytes(row.shape)) for row in seen.rows.values() if row.shape]
    names = dict.fromkeys(str(row.properties.get("road") or key) for key, row in seen.rows.items())
    west, south, east, north = seen.dig.line.bounds
    return DigPermit(
        record=record, sequence=record.permits.count() + 1, definition=rules.published,
        agency=rules.agency, sections=list(seen.keys), metres=shapely.to_wkb(seen.dig.line),
        shape=shapely.to_wkb(shapely.force_2d(shapely.union_all(shapes))) if shapes else None,
        west_m=west, south_m=south, east_m=east, north_m=north,
        district_id=next((row.district_id for row in seen.rows.values() if row.district_id), None),
        roads="、".join(names)[:300],
        purpose=cleaned(details.purpose).strip()[:300], method=details.method[:50],
        traffic=details.traffic, lanes_closed=details.lanes_closed,
        first=works.first, last=works.last, traffic_order=works.traffic_order, risk=works.risk,
        category=seen.category.id, is_short_notice=seen.is_short_notice,
        conflicts=shown(seen.conflicts), operators=pipes_to_sign(seen.conflicts),
        received_at=at, received_on=seen.clock.received_on,
        answer_due_at=seen.clock.due.due_at, silence_grants=seen.clock.silence_grants,
    )  # fmt: skip


def told(permit: DigPermit) -> dict[str, object]:
    """Return what journal and outbox are told of a permit."""
    return {
        "number": permit.number,
        "state": permit.state,
        "category": permit.category,
        "sections": permit.sections,
        "first": permit.first.isoformat(),
        "last": permit.last.isoformat(),
    }


def _own(by: User, record: WorksRecord) -> None:
    if not acts_for(by, record.owner):
        raise NotPermitted(permission=APPLY)


def _dates(works: Works, today: date) -> None:
    is_past = works.first < today and works.risk is not Risk.EMERGENCY
    if works.last < works.first or is_past:
        raise DatesUnfit(first=works.first, last=works.last, day=today)


def _dig(name: str, record: WorksRecord, roads: dict[str, Section], first: date, last: date) -> Dig:
    line = line_of(roads, roads)
    return Dig(name, record.owner, line, first, last + timedelta(1), tuple(roads))


def _is_late(received: date, first: date, category: Category, rules: DiggingRules) -> bool:
    by_day = ask_by(
        first, category, Ask.PERMIT,
        rules=rules.body.category_rules(), calendar=rules.calendar, tz=rules.tz,
    )  # fmt: skip
    return by_day is not None and received > by_day


@transaction.atomic
def change_ask(
    *, permit: DigPermit, first: date, last: date, reason: str, by: User, at: datetime
) -> DigChange:
    """Ask for other dates of a granted permit (申請變更).

    Raises:
        NotPermitted: ``by`` did not open the record.
        PermitMoved: the permit is not granted, or work began.
        ChangeWaiting: another change awaits its answer.
        DatesUnfit, RoadBanned, AnswerMissing: as for an application.
    """
    rules = digging_rules()
    _own(by, permit.record)
    if permit.state != DigPermit.State.GRANTED:
        raise PermitMoved(number=permit.number, state=permit.state)
    said = reason_of(reason)
    works = Works(first, last, permit.traffic_order, Risk(permit.risk))
    local = at.astimezone(rules.tz).date()
    _dates(works, local)
    body = rules_of(permit.definition, rules)
    ban_check(permit, first, last, rules=rules, body=body, on=local)
    category = body.category_rules()[permit.category]
    clock = answer_clock(
        at, category, Ask.CHANGE,
        rules=body.category_rules(), calendar=rules.calendar, tz=rules.tz,
    )  # fmt: skip
    change = DigChange(
        permit=permit, sequence=permit.changes.count() + 1, first=first, last=last, reason=said,
        asked_by=by, received_at=at, answer_due_at=clock.due.due_at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise ChangeWaiting(number=permit.number) from None
    facts = {"number": str(change), "first": first.isoformat(), "last": last.isoformat()}
    journal.record("places.permit.change_asked", permit, by=by, at=at, why=said, now=facts)
    outbox.publish("places.permit.change_asked", permit, at=at, payload=facts)
    return change


def ban_check(
    permit: DigPermit, first: date, last: date, *, rules: DiggingRules, body: DiggingBody, on: date
) -> list[dict[str, object]]:
    """Return the conflicts of a permit on some dates, as they are now.

    Raises:
        RoadBanned: a ban holds then, and the work is no emergency.
    """
    roads = sections_of(permit.sections, rules, on)
    dig = _dig(permit.number, permit.record, roads, first, last)
    found = conflicts_found(dig, roads, rules=rules, body=body, on=on)
    if permit.risk != Risk.EMERGENCY:
        refuse_bans(found, bans_on(roads, body))
    return shown(found)


def reason_of(text: str) -> str:
    """Return a reason as it is kept.

    Raises:
        AnswerMissing: it says nothing.
    """
    said = cleaned(text).strip()[:500]
    if len(said) < LEAST:
        raise AnswerMissing(least=LEAST)
    return said
