"""Data as SDMX-CSV 1.0 (for SDMX 2.1) and 2.0 (for SDMX 3.0): one line for each figure."""

import csv
import io
from collections.abc import Mapping

from shizheng.core.words import in_language
from shizheng.statistics.published.sdmx.asking import TIME
from shizheng.statistics.published.sdmx.cubes import Cube
from shizheng.statistics.published.sdmx.ml_data import of_observation, of_series, written_value
from shizheng.statistics.published.sdmx.naming import Standard, maintainer


def as_csv(cube: Cube, standard: Standard, *, has_labels: bool = False) -> bytes:
    """Return the figures of every edition that was asked for.

    Args:
        has_labels: write ``code: name`` instead of codes alone.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [each.id for each in cube.structure.attributes] if cube.query.has_attributes else []
    is_21 = standard is Standard.V21
    first = ["DATAFLOW"] if is_21 else ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    labels = _labels(cube) if has_labels else {}
    titles = [
        labels.get((name, ""), name) for name in (*cube.dimensions, TIME, "OBS_VALUE", *names)
    ]
    writer.writerow([*first, *titles])
    version = standard.version(cube.flow.version)
    flow = f"{maintainer()}:{cube.flow.id}({version})"
    start = [flow] if is_21 else ["dataflow", flow, "I"]
    for part in cube.slices:
        for key, series in part.series.items():
            pairs = zip(cube.dimensions, key, strict=True)
            codes = [_labelled(labels, name, code) for name, code in pairs]
            for each in series:
                given = {**of_series(cube), **of_observation(cube, each)}
                attributes = [_labelled(labels, name, given.get(name, "")) for name in names]
                value = written_value(cube, each)
                writer.writerow([*start, *codes, each.period.code, value, *attributes])
    return text.getvalue().encode()


def _labelled(labels: Mapping[tuple[str, str], str], name: str, code: str) -> str:
    return labels.get((name, code), code) if code else ""


def _labels(cube: Cube) -> dict[tuple[str, str], str]:
    """Return by component and code ``code: name``; by component alone its own."""
    structure = cube.structure
    found: dict[tuple[str, str], str] = {}
    parts = (*structure.dimensions, structure.time, structure.measure, *structure.attributes)
    for component in parts:
        found[component.id, ""] = f"{component.id}: {in_language(component.name)}"
        for code in component.codelist.codes if component.codelist else ():
            found[component.id, code.id] = f"{code.id}: {in_language(code.name)}"
    return found
