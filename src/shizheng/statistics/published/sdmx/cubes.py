"""The figures of a flow that a query asks for, as series of observations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shizheng.statistics.models import Indicator, Vintage
from shizheng.statistics.published.editions import (
    Edition,
    Observation,
    edition_of,
    vintage_at,
    vintages_out,
)
from shizheng.statistics.published.labels import TOTAL
from shizheng.statistics.published.sdmx.artefacts import Dataflow, DataStructure
from shizheng.statistics.published.sdmx.asking import MOST_OBSERVATIONS, Query
from shizheng.statistics.published.sdmx.errors import (
    AnswerTooLarge,
    NothingWithin,
    QueryUnreadable,
)
from shizheng.statistics.published.sdmx.naming import code_id, component_id
from shizheng.statistics.published.sdmx.structures import Structures, flow_id, unit_id

SeriesKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The series of one edition; ``valid_to`` is when the next one came out."""

    series: Mapping[SeriesKey, Sequence[Observation]]
    valid_from: datetime
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """What an answer holds: a flow, its structure, and the series of one or more editions."""

    flow: Dataflow
    structure: DataStructure
    slices: tuple[Slice, ...]
    query: Query
    attributes: Mapping[str, str]
    """Those of every series: unit and decimals."""
    prepared_at: datetime
    """When its newest figures came out, so that the same figures are the same bytes."""

    @property
    def dimensions(self) -> list[str]:
        """Ids of the dimensions of a series key, in order."""
        return [each.id for each in self.structure.dimensions]


def cube_of(indicator: Indicator, query: Query, *, now: datetime) -> Cube:
    """Return the figures of an indicator that a query asks for.

    Raises:
        QueryUnreadable: the key has another number of parts than there are dimensions.
        NothingWithin: no figure is left.
        AnswerTooLarge: too many are.
    """
    structures = Structures(now)
    structure = structures.datastructure(indicator)
    names = [each.id for each in structure.dimensions]
    _refuse_unfit(query, names)
    slices, count = [], 0
    vintages = _vintages(indicator, query, now)
    for place, vintage in enumerate(vintages):
        series = _series(edition_of(vintage), names, query)
        count += sum(len(each) for each in series.values())
        if count > MOST_OBSERVATIONS:
            raise AnswerTooLarge(count=count, most=MOST_OBSERVATIONS)
        after = vintages[place + 1].released_at if place + 1 < len(vintages) else None
        if series:
            slices.append(Slice(series, vintage.released_at, after))
    if not slices:
        raise NothingWithin(flow=flow_id(indicator.code))
    body = structures.body(indicator)
    attributes = {"UNIT_MEASURE": unit_id(body.unit), "DECIMALS": str(body.places)}
    flow = structures.dataflow(indicator)
    return Cube(flow, structure, tuple(slices), query, attributes, slices[-1].valid_from)


def _refuse_unfit(query: Query, names: Sequence[str]) -> None:
    for key in query.keys:
        if len(key) != len(names):
            shown = ".".join("+".join(sorted(part)) if part else "" for part in key)
            raise QueryUnreadable(value=shown[:60], name="key", expected=".".join(names))
    for name, _ in query.tests:
        if name not in names:
            raise QueryUnreadable(value=name[:60], name="c[…]", expected=", ".join(names))


def _vintages(indicator: Indicator, query: Query, now: datetime) -> list[Vintage]:
    moment = query.as_of or now
    if query.has_history:
        return vintages_out(indicator, at=moment)
    return [vintage_at(indicator, moment=moment)]


def _series(
    edition: Edition, names: Sequence[str], query: Query
) -> dict[SeriesKey, list[Observation]]:
    places = [names.index(component_id(name)) for name in edition.breakdowns]
    found: dict[SeriesKey, list[Observation]] = {}
    indicator = flow_id(edition.code)
    for each in edition.observations:
        if not _is_within(each, query):
            continue
        frequency = str(each.period.frequency)
        key = [frequency, indicator, code_id(each.area), *[TOTAL] * (len(names) - 3)]
        for place, value in zip(places, each.keys, strict=True):
            key[place] = code_id(value)
        found.setdefault(tuple(key), []).append(each)
    return {key: _some(found[key], query) for key in sorted(found) if _is_asked(key, names, query)}


def _is_within(each: Observation, query: Query) -> bool:
    if query.start is not None and each.period.start < query.start:
        return False
    if query.updated_after is not None and each.released_at <= query.updated_after:
        return False
    return query.end is None or each.period.end <= query.end


def _is_asked(key: SeriesKey, names: Sequence[str], query: Query) -> bool:
    if query.keys and not any(_matches(key, wanted) for wanted in query.keys):
        return False
    codes = dict(zip(names, key, strict=True))
    return all(test(codes[name]) for name, test in query.tests)


def _matches(key: SeriesKey, wanted: Sequence[frozenset[str] | None]) -> bool:
    return all(part is None or code in part for code, part in zip(key, wanted, strict=True))


def _some(series: list[Observation], query: Query) -> list[Observation]:
    """Return the first and the last of a series, as many as were asked for."""
    first, last = query.first_n, query.last_n
    if first is None and last is None:
        return series
    kept = series[: first or 0]
    if last:
        kept = kept + series[max(len(series) - last, len(kept)) :]
    return kept
