"""Accidents, taken in by the mapping of the pack, and what checkpoints changed, if anything."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import cleaned
from shizheng.sensing.enforcement.access import ENFORCE
from shizheng.sensing.enforcement.definitions import CrashFileOf
from shizheng.sensing.enforcement.devices import enforcement_rules
from shizheng.sensing.enforcement.domain.effect import Ratio, before_after, compared
from shizheng.sensing.enforcement.errors import CrashesUnfit
from shizheng.sensing.models import Checkpoint, Crash

MOST_BYTES, MOST_ROWS = 50 * 2**20, 500_000
DISTRICT = "district"


@transaction.atomic
def crashes_import(*, content: bytes, by: User | None, at: datetime) -> Counter[str]:
    """Take in a file of accidents (匯入事故檔); a number that is there already changes nothing.

    Returns:
        How many are ``new``, ``same``, with ``alcohol``, ``elsewhere`` (no district of the city)
        and ``unreadable`` (no date or no number).

    Raises:
        NotPermitted: ``by`` does not enforce.
        CrashesUnfit: the pack has no mapping, or the file lacks a column.
    """
    rules = enforcement_rules()
    owner = Agency.objects.get(code=rules.owner)
    if by is not None:
        require(by, ENFORCE, owner)
    if rules.crashes is None:
        raise CrashesUnfit(reason=N_("the pack has no mapping for accidents"))
    rows = _read(content, rules.crashes)
    districts = _districts()
    found: dict[str, Crash] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        crash = _crash(row, rules.crashes, districts)
        if crash is None:
            counts["unreadable"] += 1
            continue
        counts["alcohol"] += crash.is_alcohol
        counts["elsewhere"] += crash.area is None
        found.setdefault(crash.number, crash)
    known = set(Crash.objects.filter(number__in=list(found)).values_list("number", flat=True))
    new = [crash for number, crash in found.items() if number not in known]
    Crash.objects.bulk_create(new, batch_size=1_000)
    counts["new"], counts["same"] = len(new), len(known)
    journal.record("sensing.crashes.imported", owner, by=by, at=at, now=dict(counts))
    return counts


def _read(content: bytes, columns: CrashFileOf) -> list[dict[str, str]]:
    if len(content) > MOST_BYTES:
        raise CrashesUnfit(reason=N_("the file is too large"))
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        names = set(reader.fieldnames or ())
        rows = [row for row, _ in zip(reader, range(MOST_ROWS), strict=False)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CrashesUnfit(reason=N_("it is no CSV in UTF-8")) from error
    wanted = {columns.number, columns.date, columns.district, columns.cause, columns.deaths,
              columns.injuries}  # fmt: skip
    if not wanted <= names:
        raise CrashesUnfit(reason=N_("a column that the pack names is missing"))
    return rows


def _districts() -> dict[str, Area]:
    found = {}
    for area in Area.objects.filter(kind=DISTRICT):
        for name in area.name.values():
            found[name] = area
    return found


def _crash(row: dict[str, str], columns: CrashFileOf, districts: dict[str, Area]) -> Crash | None:
    number = cleaned(row.get(columns.number) or "").strip()[:60]
    try:
        day = parse_date(row.get(columns.date) or "")
    except DomainError:
        return None
    if not number:
        return None
    cause = row.get(columns.cause) or ""
    where = (row.get(columns.district) or "").strip()
    return Crash(
        number=number, occurred_on=day, area=districts.get(where),
        deaths=_count(row.get(columns.deaths)), injuries=_count(row.get(columns.injuries)),
        is_alcohol=any(word in cause for word in columns.alcohol_words),
    )  # fmt: skip


def _count(text: str | None) -> int:
    told = (text or "").strip()
    return min(int(told), 1_000) if told.isascii() and told.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Crashes with alcohol where checkpoints were held, before and after, beside elsewhere."""

    began: date
    first: date
    last: date
    held: int
    areas: tuple[str, ...]
    before: int
    after: int
    other_before: int
    other_after: int
    before_days: int
    after_days: int
    ratio: Ratio
    beside: Ratio


def effect_of(first: date, last: date) -> Effect | None:
    """Return what changed with the first checkpoint held from a day to a day (成效).

    As long before it as after it is counted, as far as crashes are known for; districts without
    a checkpoint are beside. None where none was held or nothing is known of the days before.
    """
    held = Checkpoint.objects.filter(
        state=Checkpoint.State.HELD, held_from__date__gte=first, held_from__date__lte=last
    ).select_related("area")
    rows = list(held.order_by("held_from"))
    known = Crash.objects.aggregate(first=Min("occurred_on"))["first"]
    if not rows or rows[0].held_from is None or known is None:
        return None
    from django.utils import timezone

    began = timezone.localdate(rows[0].held_from)
    newest = Crash.objects.order_by("-occurred_on").values_list("occurred_on", flat=True)[0]
    ends = min(last, newest)
    after_days = (ends - began).days + 1
    before_days = min(after_days, (began - known).days)
    if before_days < 1 or after_days < 1:
        return None
    after_days = before_days
    starts, ends = began - timedelta(days=before_days), began + timedelta(days=after_days - 1)
    areas = {row.area_id for row in rows}
    alcohol = Crash.objects.filter(is_alcohol=True).exclude(area=None)

    def count(begin: date, end: date, *, here: bool) -> int:
        between = alcohol.filter(occurred_on__gte=begin, occurred_on__lte=end)
        return (between.filter(area__in=areas) if here else between.exclude(area__in=areas)).count()

    eve = began - timedelta(days=1)
    before, after = count(starts, eve, here=True), count(began, ends, here=True)
    beside = count(starts, eve, here=False), count(began, ends, here=False)
    return Effect(
        began, starts, ends, len(rows), tuple(sorted({row.area.code for row in rows})), before,
        after, *beside, before_days, after_days,
        before_after(before, after, before_days, after_days), compared(before, after, *beside),
    )  # fmt: skip
