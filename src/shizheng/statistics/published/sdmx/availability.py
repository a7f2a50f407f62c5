"""What there is of a flow within a query: codes that occur, first and last period."""

from collections.abc import Mapping
from datetime import datetime

from shizheng.statistics.published.sdmx.asking import TIME
from shizheng.statistics.published.sdmx.cubes import Cube
from shizheng.statistics.published.sdmx.errors import QueryUnreadable
from shizheng.statistics.published.sdmx.naming import Standard, maintainer
from shizheng.statistics.published.sdmx.xml import (
    element,
    header,
    message,
    reference,
    tagged,
    texts,
)

ALL = frozenset({"", "all", "*"})


def available(cube: Cube, component: str, standard: Standard, *, at: datetime) -> bytes:
    """Return a constraint with the codes of every dimension, or of one.

    Raises:
        QueryUnreadable: no such dimension.
    """
    names = [*cube.dimensions, TIME]
    wanted = names if component in ALL else component.split(",")
    for name in wanted:
        if name not in names:
            expected = ", ".join(names)
            raise QueryUnreadable(value=name[:60], name="component", expected=expected)
    is_21 = standard is Standard.V21
    prefix = "com" if is_21 else "str"
    values = _values(cube)
    keys = [
        tagged(
            f"{prefix}:KeyValue",
            {"id": name},
            [element(f"{prefix}:Value", code) for code in values[name]],
        )
        for name in wanted
        if name != TIME
    ]
    if TIME in wanted:
        keys.append(tagged(f"{prefix}:KeyValue", {"id": TIME}, [_span(cube, prefix)]))
    kind = "ContentConstraint" if is_21 else "DataConstraint"
    attached = element(
        "str:ConstraintAttachment", reference("str:Dataflow", cube.flow.reference, standard)
    )
    region = element("str:CubeRegion", *keys, include="true")
    whole = tagged(
        f"str:{kind}",
        {
            "id": f"CC_{cube.flow.id}",
            "agencyID": maintainer(),
            "version": standard.version(1),
            "type" if is_21 else "role": "Actual",
        },
        [texts("com:Name", cube.flow.name), attached, region],
    )
    part = "str:Constraints" if is_21 else "str:DataConstraints"
    body = [header(at), element("mes:Structures", element(part, whole))]
    return message("Structure", standard, ("mes", "str", "com"), body)


def _values(cube: Cube) -> Mapping[str, list[str]]:
    found: dict[str, dict[str, None]] = {name: {} for name in cube.dimensions}
    for part in cube.slices:
        for key in part.series:
            for name, code in zip(cube.dimensions, key, strict=True):
                found[name][code] = None
    return {name: list(codes) for name, codes in found.items()}


def _span(cube: Cube, prefix: str) -> str:
    periods = [
        each.period
        for part in cube.slices
        for series in part.series.values()
        for each in (series[0], series[-1])
    ]
    first = min(periods, key=lambda period: period.start).code
    last = max(periods, key=lambda period: period.end).code
    return element(
        f"{prefix}:TimeRange",
        element(f"{prefix}:StartPeriod", first, isInclusive="true"),
        element(f"{prefix}:EndPeriod", last, isInclusive="true"),
    )
