"""What must not take longer the larger a register is: rectangles, filters, neighbours."""

from itertools import chain, pairwise

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.places.conftest import AT, DAY, plot
from tests.places.test_ogc import get

from shizheng.places.actions.things import thing_change
from shizheng.places.building import Given, built_all
from shizheng.places.frame import frame
from shizheng.places.models import Thing
from shizheng.places.ogc import asking
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import body_of
from shizheng.places.topology import topology_judge

ITEMS = "/ogc/collections/plots/items"


@pytest.fixture
def plots(town):
    for number in range(8):
        use = "田" if number in (0, 6) else "屋"
        plot(town, str(number + 1), 0.004 * number, 0.0, use=use, holder="王小明")
    return town


def pages_of(path):
    """Walk by the links to the next page; return the pages."""
    found = []
    while path:
        found.append(get(path))
        following = [each["href"] for each in found[-1]["links"] if each["rel"] == "next"]
        path = following[0].removeprefix("http://testserver") if following else ""
    return found


def found_on(pages):
    return [[each["id"] for each in page["features"]] for page in pages]


@pytest.mark.parametrize(
    "query",
    ["use=田", "filter=use='田'", "use=田&bbox=0,0,0.04,0.04", "filter=CASEI(use)='田'"],
    ids=str,
)
def test_a_filter_that_hardly_anything_meets_looks_at_so_many_things_a_page(
    plots, monkeypatch, query
):
    assert [page["numberMatched"] for page in pages_of(f"{ITEMS}?{query}")] == [2]
    monkeypatch.setattr(asking, "WALKED", 3)
    pages = pages_of(f"{ITEMS}?{query}&limit=5")
    assert found_on(pages) == [["1"], [], ["7"]]
    assert not any("numberMatched" in page for page in pages[:-1])


def test_where_a_page_ends_does_not_tell_how_often_something_hidden_changed(plots, monkeypatch):
    monkeypatch.setattr(asking, "WALKED", 3)
    before = found_on(pages_of(f"{ITEMS}?use=田"))
    for version in range(1, 6):
        thing_change(
            thing=Thing.objects.get(register=plots.plots, key="2"), seen=version, by=None, at=AT,
            valid_from=DAY, values={"holder": f"第{version}人"},
        )  # fmt: skip
    assert found_on(pages_of(f"{ITEMS}?use=田")) == before


@pytest.mark.parametrize("limit", [1, 3], ids=str)
def test_pages_of_a_rectangle_with_more_than_are_counted_reach_every_thing_once(
    plots, monkeypatch, limit
):
    monkeypatch.setattr(asking, "REFINED", 2)
    pages = pages_of(f"{ITEMS}?bbox=0.0001,0,0.0249,0.04&limit={limit}")
    assert [*chain(*found_on(pages))] == ["1", "2", "3", "4", "5", "6", "7"]
    assert "numberMatched" not in pages[0]


def test_a_rectangle_is_asked_of_its_index_and_not_of_the_whole_register(plots):
    layer = Layer.of(plots.plots, AnonymousUser())
    plan = layer.rows(Question(on=DAY, bounds=(0.0, 0.0, 0.01, 0.01)))[:10].explain()
    if connection.vendor == "sqlite":
        assert "USING INTEGER PRIMARY KEY" in plan
    else:
        assert "Sort Key: key" in plan  # found first, sorted then; not walked in order


def test_neighbours_of_many_things_are_read_by_as_many_questions_as_of_one(plots):
    assert _questions(plots, 1) == _questions(plots, 40)


def _questions(town, count):
    body = body_of(town.plots)
    edges = [0.001 + 0.0005 * place for place in range(count + 1)]
    given = [
        Given(f"9-{place}", {}, geometry=shapely.box(west, 0.001, east, 0.003))
        for place, (west, east) in enumerate(pairwise(edges))
    ]
    found = built_all(body, given, frame=frame(DAY))
    with CaptureQueriesContext(connection) as asked:
        topology_judge(town.plots, body, found, on=DAY)
    assert [problem.parameters["other"] for problem in found[0].problems] == ["1"]
    return len(asked)
