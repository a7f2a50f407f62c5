"""Notes beside lights: both are shown, two people where the rule asks, and an end."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from shizheng.core.models import Agency, JournalEntry, PublishedDefinition
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.plan.evidence import overriding
from shizheng.plan.evidence.overrides import overrides_in_force
from shizheng.plan.models import Light, LightOverride

from .conftest import APRIL, judged, months, person, published

pytestmark = pytest.mark.django_db
LAST = APRIL.date() + timedelta(days=7)


@pytest.fixture
def controller(edition):
    return person("controller")


def note(item, by, **more):
    usual = {"colour": "yellow", "reason": "施工中，已另案追蹤", "expires_on": LAST, "at": APRIL}
    return overriding.light_override(item=item, by=by, **(usual | more))


def two_people(monkeypatch):
    """Let the rule of the town ask for a second person."""
    rule = PublishedDefinition.objects.get(kind="light_rule")
    rule.body["override"] = {"two_people": True, "longest_days": 14}
    PublishedDefinition.objects.filter(pk=rule.pk).update(body=rule.body)


def test_a_note_stands_beside_the_light_and_hides_nothing(client, edition, item, controller):
    published("requests_in_time", months(96, 97, 70))
    judged(edition)
    note(item, controller)
    assert Light.objects.get(item=item, until=None).colour == "red"
    page = client.get(item.get_absolute_url(), {"date": "2026-04-11"}).content.decode()
    assert "light-red" in page
    assert "施工中，已另案追蹤" in page
    entry = JournalEntry.objects.get(action="plan.light.overridden")
    assert (entry.by, entry.why) == (controller, "施工中，已另案追蹤")
    overview = client.get(reverse("plan:overview"), {"date": "2026-04-11"}).content.decode()
    assert "noted" in overview


def test_it_counts_until_its_last_day(edition, item, controller):
    note(item, controller)
    until = {
        day: overrides_in_force(edition=edition, at=APRIL + timedelta(days=day)).count()
        for day in (0, 7, 8)
    }
    assert until == {0: 1, 7: 1, 8: 0}
    assert note(item, controller, at=APRIL + timedelta(days=8), expires_on=LAST + timedelta(days=8))


@pytest.mark.parametrize("days", [-1, 15], ids=["over", "too-long"])
def test_a_last_day_beyond_the_rule_is_refused(item, controller, days):
    with pytest.raises(overriding.OverrideTooLong):
        note(item, controller, expires_on=APRIL.date() + timedelta(days=days))


def test_a_second_note_waits_until_the_first_is_taken_back(edition, item, controller):
    first = note(item, controller)
    with pytest.raises(overriding.OverrideStanding):
        note(item, controller)
    overriding.override_withdraw(override=first, by=controller, at=APRIL, why="已改善")
    assert note(item, controller).colour == "yellow"
    assert LightOverride.objects.count() == 2


def test_where_two_people_are_asked_for_it_counts_once_another_confirmed(
    edition, item, controller, monkeypatch
):
    two_people(monkeypatch)
    made = note(item, controller)
    assert not overrides_in_force(edition=edition, at=APRIL).exists()
    with pytest.raises(overriding.SecondPersonNeeded):
        overriding.override_confirm(override=made, by=controller, at=APRIL)
    second = person("controller", name="another")
    overriding.override_confirm(override=made, by=second, at=APRIL)
    assert overrides_in_force(edition=edition, at=APRIL).get().confirmed_by == second
    with pytest.raises(ChangedMeanwhile):
        overriding.override_confirm(override=made, by=second, at=APRIL)


@pytest.mark.parametrize("role", ["resident", "officer", "supervisor", "auditor"])
def test_who_may_not_set_notes_is_refused(item, role):
    with pytest.raises(NotPermitted):
        note(item, person(role))


def test_a_controller_of_another_department_may_not(item):
    elsewhere = Agency.objects.get(code="environment")
    with pytest.raises(NotPermitted):
        note(item, person("controller", agency=elsewhere))


def test_what_was_said_cannot_be_changed_or_deleted(item, controller):
    note(item, controller)
    for change in (
        lambda rows: rows.update(reason="other"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(LightOverride.objects.all())


def address(name, item, *more):
    return reverse(f"plan:{name}", args=(item.edition.plan.code, item.code, *more))


def test_the_form_sets_a_note_and_the_second_page_takes_it_back(client, item, controller):
    client.force_login(controller)
    from django.utils import timezone

    last = timezone.localdate() + timedelta(days=3)
    form = {"colour": "grey", "reason": "資料有誤", "expires_on": last.isoformat()}
    assert client.get(address("override", item)).status_code == 200
    assert client.post(address("override", item), form | {"reason": ""}).status_code == 422
    assert client.post(address("override", item), form).status_code == 303
    made = LightOverride.objects.get()
    assert client.post(address("override", item), form).status_code == 409
    withdraw = address("override_withdraw", item, made.pk)
    assert client.get(withdraw).status_code == 200
    assert client.post(withdraw, {"why": "已更正"}).status_code == 303
    made.refresh_from_db()
    assert (made.withdrawn_by, made.withdrawn_why) == (controller, "已更正")


def test_the_second_person_confirms_on_a_page(client, item, controller, monkeypatch):
    two_people(monkeypatch)
    from django.utils import timezone

    now = timezone.now()
    made = note(item, controller, at=now, expires_on=timezone.localdate(now))
    second = person("controller", name="another")
    client.force_login(second)
    assert "確認" in client.get(item.get_absolute_url()).content.decode()
    confirm = address("override_confirm", item, made.pk)
    assert client.get(confirm).status_code == 200
    assert client.post(confirm).status_code == 303
    made.refresh_from_db()
    assert made.confirmed_by == second


def test_a_resident_finds_no_form(client, item):
    assert client.get(address("override", item)).status_code == 403
    client.force_login(person("resident"))
    assert client.get(address("override", item)).status_code == 403
