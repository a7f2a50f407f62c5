"""The load: who has how much, what is late, and only of agencies that one looks after."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.services.conftest import person
from tests.services.figures.conftest import made

from shizheng.core.access import Viewer
from shizheng.services.figures.load import Asked, loads

pytestmark = pytest.mark.django_db
WORKS, WATER = "public_works", "water_resources"


@pytest.fixture
def at_work(people):
    """Six open cases of works, one of water; three closed this month, one of them late."""
    now = timezone.now()
    tomorrow = timezone.localtime(now).replace(hour=12, minute=0) + timedelta(days=1)
    for days in (1, 3):
        made(opened=now - timedelta(days=20), due_at=now - timedelta(days=days),
             assignee=people.officer)  # fmt: skip
    made(opened=now - timedelta(days=5), due_at=tomorrow, assignee=people.colleague)
    made(opened=now - timedelta(days=5), due_at=None, holder="applicant")
    made(opened=now - timedelta(days=5), due_at=None, holder="agency", wrong_handoff_count=2)
    made(opened=now - timedelta(days=1), due_at=now + timedelta(days=30))
    made(agency=WATER, opened=now, due_at=now + timedelta(days=30))
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = month - timedelta(days=3)
    for is_late in (True, False, False):
        made(opened=before - timedelta(days=9), days=9, is_late=is_late)
    return now


def load_of(someone, now: datetime, **asked):
    return loads(Viewer(someone, now), Asked(**asked))


def test_a_supervisor_sees_what_lies_with_the_agency(people, at_work):
    found = load_of(people.supervisor, at_work)
    assert [each.code for each in found.agencies] == [WORKS]
    load = found.agencies[0]
    assert (load.open, load.unassigned, load.overdue) == (6, 3, 2)
    assert (load.applicant, load.other, load.wrong) == (1, 1, 2)
    assert load.by_day == (0, 1, 0, 0, 0, 0, 0)
    assert load.longest.days == 3
    assert (at_work - load.oldest_at).days == 20


def test_people_stand_by_how_much_they_have(people, at_work):
    found = load_of(people.supervisor, at_work)
    assert [(each.code, each.open, each.overdue) for each in found.people] == [
        ("officer_works", 2, 2),
        ("officer_works_2", 1, 0),
    ]


def test_the_late_rate_is_that_of_closed_cases_by_month(people, at_work):
    load = load_of(people.supervisor, at_work).agencies[0]
    assert len(load.months) == 6
    assert (load.months[-2].closed, load.months[-2].late) == (3, 1)
    assert load.late_share == pytest.approx(1 / 3)


def test_the_longest_overdue_come_first(people, at_work):
    found = load_of(people.supervisor, at_work)
    assert [(at_work - case.due_at).days for case in found.overdue] == [3, 1]


def test_a_controller_of_the_city_sees_every_agency_in_the_order_asked_for(people, at_work):
    controller = person("controller_of_all", "controller")
    found = load_of(controller, at_work, sort="open")
    assert [(each.code, each.open) for each in found.agencies] == [(WORKS, 6), (WATER, 1)]
    assert found.total.open == 7
    assert [each.code for each in load_of(controller, at_work, sort="name").agencies] == [
        WORKS,
        WATER,
    ]
    assert load_of(controller, at_work, agency=WATER).total.open == 1
    assert load_of(controller, at_work, service="noise").agencies == ()


def test_who_may_not_look_after_an_agency_is_refused(client, people, at_work):
    assert client.get("/desk/load/").status_code == 302
    for someone in (people.resident, people.officer):
        client.force_login(someone)
        assert client.get("/desk/load/").status_code == 403


def test_another_agency_is_not_reached_by_the_address(client, people, at_work):
    client.force_login(people.supervisor)
    page = client.get(f"/en/desk/load/?agency={WATER}")
    assert page.status_code == 200
    assert "Nothing lies here" in page.content.decode()


def test_a_personal_case_is_counted_but_listed_only_for_who_may_open_it(people, at_work):
    made(opened=at_work - timedelta(days=20), due_at=at_work - timedelta(days=9),
         access_class="personal")  # fmt: skip
    auditor = person("auditor_works", "auditor", WORKS)
    found = load_of(auditor, at_work)
    assert found.total.overdue == 3
    assert [case.access_class for case in found.overdue] == ["normal", "normal"]


def test_rows_lead_to_the_desk_with_their_filter(client, people, at_work):
    client.force_login(people.supervisor)
    page = client.get("/en/desk/load/").content.decode()
    assert f"/desk/?view=all&amp;only=overdue&amp;agency={WORKS}" in page
    assert "33.3" in page
    heads = re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]+)", page.split("By agency")[2])
    assert heads[:5] == ["Agency", "Open", "Unassigned", "Overdue", "Longest"]
    desk = client.get(f"/en/desk/?view=all&only=overdue&agency={WORKS}&service=")
    assert len(desk.context["rows"]) == 2
    assert "/desk/load/" in desk.content.decode()
    client.force_login(people.officer)
    assert "/desk/load/" not in client.get("/en/desk/").content.decode()


def test_the_page_asks_the_same_few_questions_for_any_number_of_cases(client, people, at_work):
    client.force_login(person("controller_of_all", "controller"))
    client.get("/desk/load/")

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get("/desk/load/")
        return len(found)

    before = asked()
    for number in range(15):
        made(agency=WATER, opened=at_work, due_at=at_work - timedelta(days=number))
    cache.clear()
    assert abs(asked() - before) <= 2
    assert before <= 30
