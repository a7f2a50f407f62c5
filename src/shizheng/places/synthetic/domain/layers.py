"""All layers of the invented city by name, and how many things a block has of each."""

from datetime import date
from functools import lru_cache

import numpy as np

from shizheng.places.synthetic.domain import land, roads
from shizheng.places.synthetic.domain.grid import Blocks, Ground
from shizheng.places.synthetic.domain.made import City, Layer
from shizheng.places.synthetic.domain.streets import streets_of

LAYERS: dict[str, Layer] = {
    "road_sections": roads.road_sections,
    "parcels": land.parcels,
    "addresses": land.addresses,
    "gutters": roads.gutters,
    "manholes": roads.manholes,
    "sewers": roads.sewers,
    "sewer_districts": land.sewer_districts,
    "sewer_connections": land.sewer_connections,
    "pipelines": roads.pipelines,
    "industrial_pipelines": roads.industrial_pipelines,
    "hydrants": roads.hydrants,
    "street_lights": roads.street_lights,
    "trees": roads.trees,
}
"""In this order: a relation leads to a layer before it."""
SQUARE = 6
"""The sample city is so many blocks wide and deep."""


@lru_cache(maxsize=1)
def sample() -> City:
    """Return a small city around nothing, to learn what layers say."""
    columns, rows = (each.ravel() for each in np.meshgrid(np.arange(SQUARE), np.arange(SQUARE)))
    blocks = Blocks(columns, rows, np.zeros(len(columns), dtype=np.int64))
    words = (("甲", "A"),)
    ground = Ground(200_000.0, 2_500_000.0, 0.0)
    return City(ground, blocks, streets_of(words, columns, rows), (("區", "D"),), 1,
                date(2020, 3, 1))  # fmt: skip


@lru_cache(maxsize=32)
def columns_of(layer: str) -> frozenset[str]:
    """Return the names of the columns of a layer."""
    return frozenset(LAYERS[layer](sample()).columns)


@lru_cache(maxsize=32)
def relations_of(layer: str) -> frozenset[str]:
    """Return the names of the relations that a layer tells."""
    return frozenset(LAYERS[layer](sample()).related)


def per_block(layers: tuple[str, ...]) -> float:
    """Return about how many things of the layers a block brings."""
    return sum(len(LAYERS[each](sample())) for each in layers) / SQUARE**2
