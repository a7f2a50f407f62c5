"""Pages of warnings as people see them: the board, one warning, near me, subscriptions, feeds."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from tests.sensing.alerting_city import BLOCK_US, town, us

from shizheng.core.models import Area
from shizheng.core.models.job import Job
from shizheng.sensing.alerting.evaluating import readings_arrived
from shizheng.sensing.alerting.issuing import message_issue
from shizheng.sensing.models import Alert, AlertStep, Maintenance, Subscription
from shizheng.sensing.store.writing import readings_added

TOKEN = re.compile(r'name="(version|token)" value="([^"]+)"')


@pytest.fixture
def city(db, settings, tmp_path):
    made = town(settings, tmp_path)
    now = timezone.now().replace(microsecond=0)
    ford = made.streams["Ford"]
    for ago, value in ((12, 3.0), (2, 12.0)):
        at = now - timedelta(minutes=ago)
        readings_added([(ford.pk, us(at), value, 0, None)], {ford.pk: BLOCK_US}, us(at))
        readings_arrived([ford.pk], at=at)
    _issue()
    return made


def _issue():
    for job in Job.objects.filter(name="sensing.issue_message"):
        message_issue(step=AlertStep.objects.get(pk=job.arguments["step"]), at=timezone.now())
    Job.objects.filter(name="sensing.issue_message").delete()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def sent(client, address, **given):
    form = client.get(address).content.decode()
    return client.post(address, {**dict(TOKEN.findall(form)), **given})


def test_everybody_reads_what_stands_and_what_to_do(city):
    page = Client().get("/en/warnings/").content.decode()
    assert "Ford" in page
    assert "Take another way; do not wade." in page
    one = Client().get(f"/en/warnings/{Alert.objects.get().pk}/").content.decode()
    assert "Decided on" in one
    assert "w_duty" not in one


def test_the_board_is_for_who_answers_and_takes_on_with_one_press(city):
    assert Client().get("/en/warnings/board/").status_code == 302
    assert signed_in(city.resident).get("/en/warnings/board/").status_code == 403
    client = signed_in(city.duty)
    board = client.get("/en/warnings/board/").content.decode()
    assert 'data-key="1"' in board
    assert 'hx-trigger="every 10s"' in board
    part = client.get("/en/warnings/board/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="board"')
    alert = Alert.objects.get()
    assert client.post(f"/en/warnings/{alert.pk}/acknowledge/").status_code == 303
    second = signed_in(city.other).post(f"/en/warnings/{alert.pk}/acknowledge/", follow=True)
    assert "took this warning on already" in second.content.decode()
    handed = sent(client, f"/en/warnings/{alert.pk}/", to="", note="")
    assert handed.status_code == 405
    answer = f"/en/warnings/{alert.pk}/answer/"
    form = dict(TOKEN.findall(client.get(f"/en/warnings/{alert.pk}/").content.decode()))
    assert client.post(answer, {**form, "to": "w_stranger"}).status_code == 422
    assert client.post(answer, {**form, "to": "w_other", "note": "pump 3"}).status_code == 303
    alert.refresh_from_db()
    assert alert.holder == city.other


def test_a_drill_bears_its_name_on_every_page_and_is_in_a_feed_of_its_own(city):
    client = signed_in(city.chief)
    made = sent(
        client, "/en/warnings/drill/", rule="high_water", stream=city.streams["Quay"].pk, level="2"
    )  # fmt: skip
    assert made.status_code == 303
    _issue()
    drill = Alert.objects.get(is_drill=True)
    for address in ("/en/warnings/board/", f"/en/warnings/{drill.pk}/"):
        assert "EXERCISE" in client.get(address).content.decode()
    assert Client().get(f"/en/warnings/{drill.pk}/").status_code == 404
    assert "Quay" not in Client().get("/en/warnings/").content.decode()
    real = feedparser.parse(Client().get("/en/cap/feed.atom").content)
    drills = feedparser.parse(Client().get("/en/cap/exercises.atom").content)
    assert ["Ford" in each.title for each in real.entries] == [True]
    assert [each.title.startswith("【演練】") for each in drills.entries] == [True]
    assert signed_in(city.duty).get("/en/warnings/drill/").status_code == 403


def test_the_feed_leads_to_the_signed_message(city):
    feed = feedparser.parse(Client().get("/en/cap/feed.atom").content)
    address = feed.entries[0].link.partition("://")[2].partition("/")[2]
    answer = Client().get(f"/{address}")
    assert answer["Content-Type"].startswith("application/cap+xml")
    root = ET.fromstring(answer.content)
    assert root.find("{urn:oasis:names:tc:emergency:cap:1.2}status").text == "Actual"
    assert Client().get("/en/cap/unknown.xml").status_code == 404


def test_water_near_me_says_what_to_do_and_owns_to_knowing_nothing(city):
    near = Client().get("/en/near/water/?longitude=0.0111&latitude=0.002").content.decode()
    assert "Take another way" in near
    assert "12.0 cm" in near or "12 cm" in near
    silent = Client().get("/en/near/water/?longitude=0.031&latitude=0.0012").content.decode()
    assert "Quay" in silent
    far = Client().get("/en/near/water/?longitude=1&latitude=1").content.decode()
    assert "nothing can be said" in far
    village = Client().get("/en/near/water/?village=D2001").content.decode()
    assert "m away" in village
    assert Client().get("/en/near/water/?longitude=abc&latitude=1").status_code == 200
    assert Client().get("/en/near/water/?village=nowhere").status_code == 200


def test_the_board_says_how_many_posts_are_silent_unless_they_are_worked_on(city):
    def said():
        return signed_in(city.duty).get("/en/warnings/board/").content.decode()

    now = timezone.now()
    assert "2 of 3 posts are silent" in said()
    quay = city.streams["Quay"]
    readings_added([(quay.pk, us(now), 1.0, 0, None)], {quay.pk: BLOCK_US}, us(now))
    assert "1 of 3 posts are silent" in said()
    Maintenance.objects.create(
        stream=city.streams["Mill Lane"].pk, owner=city.streams["Ford"].owner, starts_at=now,
        ends_at=now + timedelta(hours=1), why="new probe", made_by=city.chief, made_at=now,
    )  # fmt: skip
    assert "posts are silent" not in said()


def test_a_resident_subscribes_with_consent_and_ends_it(city):
    client = signed_in(city.resident)
    refused = sent(client, "/en/warnings/subscriptions/", village="D2001", radius_m="1000")
    assert refused.status_code == 422
    made = sent(
        client, "/en/warnings/subscriptions/", village="D2001", radius_m="1000", agrees="on"
    )  # fmt: skip
    assert made.status_code == 303
    mine = Subscription.objects.get()
    assert (mine.person, mine.area) == (city.resident, Area.objects.get(code="D2001"))
    other = signed_in(city.other).post(f"/en/warnings/subscriptions/{mine.pk}/end/")
    assert other.status_code == 404
    assert client.post(f"/en/warnings/subscriptions/{mine.pk}/end/").status_code == 303
    mine.refresh_from_db()
    assert mine.ended_at is not None


def test_an_address_that_nobody_knows_is_answered_with_a_sentence(city):
    page = Client().get("/near/water/", {"address": "火星路 1 號"}).content.decode()
    assert "govuk-error-message" in page
    assert "5 公里內沒有" not in page


def test_air_near_me_without_stations_says_so(city):
    assert "No station yet" in Client().get("/en/near/air/").content.decode()
