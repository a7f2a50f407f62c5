"""What is done with forecasts of rain: matched to a scenario, issued, ended, withdrawn."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Area, User
from shizheng.kernel.text import cleaned
from shizheng.sensing.alerting.access import ANSWER, DRILL
from shizheng.sensing.alerting.actions import alert_level_set, alert_raise
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.domain.outlook import Match, matched
from shizheng.sensing.domain.warnings import Level
from shizheng.sensing.models import Alert, FloodOutlook, FloodScenario, WarningRule
from shizheng.sensing.outlooks.definitions import FloodPotential
from shizheng.sensing.outlooks.errors import OutlookOver, OutlookUnfit, ScenariosMissing
from shizheng.sensing.outlooks.selectors import districts_of, potential_in_force, scenarios_kept

LONGEST = timedelta(days=10)
SUBJECT = "area:"


@transaction.atomic
def outlook_issue(
    *, rain_mm: float, hours: int, source: str, valid_from: datetime, valid_to: datetime,
    by: User | None, at: datetime, tide_m: float | None = None, is_drill: bool = False,
) -> FloodOutlook:  # fmt: skip
    """Match a forecast to a scenario and issue what it says (發布災害潛勢預警).

    Where the model may warn, a warning is raised, changed or ended in each district; otherwise the
    outlook stands for comparison and warns nobody. The outlook before is replaced.

    Raises:
        ScenariosMissing: none was taken in.
        OutlookUnfit: the times or the rain make no sense.
        NotPermitted: ``by`` does not answer such warnings, or holds no drills.
    """
    body = potential_in_force()
    scenarios = scenarios_kept(body.id) if body else []
    rule = WarningRule.objects.filter(code=body.rule, is_kept=True).first() if body else None
    if body is None or rule is None or not scenarios:
        raise ScenariosMissing
    if by is not None:
        require(by, DRILL if is_drill else ANSWER, rule)
    if not valid_from < valid_to or valid_to <= at or valid_to - valid_from > LONGEST:
        raise OutlookUnfit
    if not (0 <= rain_mm <= 5_000 and 1 <= hours <= 240):
        raise OutlookUnfit
    match = match_of(body, scenarios, rain_mm, hours, tide_m)
    scenario = next((each for each in scenarios if each.rain_mm == match.rain_mm), None)
    made = FloodOutlook.objects.create(
        rule=rule, scenario=scenario, rain_mm=rain_mm, hours=hours, tide_m=tide_m,
        source=cleaned(source).strip()[:200], issued_at=at, valid_from=valid_from,
        valid_to=valid_to, is_drill=is_drill, made_by=by,
    )  # fmt: skip
    found = districts_of(scenario) if scenario else {}
    made.districts.set(found)
    FloodOutlook.objects.filter(
        rule=rule, is_drill=is_drill, valid_to__gt=at, withdrawn_at=None
    ).exclude(pk=made.pk).update(withdrawn_at=at, withdrawn_why="replaced")
    facts = {
        "rain_mm": rain_mm, "hours": hours, "tide_m": tide_m, "is_drill": is_drill,
        "scenario_mm": match.rain_mm, "valid_to": valid_to.isoformat(),
    }  # fmt: skip
    journal.record("sensing.outlook.issued", made, by=by, at=at, now=facts)
    name = "sensing.outlook.drilled" if is_drill else "sensing.outlook.issued"
    outbox.publish(name, made, at=at, payload=facts)
    if body.may_warn:
        _warn(made, found, at, by if is_drill else None)
    return made


def match_of(
    body: FloodPotential, scenarios: list[FloodScenario], rain_mm: float, hours: int,
    tide_m: float | None,
) -> Match:  # fmt: skip
    """Return the scenario that a forecast is matched to, as the pack says."""
    return matched(
        [each.rain_mm for each in scenarios], rain_mm, hours, tide_m, scenario_hours=body.hours,
        least_mm=body.least_mm, tide_raises_m=body.tide_raises_m,
    )  # fmt: skip


def _warn(made: FloodOutlook, found: dict[Area, int], at: datetime, by: User | None) -> None:
    """Raise, change or end the warning of each district."""
    open_ = {
        each.subject: each
        for each in Alert.objects.filter(rule=made.rule, is_drill=made.is_drill, ended_at=None)
    }
    for district, depth_class in found.items():
        numbers = _numbers(made, depth_class)
        level = level_of(made.rule, numbers)
        alert = open_.pop(f"{SUBJECT}{district.code}", None)
        if alert is not None:
            alert.outlook = made
            alert.save(update_fields=["outlook"])
            alert_level_set(alert=alert, level=int(level), at=at, numbers=numbers)
        elif level:
            alert_raise(
                rule=made.rule, subject=f"{SUBJECT}{district.code}", level=int(level), began=at,
                at=at, place=district.name, area=district, numbers=numbers, by=by,
                is_drill=made.is_drill, outlook=made,
            )  # fmt: skip
    for alert in open_.values():
        alert_level_set(alert=alert, level=0, at=at, numbers=alert.numbers)


def _numbers(made: FloodOutlook, depth_class: int) -> dict[str, Any]:
    return {
        "rain": made.rain_mm, "hours": float(made.hours), "tide": made.tide_m or 0.0,
        "depth_class": float(depth_class),
    }  # fmt: skip


def level_of(rule: WarningRule, numbers: dict[str, Any]) -> Level:
    """Return the highest level whose condition the numbers meet."""
    thresholds = body_of(rule).rule().thresholds
    return max((each.level for each in thresholds if each.when(numbers)), default=Level.NONE)


@transaction.atomic
def outlook_withdraw(*, outlook: FloodOutlook, by: User, at: datetime, why: str) -> None:
    """Withdraw an outlook (撤回預警); its warnings end.

    Raises:
        NotPermitted: ``by`` does not answer such warnings.
        OutlookOver: it is over or withdrawn.
    """
    require(by, ANSWER, outlook)
    rows = FloodOutlook.objects.filter(pk=outlook.pk, withdrawn_at=None, valid_to__gt=at)
    if not rows.update(withdrawn_at=at, withdrawn_why=cleaned(why).strip()[:200]):
        raise OutlookOver
    journal.record("sensing.outlook.withdrawn", outlook, by=by, at=at, why=why)
    _end(outlook, at)


def outlooks_expire(*, at: datetime) -> int:
    """End the warnings of outlooks whose time is over; return how many ended."""
    over = FloodOutlook.objects.filter(valid_to__lte=at, alerts__ended_at=None, alerts__level__gt=0)
    return sum(_end(each, at) for each in over.distinct())


def _end(outlook: FloodOutlook, at: datetime) -> int:
    rows = list(Alert.objects.filter(outlook=outlook, ended_at=None))
    for alert in rows:
        alert_level_set(alert=alert, level=0, at=at, numbers=alert.numbers)
    return len(rows)
