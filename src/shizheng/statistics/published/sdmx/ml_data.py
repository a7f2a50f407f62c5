"""Data as SDMX-ML: generic and structure-specific in 2.1, structure-specific in 3.0."""

from collections.abc import Iterator, Mapping, Sequence

from shizheng.statistics.published.editions import Observation
from shizheng.statistics.published.sdmx.asking import ALL_DIMENSIONS, TIME
from shizheng.statistics.published.sdmx.cubes import Cube, Slice
from shizheng.statistics.published.sdmx.naming import Standard
from shizheng.statistics.published.sdmx.xml import element, header, message, reference, tagged

STRUCTURE = "STRUCTURE"
"""The name by which a data set points to the structure in the header."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def of_observation(cube: Cube, each: Observation) -> dict[str, str]:
    """Return the attributes of a figure by name."""
    if not cube.query.has_attributes:
        return {}
    return {
        "OBS_STATUS": str(each.status),
        "CONF_STATUS": str(each.confidentiality),
        "SYNTHETIC": "true" if each.is_synthetic else "false",
    }


def of_series(cube: Cube) -> Mapping[str, str]:
    """Return the attributes of every series by name."""
    return cube.attributes if cube.query.has_attributes else {}


def written_value(cube: Cube, each: Observation) -> str:
    """Return the value as text; empty where there is none, or none is asked for."""
    return each.number if cube.query.has_values else ""


def has_observations(cube: Cube) -> bool:
    """Whether more than the keys of the series is asked for."""
    return cube.query.has_values or cube.query.has_attributes


def generic(cube: Cube) -> bytes:
    """Return generic data of SDMX-ML 2.1."""
    standard = Standard.V21
    points = reference("com:Structure", cube.structure.reference, standard)
    structure = tagged(
        "mes:Structure",
        {"structureID": STRUCTURE, "dimensionAtObservation": cube.query.at_observation},
        [points],
    )
    sets = [
        tagged("mes:DataSet", {"structureRef": STRUCTURE} | _validity(each), _generic(cube, each))
        for each in cube.slices
    ]
    return message(
        "GenericData", standard, ("mes", "gen", "com"), [header(cube.prepared_at, structure), *sets]
    )


def _validity(part: Slice) -> dict[str, str]:
    found = {"action": "Replace", "validFromDate": part.valid_from.isoformat()}
    return found | ({"validToDate": part.valid_to.isoformat()} if part.valid_to else {})


def _generic(cube: Cube, part: Slice) -> Iterator[str]:
    is_flat = cube.query.at_observation == ALL_DIMENSIONS
    for key, series in part.series.items():
        named = dict(zip(cube.dimensions, key, strict=True))
        if is_flat:
            for each in series:
                yield _flat(cube, named, each)
        else:
            shown = series if has_observations(cube) else ()
            yield element(
                "gen:Series",
                element("gen:SeriesKey", _values(named)),
                _attributes(of_series(cube)),
                *[_observation(cube, each) for each in shown],
            )


def _values(named: Mapping[str, str]) -> str:
    return "".join(element("gen:Value", id=name, value=code) for name, code in named.items())


def _attributes(named: Mapping[str, str]) -> str:
    return element("gen:Attributes", _values(named)) if named else ""


def _observation(cube: Cube, each: Observation) -> str:
    return element(
        "gen:Obs",
        element("gen:ObsDimension", value=each.period.code),
        _value(cube, each),
        _attributes(of_observation(cube, each)),
    )


def _flat(cube: Cube, named: Mapping[str, str], each: Observation) -> str:
    return element(
        "gen:Obs",
        element("gen:ObsKey", _values({**named, TIME: each.period.code})),
        _value(cube, each),
        _attributes({**of_series(cube), **of_observation(cube, each)}),
    )


def _value(cube: Cube, each: Observation) -> str:
    text = written_value(cube, each)
    return element("gen:ObsValue", value=text) if text else ""


def structure_specific(cube: Cube, standard: Standard) -> bytes:
    """Return structure-specific data of SDMX-ML 2.1 or 3.0."""
    at = cube.query.at_observation
    namespace = f"{cube.structure.reference.urn(standard)}:ObsLevelDim:{at}"
    points = reference("com:Structure", cube.structure.reference, standard)
    structure = tagged(
        "mes:Structure",
        {"structureID": STRUCTURE, "namespace": namespace, "dimensionAtObservation": at},
        [points],
    )
    sets = [
        tagged(
            "mes:DataSet",
            {
                "ss:structureRef": STRUCTURE,
                "xsi:type": "ns1:DataSetType",
                "ss:dataScope": "DataStructure",
                **{f"ss:{name}": value for name, value in _validity(each).items()},
            },
            _specific(cube, each),
        )
        for each in cube.slices
    ]
    spaces = {"xmlns:xsi": XSI, "xmlns:ns1": namespace}
    return message(
        "StructureSpecificData",
        standard,
        ("mes", "ss", "com"),
        [header(cube.prepared_at, structure), *sets],
        **spaces,
    )


def _specific(cube: Cube, part: Slice) -> Iterator[str]:
    is_flat = cube.query.at_observation == ALL_DIMENSIONS
    for key, series in part.series.items():
        named = {**dict(zip(cube.dimensions, key, strict=True)), **of_series(cube)}
        if is_flat:
            yield from (_obs(cube, each, named) for each in series)
        else:
            shown: Sequence[Observation] = series if has_observations(cube) else ()
            yield tagged("Series", named, [_obs(cube, each, {}) for each in shown])


def _obs(cube: Cube, each: Observation, named: Mapping[str, str]) -> str:
    text = written_value(cube, each)
    value = {"OBS_VALUE": text} if text else {}
    return tagged("Obs", {**named, TIME: each.period.code, **value, **of_observation(cube, each)})
