"""Borders that go round once are valid, whatever else is valid, too."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.domain.vector_tiles import goes_round_once

units = st.integers(0, 9)
rings = st.lists(st.tuples(units, units), min_size=3, max_size=9)


@given(st.lists(rings, min_size=1, max_size=20))
def test_what_is_said_to_go_round_once_is_valid(borders):
    polygons = np.array([shapely.Polygon(each) for each in borders], dtype=object)
    assert shapely.is_valid(polygons[goes_round_once(polygons)]).all()


@pytest.mark.parametrize(
    ("shape", "is_sure"),
    [
        (shapely.box(0, 0, 9, 9), True),
        (shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 9), (9, 0)]), True),
        (shapely.Polygon([(0, 0), (9, 0), (7, 4), (9, 9), (0, 9)]), True),
        (shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), False),
        (shapely.Polygon([(9, 5), (2, 9), (2, 1), (9, 6), (1, 9), (1, 0)]), False),
        (shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 3, 3)), False),
        (shapely.MultiPolygon([shapely.box(0, 0, 9, 9)]), False),
        (shapely.Polygon(), False),
    ],
    ids=["box", "repeated", "dented", "crossed", "twice-round", "hole", "parts", "empty"],
)
def test_it_is_sure_of_plain_borders_alone(shape, is_sure):
    assert goes_round_once(np.array([shape], dtype=object)).tolist() == [is_sure]
