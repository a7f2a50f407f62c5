"""When each thing is due for each round: worked out for all of them, and anew for one."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shizheng.places.models import CheckDue, Feature, Inspection, Upkeep
from shizheng.places.upkeep.city import body_of, features_on, risk_of
from shizheng.places.upkeep.definitions import RoundOf, UpkeepBody
from shizheng.places.upkeep.domain.cycles import due_on

WRITTEN = ["risk", "consequence", "district", "due_on", "is_here"]
AT_ONCE = 2_000


def next_due(
    body: UpkeepBody, asked: RoundOf, risk: str, last: date | None, since: date
) -> date:  # fmt: skip
    """Return the last day on which the next look at a thing is still in time."""
    season, before = body.season, asked.before_season_days or 0
    begins = season.next_after(last) if season and before and last else None
    return due_on(last, since, asked.months[risk], begins=begins, before_days=before)


def checks_refresh(*, upkeep: Upkeep, at: datetime) -> int:
    """Bring what is due to the things that are in the register today; returns how many changed.

    What has left the register is due no more; what was done stays known. Some thousand things are
    brought at a time, so that a register of a whole city keeps nobody waiting who inspects.
    """
    body, here = body_of(upkeep), features_on(upkeep.register, timezone.localdate(at))
    rows, changed = here.iterator(chunk_size=AT_ONCE), 0
    while some := list(islice(rows, AT_ONCE)):
        changed += _brought(upkeep, body, some)
    gone = ~Q(round__in=[asked.id for asked in body.rounds])
    gone |= Q(~Exists(here.filter(thing=OuterRef("thing_id"))))
    left = CheckDue.objects.filter(gone, upkeep=upkeep, is_here=True)
    return changed + left.update(is_here=False)


@transaction.atomic
def _brought(upkeep: Upkeep, body: UpkeepBody, features: Sequence[Feature]) -> int:
    """Bring what is due to some things; who inspects one of them meanwhile is waited for."""
    held = CheckDue.objects.select_for_update().filter(
        upkeep=upkeep, thing_id__among=[feature.thing_id for feature in features]
    )
    known = {(row.thing_id, row.round): row for row in held}
    fresh: list[CheckDue] = []
    changed: list[CheckDue] = []
    for feature in features:
        for asked in body.rounds:
            row = known.get((feature.thing_id, asked.id))
            is_new = row is None
            row = row or CheckDue(upkeep=upkeep, thing_id=feature.thing_id, round=asked.id)
            if _bring(row, upkeep, body, asked, feature):
                (fresh if is_new else changed).append(row)
    CheckDue.objects.bulk_create(fresh, batch_size=AT_ONCE, ignore_conflicts=True)
    CheckDue.objects.bulk_update(changed, WRITTEN, batch_size=500)
    return len(fresh) + len(changed)


def _bring(
    row: CheckDue, upkeep: Upkeep, body: UpkeepBody, asked: RoundOf, feature: Feature
) -> bool:  # fmt: skip
    """Bring one row to a state of its thing; return whether that changed it."""
    risk = risk_of(upkeep, feature)
    wanted = {
        "risk": risk.id,
        "consequence": risk.consequence,
        "district_id": feature.district_id,
        "due_on": next_due(body, asked, risk.id, row.last_on, feature.valid_from),
        "is_here": True,
    }
    if row.last_on is None and row.due_on is not None:
        wanted["due_on"] = row.due_on  # a later state of the thing does not put it off
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    return True


def check_done(inspection: Inspection, feature: Feature) -> bool:
    """Note an inspection where its thing is due next; return whether it was in time.

    One that comes after a newer one changes nothing of what is due.
    """
    upkeep = inspection.upkeep
    body = body_of(upkeep)
    asked = body.round(inspection.round)
    row = CheckDue.objects.filter(
        upkeep=upkeep, thing=inspection.thing, round=inspection.round
    ).first()
    row = row or CheckDue(upkeep=upkeep, thing=inspection.thing, round=inspection.round)
    was_due = row.due_on or feature.valid_from
    if asked is not None and (row.last_on is None or row.last_on <= inspection.inspected_on):
        row.last_on, row.last_score = inspection.inspected_on, inspection.score
        _bring(row, upkeep, body, asked, feature)
        row.save()
    return inspection.inspected_on <= was_due
