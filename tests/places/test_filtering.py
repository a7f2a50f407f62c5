"""Filters in CQL2 on both databases: what is seen answers, and nothing else."""

import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.places.conftest import AT, DAY, plot, undone, well
from tests.places.test_ogc import get, keys, of

from shizheng.places.actions.things import thing_record
from shizheng.places.ogc import asking
from shizheng.places.selectors.layers import Layer, Question

ITEMS = "/ogc/collections/wells/items"
ON = "datetime=2020-03-05"
NAMES = ("老井", "Well a", "well A", "Öl%", "o_l")


def asked(text: str, client: Client | None = None, **more) -> list[str]:
    response = (client or Client()).get(ITEMS, {"filter": text, "datetime": "2020-03-05", **more})
    assert response.status_code == 200, response.content[:300]
    return [each["id"] for each in response.json()["features"]]


@pytest.fixture
def wells(town):
    for number, name in enumerate(NAMES, 1):
        well(
            town, f"W-{number}", 0.005 * number, 0.01, name=name,
            depth_m=str(number * 2.5) if number > 1 else None, use="home" if number % 2 else None,
            dug_on=f"2019-0{number}-01", pump_count="1" if number > 3 else None, remark="私下",
        )  # fmt: skip
    return town


CASES = {
    "depth_m > 5 AND use = 'home'": ["W-3", "W-5"],
    "NOT depth_m > 5": ["W-2"],
    "depth_m IS NULL OR depth_m BETWEEN 10 AND 10": ["W-1", "W-4"],
    "name LIKE 'Well%'": ["W-2"], "CASEI(name) LIKE CASEI('WELL%')": ["W-2", "W-3"],
    r"name LIKE '_l\%'": ["W-4"], "ACCENTI(CASEI(name)) LIKE 'o%'": ["W-4", "W-5"],
    "name NOT IN ('老井', 'o_l')": ["W-2", "W-3", "W-4"],
    "T_AFTER(dug_on, DATE('2019-03-01'))": ["W-4", "W-5"],
    "dug_on <= DATE('2019-02-01')": ["W-1", "W-2"],
    "T_INTERSECTS(dug_on, INTERVAL('..', '2019-01-15'))": ["W-1"],
    "depth_m * 2 = 10": ["W-2"], "key > 'W-3'": ["W-4", "W-5"], "state <> 'in_use'": [],
    "use IS NOT NULL AND TRUE": ["W-1", "W-3", "W-5"],
}  # fmt: skip


@pytest.mark.parametrize("text", CASES, ids=str)
def test_a_filter_finds_what_it_says(wells, text):
    assert asked(text) == CASES[text]


def test_a_filter_in_json_in_another_system_beside_other_parameters(wells, people):
    staff = of(people.staff)
    told = {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [0, 0, 0.02, 0.012]}]}
    found = asked(json.dumps(told), staff, **{"filter-lang": "cql2-json"})
    assert found == ["W-1", "W-2", "W-3", "W-4"]
    swapped = "S_INTERSECTS(geometry, BBOX(0.0, 0.004, 0.012, 0.011))"
    system = {"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}
    assert asked(swapped, staff, **system) == ["W-1", "W-2"]
    assert asked(swapped, staff, use="home", **system) == ["W-1"]
    assert asked("pump_count = 1", staff) == ["W-4", "W-5"]
    page = get(f"{ITEMS}?{ON}&filter=CASEI(name)<>'x'&limit=2", staff)
    assert (page["numberMatched"], page["numberReturned"]) == (5, 2)
    following = next(each["href"] for each in page["links"] if each["rel"] == "next")
    assert keys(following.removeprefix("http://testserver"), staff) == ["W-3", "W-4"]


def test_pages_end_after_so_many_candidates_and_still_reach_every_thing(wells, monkeypatch):
    monkeypatch.setattr(asking, "EXAMINED", 2)
    found, path = [], f"{ITEMS}?{ON}&filter=CASEI(name) LIKE '%l%'&limit=3"
    pages = 0
    while path:
        page = get(path)
        found += [each["id"] for each in page["features"]]
        following = [each["href"] for each in page["links"] if each["rel"] == "next"]
        path = following[0].removeprefix("http://testserver") if following else ""
        pages += 1
    assert found == ["W-2", "W-3", "W-4", "W-5"]
    assert pages > 2


def test_shapes_are_judged_themselves(town):
    plot(town, "1", 0.01, 0.01)
    thing_record(
        register=town.plots, key="2", by=None, at=AT, valid_from=DAY, values={},
        geometry=shapely.Polygon([(0.02, 0.02), (0.03, 0.02), (0.02, 0.03)]),
    )  # fmt: skip
    items = "/ogc/collections/plots/items?filter="
    corner = "BBOX(0.028,0.028,0.03,0.03)"
    assert keys(f"{items}S_INTERSECTS(geometry,{corner})") == []
    assert keys(f"{items}NOT S_INTERSECTS(geometry,{corner})") == ["1", "2"]
    assert keys(f"{items}S_WITHIN(geometry,BBOX(0,0,0.015,0.015)) OR area_m2 > 500000") == [
        "1",
        "2",
    ]
    page = get(f"{items}S_TOUCHES(geometry,LINESTRING(0.02 0.02, 0.02 0.03))")
    assert ([each["id"] for each in page["features"]], page["numberMatched"]) == (["2"], 1)


def test_pages_and_files_take_the_same_filter(wells):
    register = "/registers/wells/"
    asked_ = {"filter": "CASEI(name) LIKE 'well%' AND depth_m > 6", "on": "2020-03-05"}
    page = Client().get(register, asked_).content.decode()
    assert ("things/W-3/" in page, "things/W-2/" in page) == (True, False)
    assert "depth_m &gt; 6" in page
    file = Client().get(f"{register}file.csv", asked_)
    assert "W-3" in file.content.decode()
    assert "W-2" not in file.content.decode()
    refused = Client().get(register, {"filter": "remark = 'x'"})
    assert refused.status_code == 400
    assert "remark" in refused.content.decode()


def test_queryables_are_what_one_sees(wells, people):
    """/req/queryables/get-queryables-response"""
    told = get("/ogc/collections/wells/queryables")
    assert told["additionalProperties"] is False
    assert told["properties"]["geometry"]["format"] == "geometry-point"
    assert told["properties"]["dug_on"] == {"title": "鑿井日", "type": "string", "format": "date"}
    assert told["properties"]["use"]["enum"] == ["home", "field"]
    hidden = {"pump_count", "remark", "valid_from", "valid_to", "village", "district"}
    assert not hidden & {*told["properties"]}
    own = get("/ogc/collections/wells/queryables", of(people.officer))["properties"]
    assert hidden <= {*own}
    get("/ogc/collections/drains/queryables", status=404)
    drains = get("/ogc/collections/drains/queryables", of(people.staff))["properties"]
    assert "geometry" not in drains
    assert "district" in drains
    for query in ("filter-lang=sql", "filter-crs=nowhere", "filter=remark='x'", "filter=depth_m"):
        assert get(f"{ITEMS}?{query}", status=400)["description"]


texts = st.sampled_from(NAMES) | st.text(alphabet="aW老Öl%_ ", max_size=4)
numbers = st.sampled_from([0, 2.5, 5, 7.5, -1])
days = st.dates(date(2018, 12, 30), date(2019, 6, 1)).map(lambda day: {"date": day.isoformat()})
corner = st.integers(0, 12).map(lambda n: n * 0.0025)
boxes = st.tuples(corner, corner, corner, corner).map(
    lambda four: {"bbox": [min(four[0], four[2]), min(four[1], four[3]),
                           max(four[0], four[2]) + 0.001, max(four[1], four[3]) + 0.001]}
)  # fmt: skip


def op(name, *args):
    return {"op": name, "args": list(args)}


def prop(name):
    return {"property": name}


compared = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
leaves = st.one_of(
    st.builds(lambda o, v: op(o, prop("depth_m"), v), compared, numbers),
    st.builds(lambda o, v: op(o, v, prop("depth_m")), compared, numbers),
    st.builds(lambda o, v: op(o, prop("name"), v), compared, texts),
    st.builds(lambda o, v: op(o, prop("dug_on"), v), compared, days),
    st.builds(
        lambda o, v: op(o, prop("is_drinkable"), v), st.sampled_from(["=", "<>"]), st.booleans()
    ),
    st.builds(lambda v: op("like", prop("name"), v), texts),
    st.builds(lambda v: op("=", op("casei", prop("name")), op("casei", v)), texts),
    st.builds(lambda a, b: op("in", prop("name"), [a, b]), texts, texts),
    st.builds(lambda a, b: op("between", prop("depth_m"), a, b), numbers, numbers),
    st.sampled_from(["depth_m", "use", "geometry", "is_drinkable"]).map(
        lambda name: op("isNull", prop(name))
    ),
    st.builds(
        lambda o, v: op(o, prop("geometry"), v),
        st.sampled_from(["s_intersects", "s_disjoint", "s_within", "s_touches"]), boxes,
    ),
    st.booleans(), st.just(prop("is_drinkable")),
)  # fmt: skip
filters = st.recursive(
    leaves,
    lambda some: (
        some.map(lambda one: op("not", one))
        | st.builds(op, st.sampled_from(["and", "or"]), some, some)
    ),
    max_leaves=5,
)
SHAPED = {"s_intersects": shapely.intersects, "s_disjoint": shapely.disjoint,
          "s_within": shapely.within, "s_touches": shapely.touches}  # fmt: skip


def brute(node, values):  # noqa: PLR0911 - one return for each kind of node
    """Say whether a filter is true of a thing, written once more and plainly."""
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return values.get(node["property"])
    if "date" in node:
        return node["date"]
    if "bbox" in node:
        return shapely.box(*node["bbox"])
    name = node["op"]
    args = [each if isinstance(each, list) else brute(each, values) for each in node["args"]]
    if name == "isNull":
        return args[0] is None
    if name == "not":
        return None if args[0] is None else not args[0]
    if name in ("and", "or"):
        decisive = name == "or"
        return decisive if decisive in args else None if None in args else not decisive
    if None in args:
        return None
    one, other = args[0], args[-1]
    return {
        "=": lambda: one == other, "<>": lambda: one != other, "<": lambda: one < other,
        ">": lambda: one > other, "<=": lambda: one <= other, ">=": lambda: one >= other,
        "in": lambda: one in other, "casei": one.lower if isinstance(one, str) else None,
        "between": lambda: args[1] <= one <= other, "like": lambda: liked(one, other),
        **{each: lambda call=call: bool(call(one, other)) for each, call in SHAPED.items()},
    }[name]()  # fmt: skip


def liked(text, pattern):
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(liked(text[at:], pattern[1:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and liked(text[1:], pattern[1:])


things = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(NAMES), "x": corner, "y": corner},
        optional={"depth_m": numbers.filter(lambda n: n >= 0),
                  "use": st.sampled_from(["home", "field"]),
                  "dug_on": days.map(lambda day: day["date"]), "is_drinkable": st.booleans()},
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(things, st.lists(filters, min_size=6, max_size=6))
@example([{"name": "老井", "x": 0.0, "y": 0.0}], [op("not", op("like", prop("name"), "Z"))])
def test_a_filter_answers_as_brute_force_over_what_is_seen(town, people, some, asked_of):
    """Presence and count, for those who see cells and for those who see places."""
    readers = [(AnonymousUser(), Client()), (people.staff, of(people.staff))]
    with undone():
        for number, given_ in enumerate(some):
            values = {name: value for name, value in given_.items() if name not in ("x", "y")}
            well(town, f"W-{number}", given_["x"] + 0.0005, given_["y"] + 0.0005, **values)
        for person, client in readers:
            layer = Layer.of(town.wells, person)
            seen = layer.shown(layer.rows(Question(on=DAY + timedelta(days=4))))
            for wish in asked_of:
                told = SimpleNamespace(
                    **client.get(
                        ITEMS,
                        {
                            "filter": json.dumps(wish),
                            "filter-lang": "cql2-json",
                            "datetime": "2020-03-05",
                            "limit": "100",
                        },
                    ).json()
                )
                expected = [
                    each.key for each in seen
                    if brute(wish, {**each.values, "geometry": each.geometry}) is True
                ]  # fmt: skip
                assert [each["id"] for each in told.features] == expected, wish
                assert told.numberMatched == len(expected)
