"""The layers of the map: by agency, with legend, who may see them how exactly, and their tiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from shizheng.core.access import Person
from shizheng.core.words import in_language
from shizheng.places.domain.mercator import QUAD
from shizheng.places.pages import showing
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.registers import registers_seen
from shizheng.places.tiles.documents import has_tiles
from shizheng.places.tiles.style import layers_of, legend_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer in the list (圖層)."""

    layer: Layer
    code: str
    name: str
    is_drawn: bool
    is_chosen: bool
    precision: str
    legend: list[tuple[str, str]]
    shape: str


@dataclass(frozen=True, slots=True)
class Group:
    """The layers of an agency."""

    name: str
    entries: tuple[Entry, ...]


def entries_of(viewer: Person, chosen: Iterable[str]) -> list[Entry]:
    """Return the layers with places that ``viewer`` may know of, in the order of the pack."""
    wanted = set(chosen)
    found = []
    for register in registers_seen(viewer):
        layer = Layer.of(register, viewer)
        body = layer.sight.body
        if body.geometry.kind == "none":
            continue
        is_drawn = has_tiles(layer)
        found.append(
            Entry(
                layer, register.code, in_language(register.name), is_drawn,
                is_drawn and register.code in wanted, showing.precision_in_words(layer.sight),
                legend_of(body) if is_drawn else [], _shape(layer),
            )
        )  # fmt: skip
    return found


def _shape(layer: Layer) -> str:
    kind = layer.sight.body.geometry.kind if layer.sight.is_exact else "point"
    return {"line_3d": "line"}.get(kind, kind)


def groups_of(entries: Iterable[Entry]) -> list[Group]:
    """Return the layers by the agency that keeps them."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(in_language(each.layer.register.owner.name), []).append(each)
    return [Group(name, tuple(some)) for name, some in found.items()]


def drawings_of(entries: Iterable[Entry], on: date) -> list[dict[str, Any]]:
    """Return what the map needs to draw each layer as of a day."""
    return [
        {
            "code": each.code,
            "name": each.name,
            "agency": in_language(each.layer.register.owner.short_name),
            "tiles": reverse("ogc:tile", args=[each.code, QUAD, "0", "1", "2"]).replace(
                "0/1/2", "{z}/{y}/{x}"
            ),
            "style": reverse("ogc:tile_style", args=[each.code]),
            "layers": list(layers_of(each.layer, on)),
        }
        for each in entries
        if each.is_drawn
    ]
