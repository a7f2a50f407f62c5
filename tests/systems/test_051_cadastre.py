"""System 51, the cadastre 地籍圖重測與土地權利: who held what when, and how a boundary was settled.

Parcels, boundaries, points and rights are linked with their days (ISO 19152). A resurvey gives
notice, then the neighbours agree or dispute; rights can be read as of a day; holders are for the
land office alone; a traditional territory says whether its community confirmed it.
"""

import json
from datetime import UTC, date, datetime

import pytest
import shapely
from django.urls import reverse
from tests.services.conftest import kaohsiung, person
from tests.systems.test_013_village_affairs import Desk

from shizheng.core.journal import verify
from shizheng.places.actions.relations import things_relate
from shizheng.places.actions.things import thing_change, thing_record
from shizheng.places.domain.errors import StateUnreachable, ThingRefused
from shizheng.places.models import Register

__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
OLD, NOTICE, WALKED, SOLD = date(2015, 5, 1), date(2020, 1, 10), date(2020, 2, 20), date(2019, 7, 1)


def record(register, key, by, *, geometry=None, **values):
    return thing_record(
        register=Register.objects.get(code=register), key=key, by=by, at=AT, valid_from=OLD,
        values=values, geometry=geometry,
    )  # fmt: skip


@pytest.fixture
def cadastre(kaohsiung):
    office = person("land_office", "supervisor", "land_administration")
    west, middle, east, south, north = 120.310, 120.3103, 120.3106, 22.6200, 22.6203
    for number, left, right in ((1, west, middle), (2, middle, east)):
        shape = shapely.box(left, south, right, north)
        record(
            "parcels", f"0123-000{number}-0000", office, geometry=shape, section="示範段",
            lot_number=str(number), registered_m2="1023", survey="graphic",
            holder=f"虛構地主{number}",
        )  # fmt: skip
    line = shapely.LineString([(middle, south), (middle, north)])
    boundary = record("boundaries", "BL-1", office, geometry=line)
    for number, y in ((1, south), (2, north)):
        record(
            "survey_points", f"P{number}", office, geometry=shapely.Point(middle, y),
            order="supplementary", residual_mm=str(number * 3), checked_on="2020-02-20",
        )  # fmt: skip
    seen = 1
    for code, others in (
        ("bounds", ("0123-0001-0000", "0123-0002-0000")),
        ("runs_between", ("P1", "P2")),
    ):
        for key in others:
            other = Register.objects.get(code="parcels" if code == "bounds" else "survey_points")
            things_relate(
                thing=boundary, seen=seen, code=code, other=other.things.get(key=key), by=office,
                at=AT, valid_from=OLD,
            )  # fmt: skip
            seen += 1
    boundary.refresh_from_db()
    return Desk(office), boundary


def change(boundary, office, on, state, **values):
    boundary.refresh_from_db()
    thing_change(
        thing=boundary, seen=boundary.version, by=office, at=AT, valid_from=on, state=state,
        values=values,
    )  # fmt: skip
    boundary.refresh_from_db()


def test_a_boundary_goes_from_notice_over_dispute_to_agreement(cadastre):
    office, boundary = cadastre
    with pytest.raises(ThingRefused):
        change(boundary, office.someone, NOTICE, "notified")
    with pytest.raises(StateUnreachable):
        change(boundary, office.someone, NOTICE, "agreed", notified_on="2020-01-10",
               agreed_on="2020-01-10")  # fmt: skip
    change(boundary, office.someone, NOTICE, "notified", notified_on="2020-01-10")
    change(boundary, office.someone, WALKED, "disputed", walked_on="2020-02-20",
           disputed_on="2020-02-20", note="甲稱牆心，乙稱牆外")  # fmt: skip
    change(boundary, office.someone, date(2020, 3, 1), "agreed", agreed_on="2020-03-01",
           mediation="調處成立，以牆心為界")  # fmt: skip

    page = Desk().read(reverse("places:thing", args=["boundaries", "BL-1"]))
    for text in ("已通知重測", "界址爭議", "雙方同意", "調處成立", "0123-0001-0000", "P2"):
        assert text in page, text
    assert "牆外" not in page, "what the parties said is for the land office"
    points = Desk().read(reverse("places:thing", args=["survey_points", "P2"]))
    assert "6 mm" in points
    verify()


def test_who_held_which_right_on_a_day_is_answered_to_the_land_office_alone(cadastre):
    office, _ = cadastre
    right = record("land_rights", "RT-1", office.someone, kind="ownership", share="1/1",
                   holder="虛構甲")  # fmt: skip
    parcel = Register.objects.get(code="parcels").things.get(key="0123-0001-0000")
    things_relate(
        thing=right, seen=1, code="burdens", other=parcel, by=office.someone, at=AT, valid_from=OLD
    )
    right.refresh_from_db()
    thing_change(
        thing=right, seen=right.version, by=office.someone, at=AT, valid_from=SOLD,
        values={"holder": "虛構乙"}, why="買賣",
    )  # fmt: skip

    def held(desk, on):
        answer = desk.read(
            reverse("ogc:items", args=["land_rights"]) + f"?f=json&datetime={on}T00:00:00Z"
        )
        return [each["properties"].get("holder") for each in json.loads(answer)["features"]]

    assert held(office, "2018-06-01") == ["虛構甲"]
    assert held(office, "2019-12-01") == ["虛構乙"]
    assert held(Desk(), "2019-12-01") == [None]
    assert "RT-1" in office.read(reverse("places:thing", args=["parcels", parcel.key]))


def test_a_traditional_territory_is_confirmed_by_its_community(kaohsiung):
    keeper = person("indigenous", "supervisor", "indigenous_affairs")
    shape = shapely.box(120.70, 23.00, 120.71, 23.01)
    land = record("traditional_territories", "TT-1", keeper, geometry=shape, community="示範部落")
    with pytest.raises(ThingRefused):
        thing_change(thing=land, seen=1, by=keeper, at=AT, valid_from=NOTICE, state="confirmed")
    land.refresh_from_db()
    thing_change(
        thing=land, seen=land.version, by=keeper, at=AT, valid_from=NOTICE, state="confirmed",
        values={"confirmed_on": "2020-01-05", "minutes": "示範部落會議第1次紀錄"},
    )  # fmt: skip
    page = Desk().read(reverse("places:thing", args=["traditional_territories", "TT-1"]))
    assert "部落已確認" in page
