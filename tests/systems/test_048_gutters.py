"""System 48, gutters and storm sewers 道路側溝查詢: a resident reads her street's drain by address.

A round of clearing leaves photos from before and after; what was not cleared before the rains is
red on the map; cables are found, their owners ordered to take them out, and who is late is red.

The state is public; a defect is told as a proposal; a round of clearing changes what she reads, and
what was there before can still be read as of its day.
"""

import json
from datetime import date, timedelta

import pytest
import shapely
from django.urls import reverse
from django.utils import timezone
from tests.places.test_synthetic_city import making
from tests.services.conftest import KAOHSIUNG, kaohsiung, person
from tests.systems.test_013_village_affairs import Desk
from tests.systems.test_053_hydrants import SEND, photo
from tests.systems.test_053_hydrants import Desk as FieldDesk

from shizheng.core.journal import verify
from shizheng.places.domain.lateness import is_late, late_before
from shizheng.places.models import Feature, Inspection, Proposal, Register, Upkeep, WorkOrder
from shizheng.places.noticing.actions import notices_remind
from shizheng.places.selectors.registers import body_of
from shizheng.places.synthetic.actions import synthetic_city_take_in
from shizheng.places.upkeep.actions.scheduling import checks_refresh

__all__ = ["kaohsiung"]
LATE = "限期拆除中 · 逾期未拆"


@pytest.fixture
def desks(kaohsiung):
    synthetic_city_take_in(making=making(KAOHSIUNG, 180), at=timezone.now())
    return {
        "resident": Desk(person("resident_gutter")),
        "keeper": Desk(person("keeper_water", "supervisor", "water_resources")),
        "passer_by": Desk(),
    }


def parts(name, when):
    return {f"{name}_year": when.year, f"{name}_month": when.month, f"{name}_day": when.day}


def filled(desk, address, on, cleared, **changes):
    """The form as it comes, with what changes from a day on."""
    form = desk.client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    days = parts("valid_from", on) | {"field_cleared_on": cleared.isoformat()}
    given |= {f"field_{name}" if name != "reason" else name: v for name, v in changes.items()}
    return {name: value for name, value in given.items() if value is not None} | days


def test_from_an_address_to_a_cleared_gutter(desks):
    page = desks["passer_by"].read(reverse("places:locations") + "?q=苓雅區示範一路1號")
    assert "家門前的側溝" in page
    assert "最近清疏日" in page
    assert "示範用的虛構資料" in page
    key = next(
        row.key for row in Feature.objects.filter(register__code="gutters")
        if reverse("places:thing", args=["gutters", row.key]) in page
    )  # fmt: skip
    change = reverse("places:change", args=["gutters", key])
    assert change in page, "a wrong answer can be reported"

    today = timezone.localdate()
    before = date.fromisoformat(Feature.objects.get(key=key).properties["cleared_on"])
    desks["resident"].send(
        change, **filled(desks["resident"], change, today, before, silt_share="0.8",
                         reason="下雨就積水"),
    )  # fmt: skip
    proposal = Proposal.objects.get()
    decide = reverse("places:decide", args=[proposal.pk])
    form = desks["keeper"].client.get(decide).context["form"]
    desks["keeper"].send(
        decide, version=form["version"].value(), token=form["token"].value(), verdict="accept",
        answer="已派員",
    )  # fmt: skip
    row = Feature.objects.get(key=key, valid_to=None, recorded_to=None)
    assert row.properties["silt_share"] == 0.8

    cleared = today + timedelta(days=1)
    desks["keeper"].send(
        change, **filled(desks["keeper"], change, cleared, cleared, silt_share="0",
                         reason="完成清疏"),
    )  # fmt: skip
    row = Feature.objects.get(key=key, valid_to=None, recorded_to=None)
    assert date.fromisoformat(row.properties["cleared_on"]) == cleared
    told = desks["passer_by"].read(reverse("places:thing", args=["gutters", key]))
    assert "0.8 →" in told, "what was there before is still told"
    verify()


def whole(desk, address, on, **changes):
    """The form of a thing as it comes, with what changes from a day on."""
    form = desk.client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields} | changes
    given = {name: value for name, value in given.items() if value is not None}
    return given | parts("valid_from", on)


def gutter(desks) -> str:
    page = desks["passer_by"].read(reverse("places:locations") + "?q=苓雅區示範一路1號")
    return next(
        row.key for row in Feature.objects.filter(register__code="gutters")
        if reverse("places:thing", args=["gutters", row.key]) in page
    )  # fmt: skip


def test_a_round_of_clearing_leaves_photos_from_before_and_after(desks):
    key = gutter(desks)
    checks_refresh(upkeep=Upkeep.objects.get(code="gutters"), at=timezone.now())
    crew = FieldDesk(person("gutter_crew", "crew_leader", "water_resources"))
    now = timezone.now().isoformat()
    sent = {
        "offline_id": "gutter-0001", "upkeep": "gutters", "round": "clearing", "key": key,
        "noted_at": now, "sent_at": now, "answer.silt": "0.05", "answer.structure": "pass",
        "answer.cables": "fail",
    }  # fmt: skip
    refused = crew.client.post(SEND, sent | {"photo.after": photo("後.png")})
    assert refused.status_code == 422, "a photo from before is missing"
    taken = crew.client.post(
        SEND, sent | {"photo.before": photo("前.png"), "photo.after": photo("後.png")}
    )
    assert taken.status_code == 200, taken.content
    seen = Inspection.objects.get()
    assert seen.photo_count == 2
    page = crew.read(reverse("places:inspection", args=[seen.pk]))
    assert "清疏前照片" in page
    assert "清疏後照片" in page
    row = Feature.objects.get(key=key, valid_to=None, recorded_to=None)
    assert row.properties["cleared_on"] == timezone.localdate().isoformat()
    assert WorkOrder.objects.get().fault == "cables"


def test_the_owner_of_a_cable_is_ordered_to_take_it_out_and_is_red_when_late(desks):
    key, today = gutter(desks), timezone.localdate()
    point = shapely.from_wkb(bytes(Feature.objects.get(key=key).shape)).interpolate(
        0.5, normalized=True
    )
    found = today - timedelta(days=40)
    new = reverse("places:new", args=["gutter_cables"])
    desks["keeper"].send(
        new, **whole(desks["keeper"], new, found, key="GC-1", state="found",
                     points=f"{point.x}, {point.y}", reason="巡查發現",
                     field_company="示範有線電視",
                     field_kind="cable_tv", field_found_on=found.isoformat()),
    )  # fmt: skip
    change = reverse("places:change", args=["gutter_cables", "GC-1"])
    ordered = today - timedelta(days=35)
    late = {"field_order_number": "高市水字第1號", "field_ordered_on": ordered.isoformat(),
            "field_remove_by": (today - timedelta(days=5)).isoformat()}  # fmt: skip
    wrong = whole(desks["keeper"], change, ordered, state="ordered", reason="附掛纜線")
    desks["keeper"].send(change, expect=422, **wrong)
    desks["keeper"].send(change, **wrong | late)

    thing = reverse("places:thing", args=["gutter_cables", "GC-1"])
    assert "需寄紙本" in desks["keeper"].read(thing), "nobody acts for the company on the site"
    assert "需寄紙本" not in desks["passer_by"].read(thing)
    assert notices_remind(at=timezone.now()) == 1
    assert "逾期 5 天未拆" in desks["keeper"].read(thing)

    listed = desks["passer_by"].read(reverse("places:register", args=["gutter_cables"]))
    assert LATE in listed
    before = desks["passer_by"].read(
        reverse("places:register", args=["gutter_cables"])
        + f"?on={(today - timedelta(days=10)).isoformat()}"
    )
    assert LATE not in before, "ten days ago there was still time"
    style = json.loads(desks["passer_by"].read(reverse("ogc:tile_style", args=["gutter_cables"])))
    colour = next(each for each in style["layers"] if each["type"] == "circle")["paint"]
    assert colour["circle-color"][2] == "#b91c1c"
    assert today.isoformat() in json.dumps(colour["circle-color"])

    done = whole(desks["keeper"], change, today, state="removed", reason="業者回報已拆")
    desks["keeper"].send(change, **done | {"field_removed_on": today.isoformat()})
    assert LATE not in desks["passer_by"].read(reverse("places:register", args=["gutter_cables"]))
    verify()


def test_what_was_not_cleared_before_the_rains_is_red(desks):
    body = body_of(Register.objects.get(code="gutters"))
    spring, summer = date(2027, 4, 1), date(2027, 7, 1)
    assert late_before(body.style.late, spring) == date(2027, 3, 2)
    assert late_before(body.style.late, summer) == date(2027, 3, 2)
    assert late_before(body.style.late, date(2027, 3, 1)) == date(2026, 3, 2)
    assert is_late(body.style.late, {"cleared_on": "2027-03-01"}, "sound", summer)
    assert not is_late(body.style.late, {"cleared_on": "2027-03-02"}, "sound", summer)
    assert not is_late(body.style.late, {}, "sound", summer), "nothing is said of what is unknown"
    page = desks["passer_by"].read(reverse("places:map") + "?layer=gutters")
    assert "汛期前未清疏" in page, "the legend says what is red"
