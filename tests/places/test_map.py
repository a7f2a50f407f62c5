"""The map without a browser: list, what is here, measures, sheet, section; and no leaks."""

import re
from math import cos, radians, sin

import numpy as np
import pytest
import shapely
from tests.places.conftest import AT, DAY, plot, well
from tests.places.test_pages import Desk

from shizheng.places.actions.things import thing_record
from shizheng.places.maps.drawing import ticks
from shizheng.places.maps.sections import layers_with_depth, pieces_along
from shizheng.places.maps.spatial import HEADINGS, spatial_of


def drain(town, key="D-1", depth=-2.0, width="300"):
    return thing_record(
        register=town.drains, key=key, by=None, at=AT, valid_from=DAY,
        values={"width_mm": width},
        geometry=shapely.LineString([(0.01, 0.01, depth), (0.02, 0.01, depth - 1)]),
    )  # fmt: skip


def test_layers_are_listed_by_agency_as_far_as_one_may_know_of_them(town, people):
    nobody, staff = Desk().read("/en/map/"), Desk(people.staff).read("/en/map/")
    assert 'value="plots"' in nobody
    assert "square of 500 m" in nobody
    assert "Drains" not in nobody
    assert "Drains" in staff
    assert 'value="drains"' not in staff
    assert 'value="drains"' in Desk(people.officer).read("/en/map/")


def test_the_table_lists_what_is_in_view_of_every_layer_page_by_page(town):
    for number in range(30):
        plot(town, str(number + 1), 0.0012 * number, 0.001, size=0.001)
    well(town)
    desk = Desk()
    asked = "/en/map/?part=things&layer=plots&layer=wells&bbox=0,0,0.04,0.04"
    first, last = desk.read(asked), desk.read(f"{asked}&page=2")
    assert first.count("<tr>") + last.count("<tr>") == 31 + 2
    assert "Well W-1" in first + last
    assert "31 things" in first
    assert desk.read("/en/map/?part=things&layer=plots&bbox=0.03,0,0.04,0.04").count("<tr>") < 12
    assert "None of the chosen" in desk.read(f"{asked}&on=2019-01-01")
    assert "Choose a layer" in desk.read("/en/map/?part=things")


def opens_at(page):
    return [float(each) for each in re.search(r'data-bounds="([^"]*)"', page)[1].split(",")]


def test_it_opens_where_the_things_lie_as_the_reader_sees_them(town, people):
    plot(town, "7", 0.01, 0.01)
    plot(town, "8", 0.03, 0.02)
    asked = "/en/map/?layer=plots"
    assert opens_at(Desk().read(asked)) == pytest.approx([0.008, 0.008, 0.034, 0.024])
    assert opens_at(Desk().read(f"{asked}&bbox=0,0,0.01,0.01")) == [0, 0, 0.01, 0.01]
    assert 'data-bounds=""' in Desk().read("/en/map/")
    assert 'data-bounds=""' in Desk().read("/en/map/?layer=wells")
    well(town, x=0.0111, y=0.0111)
    exact = pytest.approx([0.0091, 0.0091, 0.0131, 0.0131])
    assert opens_at(Desk(people.staff).read("/en/map/?layer=wells")) == exact
    assert opens_at(Desk().read("/en/map/?layer=wells")) != exact


@pytest.mark.parametrize(
    "query", ["on=yesterday", "at=1,2", "at=99,0,3", "bbox=1,2,3", "district=nowhere"], ids=str
)
def test_an_address_that_says_nothing_is_answered_with_a_sentence(town, query):
    assert 'role="alert"' in Desk().read(f"/map/?{query}", 400)


def test_what_is_here_is_what_lies_near_the_point_as_one_sees_it(town, people):
    plot(town, "7", 0.01, 0.01)
    well(town, x=0.011, y=0.011)
    asked = "/en/map/here/?part=here&layer=plots&layer=wells&at=0.011,0.011,17"
    assert "/plots/things/7/" in Desk().read(asked)
    assert "/wells/things/W-1/" not in Desk().read(asked)
    assert "/wells/things/W-1/" in Desk(people.staff).read(asked)
    assert "Nothing of the chosen" in Desk().read(asked.replace("0.011,0.011,17", "0.03,0.03,17"))


def test_lengths_and_areas_are_metres_of_the_grid(town):
    client = Desk().client
    line = client.get("/en/map/measure/?points=120.3,22.6;120.3,22.61").json()["said"]
    assert line == "Length: 1,107.3 m"
    ring = "120.3,22.6;120.31,22.6;120.31,22.61;120.3,22.61"
    ground = client.get(f"/en/map/measure/?kind=area&points={ring}").json()["said"]
    assert ground.startswith("Area: 1,138,")
    wrong = client.get("/en/map/measure/?points=120.3,x")
    assert wrong.status_code == 422
    assert wrong.json()["said"]


def test_the_sheet_says_scale_day_sources_and_where_it_is_from(town):
    plot(town, "7", 0.01, 0.01)
    page = Desk().read("/en/map/sheet/?layer=plots&at=0.01,0.01,16&on=2020-03-01&scale=2500")
    for said in ("1 : 2,500", "the bar is 125 m", "2020", "Plots", "/en/map/?layer=plots"):
        assert said in page
    assert 'role="alert"' in Desk().read("/map/sheet/?scale=huge", 400)


def test_a_section_shows_heights_to_those_who_may_see_them_and_to_nobody_else(town, people):
    drain(town)
    path = "/en/map/section/?points=0.009,0.01;0.021,0.01&reach=5"
    for viewer in (None, people.staff, people.resident):
        page = Desk(viewer).read(path)
        assert "D-1" not in page
        assert "shown to those alone" in page
    page = Desk(people.officer).read(path)
    assert "/drains/things/D-1/" in page
    assert "300 mm" in page
    assert "-3.00 – -2.00" in page
    assert "<polyline" in page
    assert "No pipe" in Desk(people.officer).read("/en/map/section/?points=0,0;0.001,0")
    assert 'role="alert"' in Desk(people.officer).read("/map/section/?points=0,0;1,1&reach=x", 400)


def turned(points, degrees):
    """Where points of the ground stand for who looks that way: to the right, and ahead."""
    return points @ np.array([
        [cos(radians(degrees)), sin(radians(degrees))],
        [-sin(radians(degrees)), cos(radians(degrees))],
    ])  # fmt: skip


@pytest.mark.parametrize("heading", [*HEADINGS])
def test_pipes_stand_in_space_as_they_lie(town, people, heading):
    """What is to the right stands right, what is ahead or higher stands higher, none outside."""
    drain(town)
    drain(town, "D-2", depth=-9.0)
    line = shapely.LineString([(0.009, 0.01), (0.021, 0.01)])
    layers = layers_with_depth(people.officer)
    pieces = pieces_along(layers, line, reach_m=5, on=DAY)
    (course,) = pieces[0].courses
    assert min(level for _x, _y, level in course) == pytest.approx(-3.0)
    assert course[-1][0] - course[0][0] == pytest.approx(1113, abs=5), "metres, not degrees"
    found = spatial_of(pieces, heading)
    flat = np.array([(point[0], point[1]) for point in (course[0], course[-1])])
    (right_a, _), (right_b, _) = turned(flat - flat[0], heading)
    stroke = next(each for each in found.strokes if each.number == 1)
    drawn = [tuple(map(float, point.split(","))) for point in stroke.points.split()]
    assert np.sign(round(right_b - right_a, 3)) == np.sign(round(drawn[-1][0] - drawn[0][0], 1))
    deep = next(each for each in found.strokes if each.number == 2)
    lower = [tuple(map(float, point.split(","))) for point in deep.points.split()]
    assert lower[0][1] > drawn[0][1], "the deeper one stands lower"
    every = " ".join([*found.plane, *found.drops, *(each.points for each in found.strokes)])
    for x, y in (map(float, point.split(",")) for point in every.split()):
        assert 0 <= x <= found.wide
        assert 0 <= y <= found.high
    assert len(found.drops) == 4


def test_who_may_see_pipes_turns_them_and_nobody_else_does(town, people):
    drain(town)
    path = "/en/map/section/?points=0.009,0.01;0.021,0.01&reach=5"
    page = Desk(people.officer).read(f"{path}&look=90")
    assert "You look east." in page
    assert "look=45" in page
    assert "look=135" in page
    assert "You look north." in Desk(people.officer).read(f"{path}&look=17")
    assert "You look" not in Desk(people.resident).read(path)


def test_ticks_are_round_numbers_inside():
    assert ticks(0.0, 100.0) == [0, 20, 40, 60, 80, 100]
    assert ticks(-3.5, -1.5) == [-3.5, -3.0, -2.5, -2.0, -1.5]
