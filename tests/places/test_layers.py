"""Reading registers: by place, by value, in order; and that nothing hidden can be asked for."""

from datetime import timedelta

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.places.conftest import AT, DAY, plot, undone, well

from shizheng.core.access import found
from shizheng.kernel.errors import DomainError
from shizheng.kernel.geodesy import distance_m
from shizheng.places.actions.things import thing_change, thing_retire
from shizheng.places.domain.errors import FieldUnknown, QuestionUnfit
from shizheng.places.models import Register, Thing
from shizheng.places.selectors.histories import corrections, differences, history
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import registers_seen

NEXT = DAY + timedelta(days=30)
NOBODY = AnonymousUser()


def keys(layer: Layer, **asked) -> list[str]:
    return [each.key for each in layer.shown(layer.rows(Question(**{"on": DAY} | asked)))]


def test_who_may_know_of_a_register_at_all(town, people):
    seen = {
        name: {each.code for each in registers_seen(viewer)}
        for name, viewer in {"nobody": NOBODY, "staff": people.staff}.items()
    }
    public = {"wells", "plots", "road_sections", "houses", "empty_rooms", "workshops"}
    assert seen == {"nobody": public, "staff": public | {"drains"}}
    with pytest.raises(Http404):
        found(NOBODY, Register, code="drains")


def test_each_sees_fields_and_places_as_declared(town, people):
    well(town, pump_count="1", remark="私下", depth_m="20")
    shown = {
        name: Layer.of(town.wells, viewer).shown(
            Layer.of(town.wells, viewer).rows(Question(on=DAY))
        )[0]
        for name, viewer in {
            "nobody": NOBODY, "staff": people.staff, "officer": people.officer,
        }.items()
    }  # fmt: skip
    assert set(shown["nobody"].values) == {"name", "depth_m"}
    assert set(shown["staff"].values) == {"name", "depth_m", "pump_count"}
    assert set(shown["officer"].values) == {"name", "depth_m", "pump_count", "remark"}
    assert shown["staff"].geometry.equals(shapely.Point(0.01, 0.01))
    assert shown["nobody"].precision == "grid"
    away = distance_m((0.01, 0.01), (shown["nobody"].geometry.x, shown["nobody"].geometry.y))
    assert 0 < away < 500


def test_rows_are_narrowed_and_in_order(town, people):
    for number, depth in enumerate(["30", "5", "12", None], 1):
        well(town, f"W-{number}", x=0.005 * number, depth_m=depth, use="home" if number % 2 else "")
    layer = Layer.of(town.wells, people.staff)
    assert keys(layer, order="-depth_m") == ["W-1", "W-3", "W-2", "W-4"]
    assert keys(layer, values={"use": "家用"}) == ["W-1", "W-3"]
    assert keys(layer, values={"use": ""}) == ["W-2", "W-4"]
    assert keys(layer, words="l w-2") == ["W-2"]
    assert keys(layer, bounds=(0.004, 0.0, 0.011, 0.02)) == ["W-1", "W-2"]
    assert keys(layer, within=shapely.box(0.014, 0.0, 0.03, 0.02)) == ["W-3", "W-4"]
    assert layer.count(Question(on=DAY), most=3) == (3, False)
    for asked in ({"order": "nothing"}, {"values": {"nothing": "1"}}):
        with pytest.raises(FieldUnknown):
            keys(layer, **asked)
    with pytest.raises(QuestionUnfit):
        keys(layer, values={"depth_m": "deep"})


def test_bounds_touch_exactly_and_not_as_the_index_rounds(town):
    plot(town, "1", 0.0123456789, 0.01)
    layer = Layer.of(town.plots, NOBODY)
    edge = 0.0123456789
    assert keys(layer, bounds=(0.0, 0.0, edge, 0.04)) == ["1"]
    assert keys(layer, bounds=(0.0, 0.0, edge - 1e-9, 0.04)) == []


points = st.tuples(st.floats(0.0005, 0.0395), st.floats(0.0005, 0.0395))


@settings(
    max_examples=10, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(points, min_size=1, max_size=8), points, st.floats(10, 3000))
def test_near_and_nearest_are_what_measuring_each_says(town, people, spots, centre, metres):
    with undone():
        for number, (x, y) in enumerate(spots):
            well(town, f"W-{number}", x, y)
        layer = Layer.of(town.wells, people.staff)
        measured = sorted((distance_m(centre, spot), f"W-{n}") for n, spot in enumerate(spots))
        near = layer.within_m(shapely.Point(*centre), metres, Question(on=DAY))
        surely = {key for away, key in measured if away < metres * 0.99}
        perhaps = {key for away, key in measured if away < metres * 1.01}
        assert surely <= {shown.key for _, shown in near} <= perhaps
        assert [away for away, _ in near] == sorted(away for away, _ in near)
        ((first, _shown),) = layer.nearest(*centre, Question(on=DAY), most=1)
        assert first == pytest.approx(measured[0][0], rel=0.01)


def test_along_a_line_is_within_metres_of_it(town, people):
    for number in range(5):
        well(town, f"W-{number}", 0.005 + 0.005 * number, 0.01 + 0.0001 * number)
    layer = Layer.of(town.wells, people.staff)
    road = shapely.LineString([(0.0, 0.01), (0.03, 0.01)])
    near = layer.within_m(road, 25, Question(on=DAY))
    assert [shown.key for _, shown in near] == ["W-0", "W-1", "W-2"]


hidden = st.fixed_dictionaries(
    {"dx": st.floats(0, 0.004), "dy": st.floats(0, 0.004), "pumps": st.integers(0, 1),
     "remark": st.sampled_from(["甲方同意", "乙方反對"]), "touched": st.booleans()}
)  # fmt: skip
asked = st.fixed_dictionaries(
    {
        "west": st.floats(0, 0.02), "south": st.floats(0, 0.02), "size": st.floats(0.0001, 0.02),
        "order": st.sampled_from(["", "-depth_m", "name", "pump_count", "remark", "-state"]),
        "field": st.sampled_from(["use", "pump_count", "remark", "village", "district"]),
        "value": st.sampled_from(["home", "1", "甲方同意", "D1", "D2V1"]),
        "words": st.sampled_from(["", "方", "W-1", "甲"]),
    }
)  # fmt: skip


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.tuples(hidden, hidden), min_size=1, max_size=4), asked)
def test_two_towns_that_differ_in_what_is_hidden_give_the_public_one_answer(town, pairs, asked):
    """Places move inside their cell of 500 m, hidden fields differ; every question is asked."""
    answers = [_answers(town, [pair[which] for pair in pairs], asked) for which in (0, 1)]
    assert answers[0] == answers[1]


CELL = 500.0


def _answers(town, secrets, asked):
    found: list[object] = []
    layer = Layer.of(town.wells, NOBODY)
    with undone():
        for number, secret in enumerate(secrets):
            corner = shapely.Point(
                (501 + number) * CELL + 1 + secret["dx"] / 0.004 * 498,
                2 * CELL + 1 + secret["dy"] / 0.004 * 498,
            )
            (spot,) = layer.metres.degrees([corner])
            made = well(
                town, f"W-{number}", spot.x, spot.y, depth_m=str(number * 7 % 4), use="home",
                pump_count=str(secret["pumps"]), remark=secret["remark"],
            )  # fmt: skip
            if secret["touched"]:
                thing_change(
                    thing=made, seen=1, by=None, at=AT + timedelta(hours=1), valid_from=NEXT,
                    values={"remark": "丙"},
                )  # fmt: skip
        box = (
            asked["west"], asked["south"], asked["west"] + asked["size"],
            asked["south"] + asked["size"],
        )  # fmt: skip
        day = NEXT + timedelta(days=1)
        questions = [
            Question(on=day, bounds=box), Question(on=day, within=shapely.box(*box)),
            Question(on=day, order=asked["order"]), Question(on=day, words=asked["words"]),
            Question(on=day, values={asked["field"]: asked["value"]}),
        ]  # fmt: skip
        for question in questions:
            found.append(_answer(lambda question=question: _plain(layer, question)))
            found.append(_answer(lambda question=question: layer.count(question)))
        middle = shapely.Point(box[0], box[1])
        for near in (
            layer.within_m(middle, asked["size"] * 50_000, Question(on=day)),
            layer.nearest(box[0], box[1], Question(on=day), most=2),
        ):
            found.append([(round(away, 3), _looks(shown)) for away, shown in near])
        for thing in Thing.objects.order_by("key"):
            told = history(layer, thing)
            found.append([(each.valid_from, each.valid_to, _looks(each)) for each in told])
            found.append(corrections(layer, thing))
        found.append([each.key for each in differences(layer, Question(on=DAY), day)[0]])
    return found


def _answer(call):
    try:
        return call()
    except DomainError as refusal:
        return refusal.code


def _plain(layer, question):
    return [_looks(each) for each in layer.shown(layer.rows(question))]


def _looks(shown):
    return (
        shown.key, shown.state, dict(shown.values), shown.geometry and shown.geometry.wkt,
        shown.district, shown.village, shown.length_m, shown.area_m2, shown.notes,
    )  # fmt: skip


def test_where_places_are_hidden_no_question_of_place_finds_anything(town, people):
    from shizheng.places.actions.things import thing_record

    thing_record(
        register=town.drains, key="D-1", by=None, at=AT, valid_from=DAY, values={},
        geometry=shapely.LineString([(0.01, 0.01, -1), (0.02, 0.01, -2)]),
    )  # fmt: skip
    staff, keeper = (Layer.of(town.drains, each) for each in (people.staff, people.officer))
    world = (-180.0, -90.0, 180.0, 90.0)
    assert keys(keeper, bounds=world) == ["D-1"]
    assert keys(staff, bounds=world) == []
    assert keys(staff, values={"district": "D2"}) == ["D-1"]
    assert staff.nearest(0.01, 0.01, Question(on=DAY)) == []
    (shown,) = staff.shown(staff.rows(Question(on=DAY)))
    assert (shown.geometry, shown.length_m, shown.precision) == (None, None, "district")


def test_the_difference_of_two_days_is_what_began_ended_and_changed(town, people):
    for number in range(1, 4):
        well(town, f"W-{number}")
    thing = {each.key: each for each in Thing.objects.all()}
    thing_change(
        thing=thing["W-1"], seen=1, by=None, at=AT, valid_from=NEXT, values={"name": "新名"}
    )
    thing_retire(thing=thing["W-2"], seen=1, by=None, at=AT, on=NEXT, why="填平")
    well(town, "W-4", on=NEXT)
    layer = Layer.of(town.wells, NOBODY)
    told, is_all = differences(layer, Question(on=DAY), NEXT)
    assert [(each.key, each.verb) for each in told] == [
        ("W-1", "changed"), ("W-2", "ended"), ("W-4", "added"),
    ]  # fmt: skip
    assert is_all


def test_a_page_of_rows_asks_the_database_few_times(town, people, django_assert_max_num_queries):
    for number in range(1, 30):
        well(town, f"W-{number}")
    with django_assert_max_num_queries(7):
        layer = Layer.of(town.wells, people.staff)
        asked = Question(on=DAY, bounds=(0.0, 0.0, 0.04, 0.04), order="-depth_m")
        assert len(layer.shown(layer.rows(asked)[:20])) == 20
        assert layer.count(asked) == (29, True)
