"""Milestones reported, lights that follow, and what the pages say of an earlier day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from shizheng.core.models import JournalEntry
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.models import Commitment, Light, Milestone
from shizheng.plan.register.lights import lights_recompute

from .conftest import AT, person

pytestmark = pytest.mark.django_db
RULE = LightRule(id="default", version=7, fresh_days=30, warn_days=14)


@pytest.fixture
def milestone(edition) -> Milestone:
    commitment = Commitment.objects.filter(item__edition=edition).select_related("item").first()
    return Milestone.objects.create(
        commitment=commitment,
        name={"en": "Opened", "zh-Hant": "啟用"},
        due_on=date(2026, 6, 30),
        held_from=AT,
    )


@pytest.fixture
def officer(milestone):
    user = person("supervisor")
    user.grants.update(agency=milestone.commitment.agency)
    return user


def light_of(milestone: Milestone) -> Light:
    return Light.objects.get(item=milestone.commitment.item, until=None)


def report(client, milestone, **form):
    item = milestone.commitment.item
    address = reverse("plan:milestone", args=(item.edition.plan.code, item.code, milestone.pk))
    return client.post(address, {"reached_on": "2026-06-01", "why": "府函第 12 號"} | form)


def test_a_reported_milestone_is_evidence_and_the_light_follows(client, milestone, officer):
    client.force_login(officer)
    assert report(client, milestone).status_code == 303

    reached = Milestone.objects.get(reached_on=date(2026, 6, 1))
    assert (reached.source, reached.recorded_by) == ("府函第 12 號", officer)
    assert JournalEntry.objects.get(action="plan.milestone.reached").by == officer
    edition = milestone.commitment.item.edition
    lights_recompute(edition=edition, at=datetime(2026, 6, 2, tzinfo=UTC), rule=RULE)
    light = light_of(milestone)
    assert (light.colour, light.rule_version) == ("green", 7)
    lights_recompute(edition=edition, at=datetime(2026, 8, 2, tzinfo=UTC), rule=RULE)
    assert light_of(milestone).colour == "yellow"  # the evidence has grown old


def test_computing_again_without_news_writes_nothing(edition):
    at = AT + timedelta(days=1)
    assert lights_recompute(edition=edition, at=at, rule=RULE) == edition.items.count()
    assert lights_recompute(edition=edition, at=at + timedelta(days=1), rule=RULE) == 0


def test_the_page_of_an_earlier_day_knows_nothing_of_what_came_later(client, milestone, officer):
    client.force_login(officer)
    report(client, milestone)
    item = milestone.commitment.item
    now = client.get(item.get_absolute_url()).content.decode()
    then = client.get(item.get_absolute_url(), {"date": "2026-06-15"}).content.decode()
    assert "府函第 12 號" in now
    assert "府函第 12 號" not in then  # it was reported after that day


def test_somebody_else_of_the_city_may_not_report_it(client, milestone):
    other = person("supervisor")
    other.grants.update(agency=milestone.commitment.agency.parent or milestone.commitment.agency)
    other.grants.update(valid_to=AT)  # the role has ended
    client.force_login(other)
    assert report(client, milestone).status_code == 403
    assert milestone.commitment.milestones.filter(reached_on__isnull=False).count() == 0


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"reached_on": "2999-01-01"}, id="in-the-future"),
        pytest.param({"reached_on": "2026-02-30"}, id="no-such-day"),
        pytest.param({"why": " "}, id="without-evidence"),
    ],
)
def test_a_report_that_cannot_be_true_is_refused(client, milestone, officer, form):
    client.force_login(officer)
    assert report(client, milestone, **form).status_code == 422
    assert Milestone.objects.filter(reached_on__isnull=False).count() == 0


def test_a_milestone_reported_twice_is_reported_once(client, milestone, officer):
    client.force_login(officer)
    assert report(client, milestone).status_code == 303
    assert report(client, milestone).status_code == 404
    assert Milestone.objects.filter(reached_on__isnull=False).count() == 1


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "0000-00-00", "99999-01-01"])
def test_a_date_that_is_none_is_not_found(client, edition, day):
    assert client.get(reverse("plan:overview"), {"date": day}).status_code == 404


def test_before_the_plan_began_there_was_no_plan(client, edition):
    page = client.get(reverse("plan:overview"), {"date": "1999-01-01"})
    assert page.status_code == 200
    assert "empty" in page.content.decode()
