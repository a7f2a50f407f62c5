"""The demonstration of the real pack: invented cases in every stage, by the acts of real ones."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext
from tests.services.conftest import KAOHSIUNG, pack_at, without_plan

from shizheng.core.journal import verify
from shizheng.core.loading import demo_loaders
from shizheng.core.loading import load as load_pack
from shizheng.core.models import User
from shizheng.services import city
from shizheng.services.demonstration import papers
from shizheng.services.demonstration.definitions import DemoCases, delay_of
from shizheng.services.demonstration.stories import demo_cases_load
from shizheng.services.desk import words
from shizheng.services.following.selectors.steps import party_steps
from shizheng.services.models import (
    Call,
    Case,
    CaseEvent,
    CaseLink,
    CaseMessage,
    Charge,
    Dispatch,
    Output,
)
from shizheng.services.versions import definition_by


@pytest.fixture
def demonstration(db, settings, tmp_path):
    """The city with its accounts, and its cases told once."""
    settings.MEDIA_ROOT, settings.HOME, settings.IS_DEMO = tmp_path / "files", tmp_path, True
    cache.clear()
    city.forget()
    pack, now = pack_at(KAOHSIUNG), timezone.now()
    with without_plan():
        load_pack(pack, at=now)
    demo_loaders["accounts"](pack, at=now)
    count = demo_cases_load(pack, at=now)
    settings.IS_DEMO = False  # its banner has addresses that only the demonstration has
    yield count, pack, now
    city.forget()


def test_every_stage_is_shown_by_real_acts_marked_as_invented_and_told_once(demonstration):
    count, pack, now = demonstration
    assert count == len(pack.body(DemoCases).cases) == Case.objects.count() >= 110
    assert demo_cases_load(pack, at=now) == 0
    assert all(Case.objects.values_list("is_synthetic", flat=True))
    assert Case.objects.filter(opened_at__lt=now - timedelta(days=62)).count() == 0
    states = Counter(Case.objects.values_list("service__code", "state"))
    for service, state in [
        ("road_damage", "received"), ("road_damage", "in_progress"), ("road_damage", "done"),
        ("danger_removal", "made_safe"), ("danger_removal", "repaired"), ("petition", "waiting"),
        ("petition", "registered_only"), ("zoning_certificate", "issued"),
        ("zoning_certificate", "voided"), ("zoning_certificate", "lapsed"),
        ("building_permit", "licensed"), ("building_permit", "correction"),
    ]:  # fmt: skip
        assert states[service, state], (service, state)
    assert Case.objects.filter(is_open=True, is_late=True).count() >= 10
    assert Case.objects.filter(reopened_count=1).count() >= 2
    assert Case.objects.filter(satisfaction__isnull=False).count() >= 20
    assert CaseLink.objects.filter(kind="duplicate").count() == 3
    assert CaseMessage.objects.count() >= 5
    assert Call.objects.filter(result="case").exists()
    assert Call.objects.filter(result="answered").exists()
    assert Output.objects.filter(key="certificate", status="valid").exists()
    assert Charge.objects.filter(status="refunded").count() == 2
    assert Dispatch.objects.filter(status="acknowledged").exists()
    assert verify().is_intact
    people = User.objects.filter(grants__isnull=False)
    assert not any(person.has_usable_password() for person in people)

    officer = User.objects.get(username="officer_works")
    assert Case.objects.filter(assignee=officer, is_open=True).exists()
    assert not User.objects.filter(is_demo=False, grants__valid_to=None, grants__isnull=False)

    number = Case.objects.filter(service__code="road_damage").first().number
    assert "示範" in Client().get(f"/cases/{number}/").content.decode()
    desk = Client()
    desk.force_login(officer)
    assert "KHC-" in desk.get("/desk/").content.decode()


def test_a_delay_counts_from_the_opening():
    assert [delay_of(text) for text in ("5m", "26h", "3d")] == [
        timedelta(minutes=5), timedelta(hours=26), timedelta(days=3)
    ]  # fmt: skip


def test_what_is_wrong_with_invented_cases_is_reported():
    body = DemoCases.model_validate({
        "id": "cases", "synthetic": True,
        "cases": [
            {"id": "one", "service": "road_damage", "days_ago": 1, "story": "unknown"},
            {"id": "one", "service": "road_damage", "days_ago": 1, "acts": [
                {"after": "9d", "act": "close"}, {"after": "1h", "rate": 5, "pay": "fee"},
                {"after": "2h", "join": "nobody"},
            ]},
        ],
    })  # fmt: skip
    assert [finding.rule for finding in body.findings(None)] == [
        "story", "unique", "sort", "join", "after",
    ]  # fmt: skip


def test_invented_photos_and_sheets_are_what_they_say():
    assert papers.photo(3).startswith(b"\x89PNG")
    assert papers.photo(3) != papers.photo(4)
    assert papers.sheet("PLAN").startswith(b"%PDF-1.4")


def test_whatever_happened_has_words_for_the_office_and_for_the_parties(demonstration):
    events = CaseEvent.objects.select_related("case")
    untold = {
        event.action
        for event in events
        if words.event_words(event, definition_by(event.case.version_id)) == event.action
    }
    assert untold == set()
    told = {
        step.what
        for case in Case.objects.select_related("agency")
        for step in party_steps(case, definition_by(case.version_id))
    }
    assert gettext("Joint review answered") in told
    assert gettext("Noted") not in told
