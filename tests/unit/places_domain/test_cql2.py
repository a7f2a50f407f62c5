"""CQL2 as text and as JSON: one tree; what it says of a thing; what is refused, and how."""

import json
from datetime import date, datetime

import pytest
import shapely

from shizheng.kernel.errors import DomainError
from shizheng.places.domain.cql2.checking import Kind, Terms, checked
from shizheng.places.domain.cql2.encoded import from_json
from shizheng.places.domain.cql2.errors import (
    FilterTooLarge,
    FilterUnfit,
    FilterUnreadable,
    PropertyUnknown,
)
from shizheng.places.domain.cql2.evaluating import judge_of
from shizheng.places.domain.cql2.text import from_text

KINDS = {
    "name": Kind.TEXT, "depth": Kind.NUMBER, "count": Kind.NUMBER, "is_ok": Kind.BOOLEAN,
    "dug_on": Kind.DAY, "valid_from": Kind.DAY, "valid_to": Kind.DAY, "geometry": Kind.SHAPE,
    "名稱": Kind.TEXT,
}  # fmt: skip
TERMS = Terms(KINDS, datetime.date, lambda shape: shape)
WELL = {
    "name": "Öld well_1", "depth": 12.5, "count": 3, "is_ok": True, "dug_on": date(2020, 5, 1),
    "valid_from": date(2020, 1, 1), "valid_to": None, "geometry": shapely.Point(1, 2),
    "名稱": "老井",
}  # fmt: skip
POINT = {"type": "Point", "coordinates": [1, 2]}


def prop(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


PAIRS = {
    "name = 'it''s'": op("=", prop("name"), "it's"),
    r"name = 'it\'s'": op("=", prop("name"), "it's"),
    "名稱 <> '老井'": op("<>", prop("名稱"), "老井"),
    '"name" LIKE \'W%\' and not depth < -1.5e1': op(
        "and", op("like", prop("name"), "W%"), op("not", op("<", prop("depth"), -15.0))
    ),
    "depth = 1 OR depth = 2 AND count = 3": op(
        "or", op("=", prop("depth"), 1),
        op("and", op("=", prop("depth"), 2), op("=", prop("count"), 3)),
    ),
    "depth NOT BETWEEN 1 AND 2 + 3": op(
        "not", op("between", prop("depth"), 1, op("+", 2, 3))
    ),
    "count NOT IN (1, 2)": op("not", op("in", prop("count"), [1, 2])),
    "depth IS NOT NULL": op("not", op("isNull", prop("depth"))),
    "casei(name) = CASEI('X')": op("=", op("casei", prop("name")), op("casei", "X")),
    "S_INTERSECTS(geometry, POINT(1 2))": op("s_intersects", prop("geometry"), POINT),
    "s_within(geometry,BBOX(0,0,0,3,3,9))": op(
        "s_within", prop("geometry"), {"bbox": [0, 0, 3, 3]}
    ),
    "T_AFTER(dug_on, DATE('2020-01-01'))": op("t_after", prop("dug_on"), {"date": "2020-01-01"}),
    "T_DURING(INTERVAL(valid_from, valid_to), INTERVAL('2019-01-01','..'))": op(
        "t_during", {"interval": [prop("valid_from"), prop("valid_to")]},
        {"interval": ["2019-01-01", ".."]},
    ),
    "dug_on < TIMESTAMP('2020-01-01T08:00:00Z')": op(
        "<", prop("dug_on"), {"timestamp": "2020-01-01T08:00:00Z"}
    ),
    "is_ok = TRUE": op("=", prop("is_ok"), True),
    "2 * count - 1 div 2 ^ 3 >= 10 % 3": op(
        ">=", op("-", op("*", 2, prop("count")), op("div", 1, op("^", 2, 3))), op("%", 10, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", PAIRS, ids=str)
def test_text_and_json_are_one_tree(text):
    assert from_text(text) == from_json(json.dumps(PAIRS[text]))


SAID = {
    "name LIKE 'Öld%'": True, "name LIKE 'öld%'": False, r"name LIKE '%\_1'": True,
    r"name LIKE '%\_well%'": False, "CASEI(name) LIKE casei('öLD%')": True,
    "accenti(name) = 'Old well_1'": True, "name LIKE '_ld well__'": True, "is_ok": True,
    "NOT is_ok OR 名稱 = '老井'": True, "depth + count * 2 = 18.5": True, "-depth < 0": True,
    "count div 2 = 1 AND 7 % 4 = count": True, "count / 0 = 1": None, "count ^ 2 = 9": True,
    "valid_to = DATE('2020-01-01')": None, "NOT valid_to = DATE('2020-01-01')": None,
    "valid_to = DATE('2020-01-01') AND FALSE": False,
    "valid_to = DATE('2020-01-01') OR TRUE": True, "valid_to IS NULL": True,
    "valid_to IN (DATE('2020-01-01'))": None, "depth BETWEEN 12.5 AND 12.5": True,
    "name IN ('a', 'Öld well_1')": True, "名稱 > '老'": True,
    "S_INTERSECTS(geometry, BBOX(1,2,3,4))": True, "S_WITHIN(geometry, BBOX(1,2,3,4))": False,
    "S_TOUCHES(BBOX(1,2,3,4), geometry)": True, "S_DISJOINT(geometry, POINT(1 2))": False,
    "S_CONTAINS(BBOX(0,0,3,4), geometry)": True, "S_CONTAINS(geometry, BBOX(0,0,3,4))": False,
    "S_EQUALS(geometry, MULTIPOINT((1 2)))": True,
    "S_CROSSES(LINESTRING(0 0, 2 2), LINESTRING(0 2, 2 0))": True,
    "S_OVERLAPS(BBOX(0,0,2,2), BBOX(1,1,3,3))": True,
    "T_BEFORE(dug_on, DATE('2020-05-02'))": True, "T_AFTER(dug_on, DATE('2020-05-01'))": False,
    "T_EQUALS(dug_on, TIMESTAMP('2020-05-01T23:00:00Z'))": True,
    "T_INTERSECTS(dug_on, INTERVAL('2020-05-01','..'))": True,
    "T_DISJOINT(dug_on, INTERVAL('..','2020-04-30'))": True,
    "T_DURING(INTERVAL(valid_from,valid_to), INTERVAL('2019-12-31','..'))": False,
    "T_FINISHES(INTERVAL(valid_from,valid_to), INTERVAL('2019-12-31','..'))": True,
    "T_STARTEDBY(INTERVAL(valid_from,valid_to), INTERVAL('2020-01-01','2020-02-01'))": True,
    "T_MEETS(INTERVAL('2019-01-01','2020-01-01'), INTERVAL(valid_from,valid_to))": True,
    "T_OVERLAPS(INTERVAL('2019-01-01','2020-02-01'), INTERVAL(valid_from,dug_on))": True,
}  # fmt: skip


@pytest.mark.parametrize("text", SAID, ids=str)
def test_what_a_filter_says_of_a_thing(text):
    assert judge_of(checked(from_text(text), TERMS))(WELL) is SAID[text]


REFUSED = {
    "": FilterUnreadable, "depth >": FilterUnreadable, "(depth = 1": FilterUnreadable,
    "depth = 1 2": FilterUnreadable, "depth ! 1": FilterUnreadable, "name = 'x": FilterUnreadable,
    "depth NOT 3": FilterUnreadable, "S_WITHIN(geometry, POINT(1 2": FilterUnreadable,
    "S_WITHIN(geometry, POLYGON((0 0, 1 1)))": FilterUnreadable,
    "dug_on = DATE('yesterday')": FilterUnreadable,
    "S_WITHIN(geometry, BBOX(1,2))": FilterUnreadable,
    "secret = 1": PropertyUnknown, "depth": FilterUnfit, "depth = 'x'": FilterUnfit,
    "dug_on = '2020-01-01'": FilterUnfit, "name + 1 = 2": FilterUnfit, "is_ok < TRUE": FilterUnfit,
    "depth AND is_ok": FilterUnfit, "geometry = 1": FilterUnfit, "name LIKE name": FilterUnfit,
    "buffer(geometry, 1) = 2": FilterUnfit, "S_WITHIN(geometry, name)": FilterUnfit,
    "S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))": FilterUnfit,
    "T_MEETS(dug_on, DATE('2020-01-01'))": FilterUnfit,
    "T_DURING(INTERVAL('2021-01-01','2020-01-01'), INTERVAL('..','..'))": FilterUnfit,
    "depth = 1e999": FilterUnfit,
    " OR ".join(f"depth = {n}" for n in range(10_000)): FilterTooLarge,
    " OR ".join(f"depth = {n}" for n in range(800)): FilterTooLarge,
    "(" * 5_000 + "is_ok" + ")" * 5_000: FilterTooLarge, "NOT " * 900 + "is_ok": FilterTooLarge,
    "-" * 19_000 + "1 = 1": FilterUnreadable, "casei(" * 900 + "name": FilterTooLarge,
    "depth" + " + 1" * 400 + " = 1": FilterTooLarge,
    f"S_WITHIN(geometry, LINESTRING({','.join(f'{n} 0' for n in range(2_500))}))": FilterTooLarge,
    "S_WITHIN(geometry, POINT(nan nan))": FilterUnfit,
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40] or "empty")
def test_a_bad_filter_is_refused_in_one_sentence(text):
    with pytest.raises(REFUSED[text]) as refusal:
        checked(from_text(text), TERMS)
    said = refusal.value.refusal()
    assert len(said.message) < 250
    assert said.hint


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "null", '{"op": 1}', '{"op": "=", "args": 1}', '{"property": 1}', '{"date": "x"}',
     '{"interval": [1]}', '{"bbox": ["a"]}', '{"type": "Point"}', '{"op": "=", "args": [NaN, 1]}',
     '{"op": "=", "args": [' + "1" * 5_000 + ", 1]}", '{"op":"not","args":[' * 100 + "true",
     '{"op":"not","args":[' * 900 + "true" + "]}" * 900,
     '{"op": "=", "args": [1' + "0" * 400 + ", 1]}",
     r'{"op": "=", "args": [{"property": "name"}, "\u0000"]}',
     r'{"op": "=", "args": [{"property": "name"}, "\ud800"]}'],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_bad_json_is_refused(text):
    with pytest.raises(DomainError):
        checked(from_json(text), TERMS)
