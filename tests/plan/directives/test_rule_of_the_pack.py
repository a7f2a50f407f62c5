import json
from datetime import date
from pathlib import Path

import pytest
from tests.plan.directives.town import AT
from typer.testing import CliRunner

from shizheng.cli.main import app
from shizheng.core.models import PublishedDefinition
from shizheng.packs.loader import load
from shizheng.plan.directives import tasks
from shizheng.plan.directives.actions.escalating import EscalationRun
from shizheng.plan.directives.definitions import EscalationRuleBody
from shizheng.plan.directives.errors import (
    CalendarMissing,
    EscalationRuleMissing,
    EscalationsFailed,
)
from shizheng.plan.directives.selectors import city as of_the_city
from shizheng.plan.models import Directive, DirectiveEscalation

PACK = Path(__file__).parents[3] / "packs/kaohsiung"


@pytest.fixture(scope="module")
def pack():
    return load(PACK)


@pytest.fixture
def published(city, pack):
    for kind in ("escalation_rule", "calendar"):
        found = pack.one(kind)
        PublishedDefinition.objects.create(
            city=city, kind=kind, identifier=found.id, version=found.version,
            digest=found.digest, body=found.body, published_at=AT,
        )  # fmt: skip


def test_the_rule_of_the_pack_climbs_to_the_chair(pack):
    rule = pack.body(EscalationRuleBody).rule()
    assert [level.after_working_days for level in rule.levels] == [1, 5, 10]


def test_levels_that_do_not_rise_are_reported_with_their_place(pack):
    level = {"to": {"zh-Hant": "科長", "en": "Chief"}}
    body = EscalationRuleBody.model_validate(
        {
            "id": "x",
            "levels": [
                {"id": "a", "after_working_days": 5, **level},
                {"id": "a", "after_working_days": 5, **level},
            ],
        }
    )
    assert [finding.path for finding in body.findings(pack)] == [
        ("levels", 1, "id"), ("levels", 1, "after_working_days"),
    ]  # fmt: skip


def test_without_rule_or_calendar_the_run_says_what_is_missing(city):
    with pytest.raises(EscalationRuleMissing):
        of_the_city.escalation_rule()
    with pytest.raises(CalendarMissing):
        of_the_city.work_calendar()


def test_the_daily_job_and_the_command_count_by_the_citys_calendar(directive, published, pack):
    # due on Friday 29 May; Thursday 25 June and Friday 26 June are the Dragon Boat holiday
    result = CliRunner().invoke(app, ["directives", "escalate", "--at", "2020-06-08", "--json"])
    assert result.exit_code == 0, result.output
    reached = [level.id for level in pack.body(EscalationRuleBody).levels[:2]]
    assert [each["level"] for each in json.loads(result.stdout)["recorded"]] == reached
    assert CliRunner().invoke(app, ["directives", "escalate", "--at", "2020-06-08"]).stdout == (
        "1 overdue, 0 told, 0 failed\n"
    )


def test_the_job_fails_visibly_for_days_that_the_calendar_does_not_hold(directive, published):
    Directive.objects.update(due_on=date(2016, 12, 1))
    with pytest.raises(EscalationsFailed, match=directive.number):
        tasks.escalate_directives()
    assert not DirectiveEscalation.objects.exists()


def test_a_run_without_failures_raises_nothing():
    EscalationRun().raise_failures()
