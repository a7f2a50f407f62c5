"""The invented city keeps the rules that registers have for the real one."""

from datetime import date
from math import radians

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.places.domain.addresses import english_key, parsed
from shizheng.places.synthetic.domain import land, roads
from shizheng.places.synthetic.domain.grid import blocks_in
from shizheng.places.synthetic.domain.layers import LAYERS, columns_of, per_block, sample
from shizheng.places.synthetic.domain.made import City
from shizheng.places.synthetic.domain.streets import streets_of

WORDS = (("示範", "Shifan"), ("虛構", "Xugou"))
NAMES = (("苓雅區", "Lingya Dist."), ("前鎮區", "Qianzhen Dist."))
HERE = shapely.Point(178_000, 2_502_000).buffer(900)
BESIDE = shapely.Point(180_200, 2_502_000).buffer(900)


def city(seed=1, turned=9.0, count=9, districts=None):
    ground, blocks = blocks_in(
        districts or {"a": HERE, "b": BESIDE}, count=count, turned=radians(turned)
    )
    streets = streets_of(WORDS, blocks.column, blocks.row)
    return City(ground, blocks, streets, NAMES, seed, date(2020, 3, 1))


cities = st.builds(
    city, seed=st.integers(0, 2**31), turned=st.floats(-45, 45), count=st.integers(1, 12)
)


@given(cities)
@settings(max_examples=15, deadline=None)
def test_parcels_fill_their_blocks_without_overlap(made_city):
    made = land.parcels(made_city)
    tree = shapely.STRtree(made.shapes)
    one, other = tree.query(made.shapes, predicate="overlaps")
    shared = shapely.area(shapely.intersection(made.shapes[one], made.shapes[other]))

    assert shared.max(initial=0.0) < 0.01
    ground = (land.INSIDE) * (112 - 2 * 10 - 2 * land.LANE_HALF) * len(made_city.blocks)
    assert shapely.area(made.shapes).sum() == pytest.approx(ground)
    lots = list(zip(made.columns["section"], made.columns["lot"], strict=True))
    assert len({*lots}) == len(lots)


@given(cities)
@settings(max_examples=15, deadline=None)
def test_each_end_of_a_sewer_lies_on_the_manhole_that_it_names(made_city):
    pipes, holes = roads.sewers(made_city), roads.manholes(made_city)
    ends = shapely.get_coordinates(pipes.shapes, include_z=True).reshape(-1, 2, 3)

    for side, name in enumerate(("begins_at", "ends_at")):
        at = np.array(pipes.related[name])
        spots = shapely.get_coordinates(holes.shapes)[at]
        assert np.hypot(*(ends[:, side, :2] - spots).T).max() < 1e-6
        assert ends[:, side, 2].tolist() == [holes.columns["bottom_m"][place] for place in at]
    assert (ends[:, 0, 2] >= ends[:, 1, 2]).all(), "sewage flows down"


@given(cities)
@settings(max_examples=10, deadline=None)
def test_each_end_of_a_gutter_and_of_a_road_meets_another(made_city):
    for made in (roads.gutters(made_city), roads.road_sections(made_city)):
        ends = shapely.get_coordinates(made.shapes).reshape(-1, 2)
        spots = shapely.points(ends)
        tree = shapely.STRtree(made.shapes)
        found, _ = tree.query(spots, predicate="dwithin", distance=0.5)
        assert np.bincount(found, minlength=len(spots)).min() >= 2


@given(cities)
@settings(max_examples=10, deadline=None)
def test_everything_lies_inside_its_district_and_is_valid(made_city):
    whole = shapely.union(HERE, BESIDE)
    for name, make in LAYERS.items():
        made = make(made_city)
        assert shapely.is_valid(made.shapes).all(), name
        assert shapely.contains(whole, shapely.force_2d(made.shapes)).all(), name
        assert {len(each) for each in made.columns.values()} == {len(made)}, name


@given(cities)
@settings(max_examples=10, deadline=None)
def test_every_house_has_its_own_address_that_both_languages_are_read_from(made_city):
    made = land.addresses(made_city)
    zh, en = made.columns["address"], made.columns["address_en"]

    assert len({*zh}) == len(zh)
    assert len({english_key(each) for each in en}) == len(en)
    for text, number, road in zip(zh, made.columns["house"], made.columns["road"], strict=True):
        assert parsed(text).number == number
        assert parsed(text).street == parsed(f"{road}1號").street


def test_the_same_seed_makes_the_same_city_and_a_layer_more_changes_no_other():
    one, other = city(seed=3), city(seed=3)
    made, again = roads.gutters(one), roads.gutters(other)

    assert made.columns == again.columns
    assert shapely.equals(made.shapes, again.shapes).all()
    assert roads.gutters(city(seed=4)).columns != made.columns


def test_districts_fill_up_one_after_the_other():
    few, many = city(count=4), city(count=150)

    assert {*few.blocks.district.tolist()} == {0}
    assert {*many.blocks.district.tolist()} == {0, 1}


def test_a_district_without_room_for_a_block_is_refused():
    with pytest.raises(ValueError, match="no room"):
        city(districts={"a": shapely.Point(0, 0).buffer(50)})
    with pytest.raises(ValueError, match="needs a district"):
        blocks_in({}, count=1, turned=0.0)


def test_more_roads_than_names_are_refused():
    streets = streets_of(WORDS, np.array([0, 50]), np.array([0, 50]))
    with pytest.raises(ValueError, match="words for names"):
        streets.road(0, 45, 0)


def test_a_long_road_has_stretches_and_a_short_one_has_none():
    streets = streets_of(WORDS, np.array([0, 30]), np.array([0, 5]))

    assert streets.road(0, 0, 13).zh == "示範一路二段"
    assert streets.road(1, 0, 3).zh == "示範一街"


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_says_its_columns(layer):
    assert columns_of(layer) == {*LAYERS[layer](sample()).columns}
    assert per_block((layer,)) > 0
