"""System 43, space reuse 空間再利用資訊整合平台: published, found, lent for a time, recalled."""

import json
import re
from datetime import date

import pytest
from rdflib import DCAT, DCTERMS, Graph, Literal
from tests.services.conftest import kaohsiung, person
from tests.systems.tenure import Clock, Desk, day, photo, place
from tests.systems.test_042_property import record

from shizheng.core.models import User
from shizheng.places.models import Space, SpaceApplication, SpaceUse
from shizheng.places.tenure.tasks import turn_tenure
from shizheng.services.models import Notice
from shizheng.statistics.datasets.registers import register_datasets_refresh
from shizheng.statistics.models import Dataset

pytestmark = pytest.mark.django_db
__all__ = ["kaohsiung"]
JSON_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@pytest.fixture
def clock(kaohsiung, monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def keeper(clock):
    return Desk(person("s_keeper", "officer", "finance"))


@pytest.fixture
def here(keeper):
    """A building that has stood idle for longer than it may without being published."""
    here = record(keeper, "B-0001", "building", 300_000, "舊活動中心")
    keeper.send(here + "idle/", **day("since", date(2020, 2, 1)))
    return here


def offered(keeper, here) -> Space:
    keeper.send(
        here + "publish/", name="舊活動中心一樓", kind="building", area_m2="100", photo=photo(),
        limits="不得營業", **place(120.318, 22.581),
    )  # fmt: skip
    return Space.objects.get()


def test_what_stands_idle_is_overdue_until_it_is_published_and_anybody_finds_it(keeper, here):
    desk = "/en/spaces/desk/"
    assert "Overdue" in keeper.read(desk)
    Desk(person("s_resident")).read(desk, 403)
    space = offered(keeper, here)
    assert "Everything that stands idle is published" in keeper.read(desk)
    nobody = Desk()
    assert "舊活動中心一樓" in nobody.read("/spaces/?q=活動中心&least=80&most=120")
    assert "舊活動中心一樓" not in nobody.read("/spaces/?least=101")
    page = nobody.client.get(f"/spaces/{space.key}/").content.decode()
    offer = json.loads(JSON_LD.search(page)[1])
    assert (offer["@type"], offer["itemOffered"]["@type"], offer["identifier"]) == (
        "Offer", "Place", space.key
    )  # fmt: skip
    (feature,) = nobody.client.get("/registers/idle_space/file.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([120.318, 22.581])
    items = nobody.client.get("/ogc/collections/idle_space/items?f=json").json()
    assert items["features"][0]["properties"]["name"] == "舊活動中心一樓"


def test_a_resident_applies_is_answered_in_time_and_gives_back_when_recalled(clock, keeper, here):
    space, resident = offered(keeper, here), person("s_resident")
    home = Desk(resident)
    wish = {"use": "community", "purpose": "長輩共餐", "organisation": "社區發展協會"}
    term = day("starts_on", date(2020, 4, 1)) | day("ends_on", date(2020, 10, 1))
    apply = f"/spaces/{space.key}/apply/"
    home.send(apply, 422, **wish, **day("starts_on", date(2020, 3, 1)),
              **day("ends_on", date(2020, 10, 1)))  # fmt: skip
    home.send(apply, **wish, **term)
    one = SpaceApplication.objects.get()
    assert one.due_at.date() == date(2020, 3, 30)
    here_too = f"/spaces/applications/{one.pk}/"
    assert "長輩共餐" in home.read(here_too)
    Desk(person("s_other")).read(here_too, 404)
    assert "2020-03-30" in keeper.read("/en/spaces/desk/") or "s_resident" in keeper.read(
        "/en/spaces/desk/"
    )
    keeper.send(here_too, answer="同意，期滿回復原狀", act="accept")
    assert Notice.objects.get(template="places.space_answer").person == resident
    assert "舊活動中心一樓" not in Desk().read("/spaces/")
    clock.to(date(2020, 9, 1))
    turn_tenure()
    assert Notice.objects.get(template="places.space_recall").person == resident
    clock.to(date(2020, 10, 1))
    turn_tenure()
    assert SpaceUse.objects.get().ended_at is not None
    assert "舊活動中心一樓" in Desk().read("/spaces/")


def test_the_agency_refuses_with_a_reason_and_a_flood_is_stopped(keeper, here):
    space, home = offered(keeper, here), Desk(person("s_resident"))
    wish = {"use": "parking", "purpose": "停車", "organisation": ""}
    term = day("starts_on", date(2020, 4, 1)) | day("ends_on", date(2020, 5, 1))
    apply = f"/spaces/{space.key}/apply/"
    home.send(apply, **wish, **term)
    home.send(apply, 409, **wish, **term)
    here_too = f"/spaces/applications/{SpaceApplication.objects.get().pk}/"
    keeper.send(here_too, 422, answer="", act="refuse")
    keeper.send(here_too, answer="結構待補強", act="refuse")
    assert "結構待補強" in home.read(here_too)
    keeper.send(f"/spaces/{space.key}/withdraw/", why="撥作他用")
    Desk().read(f"/spaces/{space.key}/", 404)


def test_what_is_offered_is_open_data_with_a_version_for_each_change(clock, keeper, here):
    """A dataset of the catalogue (DCAT), published every day on which something changed."""
    assert register_datasets_refresh(at=clock.now) == 0, "nothing is offered yet"
    space = offered(keeper, here)
    assert register_datasets_refresh(at=clock.now) == 1
    assert register_datasets_refresh(at=clock.now) == 0, "nothing changed"
    catalogue = Graph().parse(data=Desk().client.get("/data/catalog.ttl").content, format="turtle")
    title = Literal("Idle space", lang="en")
    dataset = next(catalogue.subjects(DCTERMS.title, title), None)
    assert dataset is not None, sorted(map(str, catalogue.objects(None, DCTERMS.title)))
    files = [str(each) for each in catalogue.objects(None, DCAT.downloadURL)]
    address = next(each for each in files if "idle-space" in each and each.endswith(".csv"))
    answer = Desk().client.get("/" + address.split("/", 3)[3])
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert space.key in text
    assert "舊活動中心一樓" in text

    clock.to(date(2020, 3, 20))
    Desk(User.objects.get(username="s_keeper")).send(
        f"/spaces/{space.key}/withdraw/", why="機關自用"
    )
    assert register_datasets_refresh(at=clock.now) == 1
    assert Dataset.objects.get(code="idle-space").versions.count() == 2
