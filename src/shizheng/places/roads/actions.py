"""Acts on roads: report a defect and who answers, repair and accept, take in measured runs."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Max

from shizheng.core import journal, outbox
from shizheng.core.access import may, require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_, NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.access import EDIT
from shizheng.places.actions.laying import believed
from shizheng.places.actions.things import thing_change
from shizheng.places.digging.access import REVIEW, acts_for
from shizheng.places.digging.actions.applying import reason_of
from shizheng.places.digging.actions.joint import may_plan
from shizheng.places.digging.city import day_in, digging_rules, rows_of_sections
from shizheng.places.digging.errors import DefectMoved, ReadingsUnfit
from shizheng.places.digging.models import DigPermit
from shizheng.places.digging.selectors import on_section
from shizheng.places.domain.errors import NothingChanges
from shizheng.places.models import Register, Thing
from shizheng.places.roads.models import RoadDefect

Liable, State = RoadDefect.Liable, RoadDefect.State
MOST_LINES = 100_000
ROUGHEST = Decimal(30)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers for a defect (責任歸屬), and until when the warranty runs."""

    liable: str
    name: str
    permit: DigPermit | None = None
    warranty_until: date | None = None


def answerer_of(section: str, on: date) -> Answerer:
    """Return who answers for a defect of a section found on a day.

    The newest dig restored there, if its warranty runs; else the paving, if its does; else the
    city maintains it.

    Raises:
        SectionUnknown: no such section on that day.
    """
    rules = digging_rules()
    row = rows_of_sections([section], rules, on)[section]
    permits = DigPermit.objects.filter(
        on_section(section), state=DigPermit.State.CLOSED, restored_on__lte=on,
        warranty_until__gt=on,
    )  # fmt: skip
    dug = permits.select_related("record").order_by("-restored_on", "pk").first()
    fields = rules.body.roads
    paved, until = day_in(row, "paved_on"), day_in(row, fields.warranty)
    if dug is not None and (paved is None or dug.restored_on is None or dug.restored_on >= paved):
        return Answerer(Liable.PERMIT, dug.record.owner, dug, dug.warranty_until)
    if until is not None and on < until:
        contractor = str(row.properties.get(fields.contractor or "") or "")
        return Answerer(Liable.PAVING, contractor[:120], None, until)
    return Answerer(Liable.CITY, "")


@transaction.atomic
def defect_report(*, section: str, what: str, found_on: date, by: User, at: datetime) -> RoadDefect:
    """Record a defect; within a warranty it is charged back with a date to repair (缺失追償).

    Outside every warranty it goes to maintenance: the event
    ``places.road_defect.to_maintenance`` says where and what.

    Raises:
        NotPermitted: ``by`` does not look after roads.
        SectionUnknown, AnswerMissing: no such section, or nothing is said.
    """
    rules = digging_rules()
    if not may_plan(by, rules.agency):
        raise NotPermitted(permission=REVIEW)
    said = reason_of(what)
    who = answerer_of(section, found_on)
    row = rows_of_sections([section], rules, found_on)[section]
    Agency.objects.select_for_update().get(pk=rules.agency.pk)  # one number at a time
    is_city = who.liable == Liable.CITY
    made = RoadDefect.objects.create(
        number=_number(found_on.year), section=section, agency=rules.agency,
        district_id=row.district_id, what=said, found_on=found_on, found_by=by, recorded_at=at,
        liable=who.liable, liable_name=who.name, permit=who.permit,
        warranty_until=who.warranty_until,
        repair_by=None if is_city else found_on + timedelta(rules.body.roads.repair_days),
        state=State.MAINTENANCE if is_city else State.OPEN,
    )  # fmt: skip
    facts = {
        "number": made.number, "section": section, "liable": who.liable, "who": who.name,
        "repair_by": made.repair_by.isoformat() if made.repair_by else None,
    }  # fmt: skip
    kind = "to_maintenance" if is_city else "charged_back"
    journal.record(f"places.road_defect.{kind}", made, by=by, at=at, why=said, now=facts)
    outbox.publish(f"places.road_defect.{kind}", made, at=at, payload=facts | {"what": said})
    return made


def _number(year: int) -> str:
    prefix = f"RD-{year}-"
    newest = RoadDefect.objects.filter(number__startswith=prefix).aggregate(n=Max("number"))["n"]
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:05d}"


@transaction.atomic
def defect_repaired(*, defect: RoadDefect, by: User, at: datetime, note: str = "") -> RoadDefect:
    """Report a defect repaired (報修復), by the owner that answers or by the road agency.

    Raises:
        NotPermitted: ``by`` is neither.
        DefectMoved: it is not open.
    """
    is_owner = defect.permit is not None and acts_for(by, defect.permit.record.owner)
    if not is_owner:
        require(by, REVIEW, defect)
    today = at.astimezone(digging_rules().tz).date()
    return _moved(defect, State.OPEN, State.REPAIRED, by=by, at=at, note=note, repaired_on=today)


@transaction.atomic
def defect_close(*, defect: RoadDefect, by: User, at: datetime, note: str = "") -> RoadDefect:
    """Accept the repair (修復驗收).

    Raises:
        NotPermitted: ``by`` does not review for the road agency.
        DefectMoved: it is not reported as repaired.
    """
    require(by, REVIEW, defect)
    return _moved(
        defect, State.REPAIRED, State.CLOSED, by=by, at=at, note=note, closed_by=by, closed_at=at
    )


def _moved(
    defect: RoadDefect,
    was: str,
    state: str,
    *,
    by: User,
    at: datetime,
    note: str,
    **values: object,
) -> RoadDefect:
    said = cleaned(note).strip()[:500]
    standing = RoadDefect.objects.filter(pk=defect.pk, state=was)
    if not standing.update(state=state, note=said, **values):
        raise DefectMoved(number=defect.number)
    facts = {"number": defect.number, "state": state}
    journal.record(f"places.road_defect.{state}", defect, by=by, at=at, why=said, now=facts)
    defect.refresh_from_db()
    return defect


@dataclass(frozen=True, slots=True)
class Taken:
    """What a measured run brought: sections changed, the same as before, and known newer."""

    changed: int
    same: int
    newer: int


@transaction.atomic
def readings_take(*, content: bytes, measured_on: date, by: User, at: datetime) -> Taken:
    """Take in a measured run of roughness, all of it or nothing (平整度量測匯入).

    Args:
        content: CSV with the columns ``section`` and ``iri`` (m/km), UTF-8; the mean of several
            readings of a section is taken.
        measured_on: the day of the run; what was measured later stays.

    Raises:
        NotPermitted: ``by`` may not edit the register of road sections.
        ReadingsUnfit: names the first line that cannot be taken, and why.
        ThingRefused: the register's own rules refuse a value.
    """
    rules = digging_rules()
    field = rules.body.roads.iri
    register = Register.objects.get(code=rules.body.sections)
    if field is None or not may(by, EDIT, register):
        raise NotPermitted(permission=EDIT)
    readings = readings_of(content)
    things = {
        thing.key: thing
        for thing in Thing.objects.filter(register=register, key__in=list(readings))
    }
    changed = same = newer = 0
    for key, (line, values) in readings.items():
        thing = things.get(key)
        if thing is None:
            raise ReadingsUnfit(line=line, problem=N_("no such road section"))
        if any(row.valid_from > measured_on for row in believed(thing)):
            newer += 1
            continue
        mean = (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"))
        try:
            thing_change(
                thing=thing, seen=thing.version, by=by, at=at, valid_from=measured_on,
                values={field: str(mean)}, why=f"IRI {measured_on.isoformat()}",
            )  # fmt: skip
            changed += 1
        except NothingChanges:
            same += 1
    facts = {"measured_on": measured_on.isoformat(), "changed": changed, "newer": newer}
    journal.record("places.roughness.taken", register, by=by, at=at, now=facts)
    return Taken(changed, same, newer)


def readings_of(content: bytes) -> dict[str, tuple[int, list[Decimal]]]:
    """Return readings by section, with the line of the first.

    Raises:
        ReadingsUnfit: names the first line that cannot be read, and why.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadingsUnfit(line=1, problem=N_("the file is not UTF-8")) from None
    rows = csv.DictReader(io.StringIO(text))
    if not {"section", "iri"} <= set(rows.fieldnames or ()):
        raise ReadingsUnfit(line=1, problem=N_("the columns section and iri are needed"))
    found: dict[str, tuple[int, list[Decimal]]] = {}
    for line, row in enumerate(rows, start=2):
        if line > MOST_LINES:
            raise ReadingsUnfit(line=line, problem=N_("there are more than 100,000 lines"))
        key = (row["section"] or "").strip()
        try:
            value = Decimal((row["iri"] or "").strip())
        except InvalidOperation:
            raise ReadingsUnfit(line=line, problem=N_("the reading is no number")) from None
        if not key or not value.is_finite() or not 0 <= value <= ROUGHEST:
            raise ReadingsUnfit(line=line, problem=N_("a reading lies between 0 and 30 m/km"))
        found.setdefault(key, (line, []))[1].append(value)
    if not found:
        raise ReadingsUnfit(line=2, problem=N_("the file holds no reading"))
    return found
