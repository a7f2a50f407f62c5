"""Data as SDMX-JSON 1.0 (for SDMX 2.1) and 2.0 (for SDMX 3.0)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shizheng.core.words import language_tag, pick
from shizheng.statistics.published.editions import Observation
from shizheng.statistics.published.formats.plain_json import as_number, dumped
from shizheng.statistics.published.sdmx.artefacts import Component, Words
from shizheng.statistics.published.sdmx.asking import ALL_DIMENSIONS
from shizheng.statistics.published.sdmx.cubes import Cube, SeriesKey, Slice
from shizheng.statistics.published.sdmx.ml_data import has_observations, of_observation, of_series
from shizheng.statistics.published.sdmx.naming import Standard, maintainer

SCHEMA = "https://json.sdmx.org/{version}/sdmx-json-{kind}-schema.json"
VERSIONS = {Standard.V21: "1.0.0", Standard.V30: "2.0.0"}
Value = dict[str, Any]


class _Values:
    """The values of a component that occur, and the place of each."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self._names = {
            code.id: code.name for code in (component.codelist.codes if component.codelist else ())
        }
        self._places: dict[str, int] = {}

    def place(self, code: str) -> int:
        """Return the place of a code, a new one at the end."""
        return self._places.setdefault(code, len(self._places))

    def written(self) -> list[Value]:
        """Return the values in order of their places."""
        return [
            {"id": code, **named(self._names.get(code) or {language_tag(): code})}
            for code in self._places
        ]


def named(words: Words) -> Value:
    """Return a name in the language asked for, and in all."""
    return {"name": pick(words)[0], "names": dict(words)}


def meta(prepared_at: datetime, standard: Standard, kind: str) -> Value:
    """Return what a message of data or of structures says of itself."""
    return {
        "schema": SCHEMA.format(version=VERSIONS[standard], kind=kind),
        "id": f"M{prepared_at:%Y%m%d%H%M%S}",
        "test": False,
        "prepared": prepared_at.isoformat(timespec="seconds"),
        "contentLanguages": [language_tag().lower()],
        "sender": {"id": maintainer()},
    }


def as_json(cube: Cube, standard: Standard) -> bytes:
    """Return the figures of every edition that was asked for."""
    writer = _Writer(cube, standard)
    sets = [writer.data_set(part) for part in cube.slices]
    content: Value = {"meta": meta(cube.prepared_at, standard, "data")}
    structure = writer.structure()
    if standard is Standard.V21:
        content["data"] = {"structure": structure, "dataSets": sets}
    else:
        structure["dataSets"] = list(range(len(sets)))
        content["data"] = {"structures": [structure], "dataSets": sets}
    content["errors"] = []
    return dumped(content)


class _Writer:
    """Writes data sets and remembers which values occurred."""

    def __init__(self, cube: Cube, standard: Standard) -> None:
        self.cube, self.standard = cube, standard
        self.is_flat = cube.query.at_observation == ALL_DIMENSIONS
        structure = cube.structure
        self._dimensions = [_Values(each) for each in structure.dimensions]
        self._time = _Values(structure.time)
        kept = structure.attributes if cube.query.has_attributes else ()
        self._of_series = [] if self.is_flat else [_Values(each) for each in kept if each.of]
        self._of_observation = [_Values(each) for each in kept if self.is_flat or not each.of]

    def data_set(self, part: Slice) -> Value:
        """Return one edition."""
        flow = self.cube.flow.reference
        found: Value = {
            "action": "Replace",
            "validFrom": part.valid_from.isoformat(),
            "links": [{"rel": "dataflow", "urn": flow.urn(self.standard)}],
        }
        if part.valid_to:
            found["validTo"] = part.valid_to.isoformat()
        if self.standard is Standard.V30:
            found["structure"] = 0
        name = "observations" if self.is_flat else "series"
        found[name] = self._flat(part) if self.is_flat else self._series(part)
        return found

    def _key(self, key: SeriesKey) -> str:
        pairs = zip(self._dimensions, key, strict=True)
        return ":".join(str(values.place(code)) for values, code in pairs)

    def _series(self, part: Slice) -> Value:
        found: Value = {}
        for key, series in part.series.items():
            shown = series if has_observations(self.cube) else ()
            found[self._key(key)] = {
                "attributes": _places(self._of_series, of_series(self.cube)),
                "observations": {
                    str(self._time.place(each.period.code)): self._observation(each)
                    for each in shown
                },
            }
        return found

    def _flat(self, part: Slice) -> Value:
        return {
            f"{self._key(key)}:{self._time.place(each.period.code)}": self._observation(each)
            for key, series in part.series.items()
            for each in series
        }

    def _observation(self, each: Observation) -> list[Any]:
        given = {**of_series(self.cube), **of_observation(self.cube, each)}
        value = as_number(each.value) if self.cube.query.has_values else None
        return [value, *_places(self._of_observation, given)]

    def structure(self) -> Value:
        """Return the structure with the values that occurred; called last."""
        dimensions = [
            self._dimension(values, place) for place, values in enumerate(self._dimensions)
        ]
        time = self._dimension(self._time, len(dimensions))
        time["roles"] = ["TIME_PERIOD"]
        structure = self.cube.structure
        found: Value = {
            "links": [
                {"rel": "datastructure", "urn": structure.reference.urn(self.standard)},
                {"rel": "dataflow", "urn": self.cube.flow.reference.urn(self.standard)},
            ],
            **named(self.cube.flow.name),
            "dimensions": {
                "dataSet": [],
                "series": [] if self.is_flat else dimensions,
                "observation": [*dimensions, time] if self.is_flat else [time],
            },
            "attributes": {
                "dataSet": [],
                "series": [self._attribute(values) for values in self._of_series],
                "observation": [self._attribute(values) for values in self._of_observation],
            },
        }
        if self.standard is Standard.V30:
            found["measures"] = {"observation": [self._measure(structure.measure)]}
        return found

    def _dimension(self, values: _Values, place: int) -> Value:
        component = values.component
        return {
            "id": component.id,
            **named(component.name),
            "keyPosition": place,
            "values": values.written(),
        }

    def _attribute(self, values: _Values) -> Value:
        component = values.component
        observed: Value = {"primaryMeasure": "OBS_VALUE"}
        if self.standard is Standard.V30:
            observed = {"observation": {}}
        return {
            "id": component.id,
            **named(component.name),
            "relationship": {"dimensions": [component.of]} if component.of else observed,
            "values": values.written(),
        }

    def _measure(self, component: Component) -> Value:
        return {
            "id": component.id,
            **named(component.name),
            "isMandatory": component.is_required,
            "format": {"dataType": component.text_type},
        }


def _places(attributes: Sequence[_Values], given: Mapping[str, str]) -> list[int | None]:
    return [
        values.place(given[values.component.id]) if values.component.id in given else None
        for values in attributes
    ]
