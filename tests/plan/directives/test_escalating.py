from datetime import UTC, date, datetime, timedelta

import pytest

from shizheng.core.journal import entries_of
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.plan.directives.actions.escalating import directives_escalate
from shizheng.plan.directives.domain.escalation import EscalationRule, Level, Side
from shizheng.plan.models import Directive, DirectiveEscalation

RULE = EscalationRule(
    "overdue",
    1,
    (
        Level("section_chief", 1, {"zh-Hant": "科長", "en": "Section chief"}, Side.LEAD),
        Level("bureau_head", 5, {"zh-Hant": "局長", "en": "Bureau head"}, Side.LEAD),
        Level("chair", 10, {"zh-Hant": "主任委員", "en": "Chair"}, Side.CONTROL),
    ),
)
CALENDAR = WorkCalendar("weekdays", date(2020, 1, 1), date(2020, 12, 31), ())


def ran(day: date):
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return directives_escalate(rule=RULE, calendar=CALENDAR, at=at)


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        pytest.param(date(2020, 5, 29), [], id="on-the-due-friday"),
        pytest.param(date(2020, 5, 31), [], id="on-sunday"),
        pytest.param(date(2020, 6, 1), ["section_chief"], id="first-working-day"),
        pytest.param(date(2020, 6, 5), ["section_chief", "bureau_head"], id="fifth"),
        pytest.param(date(2020, 6, 12), ["section_chief", "bureau_head", "chair"], id="tenth"),
    ],
)
def test_an_overdue_directive_climbs_as_far_as_the_rule_says(directive, day, levels):
    assert [climb.level for climb in ran(day).recorded] == levels


def test_each_level_is_told_once_however_often_the_run_is_repeated(directive, agencies):
    for day in (date(2020, 6, 1), date(2020, 6, 1), date(2020, 6, 5), date(2020, 6, 12)):
        ran(day)
    climbs = DirectiveEscalation.objects.all()
    assert [climb.level for climb in climbs] == ["section_chief", "bureau_head", "chair"]
    assert climbs[2].agency == agencies.control
    assert entries_of(directive, "plan.directive.escalated").count() == 3


def test_a_new_due_date_starts_the_climb_anew(directive):
    ran(date(2020, 6, 12))
    Directive.objects.update(due_on=date(2020, 6, 30))
    assert ran(date(2020, 6, 30)).recorded == []
    assert [climb.level for climb in ran(date(2020, 7, 1)).recorded] == ["section_chief"]


def test_a_released_directive_climbs_nowhere(directive):
    Directive.objects.update(status="released", released_on=date(2020, 5, 1))
    assert ran(date(2020, 6, 12)).looked_at == 0


def test_one_failure_stops_nobody_else(issue):
    before_the_calendar = issue(due_on=date(2020, 5, 29))
    others = [issue(), issue()]
    Directive.objects.filter(pk=before_the_calendar.pk).update(due_on=date(2019, 6, 28))

    run = ran(date(2020, 6, 1))

    assert list(run.failed) == [before_the_calendar.number]
    assert "2019-06-29" in run.failed[before_the_calendar.number]
    assert {climb.directive for climb in run.recorded} == set(others)
    assert ran(date(2020, 6, 2)).failed.keys() == run.failed.keys()


def test_climbing_does_not_disturb_an_open_form(directive):
    ran(date(2020, 6, 12))
    version = directive.version
    directive.refresh_from_db()
    assert directive.version == version
    assert timedelta(0) < date(2020, 6, 12) - directive.due_on
