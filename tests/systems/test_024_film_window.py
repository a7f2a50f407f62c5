"""System 24, single window for filming 拍片單一窗口: one request, all owners, no clash, insured.

Everything is done over HTTP, each step by the person whose work it is.
"""

import io
import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from icalendar import Calendar
from tests.services.conftest import kaohsiung, person
from tests.services.documents.papers import pdf
from tests.systems.test_016_building_permit import Desk

from shizheng.core.journal import verify
from shizheng.services.models import Booking, Case, Draft, Output, Review

__all__ = ["kaohsiung"]
FIRST, LAST = date.today() + timedelta(days=20), date.today() + timedelta(days=21)
RIVER, POND = "demo-love-river", "demo-lotus-pond"
CATALOGUE = "/services/film_location/places/"


def paper(name: str) -> io.BytesIO:
    content = io.BytesIO(pdf(name))
    content.name = f"{name}.pdf"
    return content


def day(name: str, value: date) -> dict[str, str]:
    return {name: value.isoformat()}


def where(*places: str, first: date = FIRST, last: date = LAST) -> dict[str, object]:
    return {"places": places, "hours": "8 至 17 時", "crew": "25", **day("first_day", first),
            **day("last_day", last)}  # fmt: skip


@pytest.fixture
def desks(kaohsiung):
    culture = "cultural_affairs"
    return SimpleNamespace(
        producer=Desk(person("producer")),
        rival=Desk(person("rival")),
        visitor=Desk(),
        window=Desk(person("film_window", "officer", culture)),
        chief=Desk(person("film_chief", "supervisor", culture)),
        rivers=Desk(person("rivers", "officer", "water_resources")),
        tourism=Desk(person("tourism", "officer", "tourism")),
        police=Desk(person("police", "officer", "police")),
        traffic=Desk(person("traffic", "officer", "transportation")),
        health=Desk(person("health", "officer", "health")),
    )


def sent(desk: Desk, places: dict[str, object], expect: tuple[int, ...] = (302, 303)) -> str:
    """Fill the request in and send it."""
    start = "/services/film_location/start/"
    desk.send(
        start, work="港都示範片", kind="feature", producer="示範影業", synopsis="主角在河岸重逢",
        script=paper("劇本"),
    )  # fmt: skip
    base = f"/drafts/{Draft.objects.latest('started_at').pk}"
    desk.send(f"{base}/parts/where/", **places)
    desk.send(f"{base}/parts/support/", needs_road="on", roads="河東路 8 至 10 時")
    desk.client.post(f"{base}/parts/your-contact/", {"name": "製片", "email": "p@example.org"})
    return desk.send(f"{base}/check/", expect=expect)


def filed(desks) -> Case:
    sent(desks.producer, where(RIVER, POND))
    return Case.objects.get()


def reviewed(desks) -> Case:
    """The window sends the parts out; every agency asked agrees."""
    case = filed(desks)
    desks.window.act(case, "accept")
    asked = Review.objects.filter(case=case).values_list("agency__code", flat=True)
    assert set(asked) == {"water_resources", "tourism", "police", "transportation"}
    desks.rivers.review(case, "water_resources", "agree")
    desks.tourism.review(case, "tourism", "agree")
    desks.police.review(case, "police", "agree")
    desks.traffic.review(case, "transportation", "agree")
    case.refresh_from_db()
    assert case.state == "insurance"
    return case


def insured(desks, case: Case, until: date) -> None:
    desks.producer.send(
        f"/cases/{case.number}/do/file_insurance/", insurer="示範產險", certificate=paper("保單"),
        **day("insured_until", until),
    )  # fmt: skip


def test_a_film_goes_from_the_catalogue_to_the_permit_and_the_end(desks):
    page = desks.visitor.read(CATALOGUE)
    assert "愛河之心河岸" in page
    assert "水利局" in page
    case = reviewed(desks)
    insured(desks, case, FIRST)
    refused = desks.window.client.get(f"/desk/cases/{case.number}/")
    assert "保險未涵蓋到最後一天" in refused.content.decode()
    desks.window.act(case, "ask_insurance", reason="保險早一天到期")
    insured(desks, case, LAST)
    desks.window.act(case, "permit", conditions="夜間不使用發電機")
    permit = Output.objects.get(case=case)
    assert (permit.status, permit.key) == ("valid", "permit"), permit.problem
    desks.producer.send(
        f"/cases/{case.number}/do/report_finish/", restoration="已清場", **day("finished_on", LAST)
    )
    desks.window.act(case, "ask_repair", reason="河岸欄杆掛布未拆")
    desks.producer.send(
        f"/cases/{case.number}/do/report_finish/", restoration="已拆除", **day("finished_on", LAST)
    )
    desks.window.act(case, "close")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("completed", "completed")
    assert Booking.objects.filter(case=case, released_at=None).count() == 2
    assert verify().is_intact


def test_a_place_is_not_given_twice_and_the_calendar_names_nobody(desks):
    filed(desks)
    answer = sent(desks.rival, where(RIVER, first=LAST, last=LAST), expect=(409, 422))
    assert not answer
    assert Case.objects.count() == 1
    asked = f"?first={LAST.isoformat()}&last={LAST.isoformat()}"
    page = desks.visitor.read(CATALOGUE + asked)
    assert page.count("light-red") == 2
    assert "港都示範片" not in page
    month = desks.visitor.read(f"{CATALOGUE}{RIVER}/?month={LAST:%Y-%m}")
    assert "is-taken" in month
    feed = desks.visitor.client.get(f"/services/film_location/places/{RIVER}.ics")
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [FIRST]
    assert "港都" not in feed.content.decode()
    points = json.loads(desks.visitor.client.get("/services/film_location/places.geojson").content)
    assert len(points["features"]) == 10
    desks.visitor.read("/services/zoning_certificate/places/", status=404)
    desks.visitor.read(f"{CATALOGUE}nowhere/", status=404)


def test_other_days_are_asked_of_all_again_and_end_the_permit(desks):
    case = reviewed(desks)
    insured(desks, case, LAST)
    desks.window.act(case, "permit")
    later = FIRST + timedelta(days=30)
    address = desks.producer.send(f"/cases/{case.number}/correct/", act="change_dates")
    draft = Draft.objects.get(corrects=case)
    desks.producer.send(f"/drafts/{draft.pk}/parts/where/", **where(RIVER, first=later, last=later))
    desks.producer.send(address)
    case.refresh_from_db()
    assert case.state == "reviewing"
    assert Output.objects.get(case=case).status == "revoked"
    taken = Booking.objects.filter(case=case, released_at=None)
    assert [(row.resource, row.first) for row in taken] == [(RIVER, later)]
    waiting = Review.objects.filter(case=case, is_current=True, answer="waiting")
    assert set(waiting.values_list("agency__code", flat=True)) == {
        "water_resources", "police", "transportation",
    }  # fmt: skip


def test_the_script_is_for_the_agencies_that_are_asked_alone(desks):
    case = reviewed(desks)
    page = desks.visitor.read(f"/cases/{case.number}/")
    assert "待保險證明" in page
    for word in ("港都示範片", "示範影業", "主角在河岸重逢", "劇本"):
        assert word not in page
    assert desks.health.client.get(f"/desk/cases/{case.number}/").status_code == 404
    assert "主角在河岸重逢" not in desks.rivers.read(f"/desk/cases/{case.number}/")
