"""A night of rain in a browser: the duty officer's board, a resident's phone, a replay."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.places.roadworks import roads
from tests.sensing.night import SPOT, Clock, crew, network, push, registered
from tests.services.conftest import kaohsiung

from shizheng.core import worker
from shizheng.core.areas import area_of
from shizheng.sensing.models import Alert, Subscription

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
HERE = {"geolocation": {"longitude": SPOT[0], "latitude": SPOT[1]}, "permissions": ["geolocation"]}


@pytest.fixture
def night(kaohsiung, monkeypatch):
    """Water rises on a road for half an hour, until now."""
    now = timezone.now()
    clock = Clock(monkeypatch, now - timedelta(minutes=40))
    roads()
    key = network()
    road = registered(key, "示範一路地下道", "flood_depth")
    people = crew()
    for depth in (3.0, 12.4, 17.0, 34.5):
        push(key, (road, clock.at, depth))
        clock.on(10)
    monkeypatch.undo()
    return SimpleNamespace(key=key, road=road, **people)


def rise(night, depth):
    push(night.key, (night.road, timezone.now(), depth))
    worker.run_all()


def test_the_duty_officer_takes_a_warning_on_by_a_key_and_the_board_renews_itself(visit, night):
    visitor = visit(night.water, **DESK)
    visitor.open("/warnings/board/", "duty-board-1440")
    page = visitor.page
    expect(page.locator("#warnings")).to_contain_text("示範一路地下道淹水 34.5 公分")
    with page.expect_event("load"):
        page.keyboard.press("1")
    alert = Alert.objects.get()
    assert alert.acknowledged_by == night.water

    visitor.open("/warnings/board/")
    page.evaluate("window.stays = true")
    rise(night, 41.0)
    expect(page.locator("#warnings")).to_contain_text("41 cm")  # it asks every ten seconds
    assert page.evaluate("window.stays")
    visitor.look("duty-board-renewed")


def test_a_resident_finds_the_water_near_the_phone_subscribes_and_is_warned(visit, night):
    visitor = visit(night.resident, **PHONE, **HERE)
    visitor.open("/near/water/")
    with visitor.page.expect_event("load"):
        visitor.page.locator("near-me button").press("Enter")
    expect(visitor.page.locator("main")).to_contain_text("示範一路地下道")
    visitor.look("near-water-390")

    village = area_of(*SPOT, on=timezone.localdate())
    visitor.open("/warnings/subscriptions/", "subscriptions-390")
    visitor.to("[name=village]")
    visitor.page.locator("[name=village]").select_option(village)
    visitor.tick("agrees")
    visitor.send("main form button.govuk-button")
    assert Subscription.objects.get().area.code == village
    other = registered(night.key, "示範二路", "flood_depth")
    now = timezone.now()
    push(night.key, (other, now - timedelta(minutes=9), 22.0), (other, now, 36.0))
    worker.run_all()
    told = [each.subject for each in mail.outbox if each.to == [night.resident.email]]
    assert any("示範二路" in each for each in told), told

    visitor.open("/my/notices/", "warning-notice-390")
    notice = visitor.page.locator("ol.notices > li", has_text="示範二路")
    expect(notice.first).to_have_class("unread")
    address = notice.first.locator("a[href*='/warnings/']").first.get_attribute("href")
    visitor.open(f"/{address.partition('://')[2].partition('/')[2]}")
    expect(visitor.page.locator("main")).to_contain_text("示範二路")
    visitor.open("/my/notices/")
    visitor.send("form input[name=all] ~ button")
    expect(visitor.page.locator("ol.notices > li").first).not_to_have_class("unread")
    visitor.look("warning-notice-read-390")


def test_a_night_is_played_again_by_keys(visit, night):
    span = [
        timezone.localtime(timezone.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")
        for minutes in (-60, 1)
    ]
    visitor = visit(night.water, **DESK)
    visitor.open(f"/warnings/replay/?rule=road_flooding&start={span[0]}&end={span[1]}", "replay-0")
    page = visitor.page
    clock, level = page.locator("[data-clock]"), page.locator("[data-row='0'] [data-level]")
    began = clock.text_content()
    page.locator("h1").click()
    for _step in range(6):
        page.keyboard.press("ArrowRight")
    expect(level).to_contain_text("■")
    visitor.look("replay-1440")
    page.locator("[data-moment]").evaluate("(bar) => { bar.value = bar.min; }")
    page.keyboard.press("k")
    expect(page.locator("[data-play-button]")).to_contain_text("暫停")
    expect(clock).not_to_have_text(began)
    expect(page.locator("[data-play-button]")).to_contain_text("播放")  # after six seconds
    expect(level).to_contain_text("■")


@pytest.mark.parametrize(
    "view", [pytest.param((PHONE, ""), id="phone-zh"), pytest.param((DESK, "/en"), id="desk-en")]
)
def test_pages_of_the_flood_network_fit_and_are_accessible(visit, night, view):
    size, language = view
    width = size["viewport"]["width"]
    x, y = SPOT
    public = {
        "warnings": "warnings/", "warning": f"warnings/{Alert.objects.get().pk}/",
        "near": f"near/water/?longitude={x}&latitude={y}", "potential": "near/water/potential/",
        "groundwater": "groundwater/", "zone": "groundwater/north_coast/",
        "sensors": "sensors/", "stream": f"sensors/streams/{night.road.pk}/",
        "thing": f"sensors/things/{night.road.thing_id}/",
    }  # fmt: skip
    visitor = visit(**size)
    for name, path in public.items():
        visitor.open(f"{language}/{path}", f"flood-{name}-{width}")
    visitor = visit(night.chief, **size)
    for name in ("board", "drill", "hand-over", "maintenance", "replay", "rules", "outlooks/new"):
        visitor.open(f"{language}/warnings/{name}/", f"flood-{name.replace('/', '-')}-{width}")
