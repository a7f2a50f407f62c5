"""A style for MapLibre from what a register declares of its colours (圖式).

Source: Mapbox and MapLibre Style Specification, version 8.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from shizheng.core.words import in_language
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.lateness import late_before
from shizheng.places.selectors.layers import Layer
from shizheng.places.tiles.documents import dimension
from shizheng.places.tiles.reading import counts_name

FONTS = ["Noto Sans TC", "Noto Sans CJK TC", "sans-serif"]


def colour_of(body: RegisterBody, on: date) -> Any:
    """Return the colour, or the expression that chooses it: overdue first, then by a field."""
    style = body.style
    found: Any = style.colour
    if style.by and style.colours:
        pairs = [part for code, colour in style.colours.items() for part in (code, colour)]
        found = ["match", ["to-string", ["get", style.by]], *pairs, style.colour]
    if style.late is None:
        return found
    kept, before = ["get", style.late.field], late_before(style.late, on).isoformat()
    tests: list[Any] = [["has", style.late.field], ["<", ["to-string", kept], before]]
    if style.late.states:
        tests.append(["in", ["get", "state"], ["literal", list(style.late.states)]])
    return ["case", ["all", *tests], style.late.colour, found]


def legend_of(body: RegisterBody) -> list[tuple[str, str]]:
    """Return (colour, what it means) for each colour; the register's own where there is one."""
    style, by = body.style, body.field(body.style.by) if body.style.by else None
    late = [(style.late.colour, in_language(style.late.name))] if style.late else []
    if by is None or not style.colours:
        return [(style.colour, ""), *late]
    words = body.codes_of(by)
    meant: dict[str, list[str]] = {}
    for code, name in words.items():
        meant.setdefault(style.colours.get(code, style.colour), []).append(in_language(name))
    return [*((colour, "、".join(names)) for colour, names in meant.items()), *late]


def layers_of(layer: Layer, on: date) -> Iterator[dict[str, Any]]:
    """Yield the layers that draw a register as of a day, the lowest first.

    The source is called by the code of the register.
    """
    code, colour = layer.register.code, colour_of(layer.sight.body, on)
    width = layer.sight.body.style.width
    common = {"source": code, "source-layer": code}
    if dimension(layer) == 2:
        paint = {"fill-color": colour, "fill-opacity": 0.25}
        yield {"id": f"{code}-grounds", "type": "fill", **common, "paint": paint}
    if dimension(layer) >= 1:
        yield {
            "id": f"{code}-lines", "type": "line", **common,
            "layout": {"line-cap": "round", "line-join": "round"},
            "paint": {"line-color": colour, "line-width": _growing(width)},
        }  # fmt: skip
    else:
        yield {
            "id": f"{code}-points", "type": "circle", **common,
            "paint": {"circle-color": colour, "circle-radius": _growing(7),
                      "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5},
        }  # fmt: skip
    yield from _counts(layer)


def _growing(size: float) -> Any:
    return ["interpolate", ["linear"], ["zoom"], 11, size * 0.4, 16, size, 20, size * 1.8]


def _counts(layer: Layer) -> Iterator[dict[str, Any]]:
    code, name = layer.register.code, counts_name(layer)
    common = {"source": code, "source-layer": name}
    radius = ["interpolate", ["linear"], ["get", "count"], 1, 8, 1000, 16, 10000, 24]
    yield {
        "id": f"{name}-circles", "type": "circle", **common,
        "paint": {"circle-color": layer.sight.body.style.colour, "circle-opacity": 0.85,
                  "circle-radius": radius},
    }  # fmt: skip
    text = ["concat", ["to-string", ["get", "count"]], ["case", ["get", "more"], "+", ""]]
    yield {
        "id": f"{name}-numbers", "type": "symbol", **common,
        "layout": {"text-field": text, "text-size": 12, "text-font": FONTS,
                   "text-allow-overlap": True},
        "paint": {"text-color": "#ffffff"},
    }  # fmt: skip


def style_of(layer: Layer, tilejson_address: str, on: date) -> dict[str, Any]:
    """Return a whole style that shows one register as of a day."""
    return {
        "version": 8,
        "name": in_language(layer.register.name),
        "sources": {layer.register.code: {"type": "vector", "url": tilejson_address}},
        "layers": list(layers_of(layer, on)),
    }
