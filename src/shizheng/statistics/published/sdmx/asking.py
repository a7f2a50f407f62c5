"""What a data query asks for: key, periods, how many, in which shape. Pure but for the clock.

Source: SDMX REST 1.5 (for SDMX 2.1) and 2.1 (for SDMX 3.0), "Data queries".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.http import QueryDict

from shizheng.kernel.errors import N_
from shizheng.statistics.domain.errors import PeriodUnreadable
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.published.asked import moment_asked
from shizheng.statistics.published.sdmx.errors import NotSupported, QueryUnreadable
from shizheng.statistics.published.sdmx.naming import Standard

TIME, ALL_DIMENSIONS = "TIME_PERIOD", "AllDimensions"
SHOWN = 60
MOST_VALUES = 2_000
MOST_OBSERVATIONS = 1_000_000
VALUE = re.compile(r"[A-Za-z0-9_@$\-]+")
COUNT = re.compile(r"0*[1-9][0-9]{0,8}")
COMPONENT = re.compile(r"c\[([A-Za-z][A-Za-z0-9_]*)\]")
KNOWN = {
    Standard.V21: {
        *("startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations"),
        *("dimensionAtObservation", "detail", "includeHistory", "format"),
    },
    Standard.V30: {
        *("updatedAfter", "firstNObservations", "lastNObservations", "dimensionAtObservation"),
        *("attributes", "measures", "includeHistory", "asOf", "format"),
    },
}
DETAILS = ("full", "dataonly", "serieskeysonly", "nodata")
Wanted = frozenset[str] | None
"""Codes of a dimension; None for all."""
Key = tuple[Wanted, ...]
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A data query that was read (資料查詢).

    Args:
        keys: any of them must match; none means everything.
        tests: by dimension, all that its code must pass.
        start, end: first day, and first day after it.
        updated_after: only figures of vintages that came out after it.
    """

    keys: tuple[Key, ...] = ()
    tests: tuple[tuple[str, Test], ...] = ()
    start: date | None = None
    end: date | None = None
    first_n: int | None = None
    last_n: int | None = None
    updated_after: datetime | None = None
    as_of: datetime | None = None
    at_observation: str = TIME
    has_values: bool = True
    has_attributes: bool = True
    has_history: bool = False


def query_of(given: QueryDict, key: str, standard: Standard, *, now: datetime) -> Query:
    """Read the key and the parameters of a data query.

    Raises:
        QueryUnreadable, NotSupported, PeriodUnreadable, MomentUnreadable: what to change.
    """
    _refuse_unknown(given, standard)
    query = Query(
        keys=_keys(key, standard),
        first_n=_count(given, "firstNObservations"),
        last_n=_count(given, "lastNObservations"),
        at_observation=_at_observation(given),
        has_history=_truth(given, "includeHistory"),
    )
    if text := given.get("updatedAfter", ""):
        query = replace(query, updated_after=moment_asked(text, now=now))
    if text := given.get("asOf", ""):
        query = replace(query, as_of=moment_asked(text, now=now))
    return _detailed_21(query, given) if standard is Standard.V21 else _detailed_30(query, given)


def _refuse_unknown(given: QueryDict, standard: Standard) -> None:
    known = KNOWN[standard]
    for name in given:
        if name in known or (standard is Standard.V30 and COMPONENT.fullmatch(name)):
            continue
        raise QueryUnreadable(
            value=name[:SHOWN], name="parameter", expected=", ".join(sorted(known))
        )


def _detailed_21(query: Query, given: QueryDict) -> Query:
    detail = given.get("detail", "full").lower()
    if detail not in DETAILS:
        raise QueryUnreadable(value=detail[:SHOWN], name="detail", expected=", ".join(DETAILS))
    first, last = given.get("startPeriod", ""), given.get("endPeriod", "")
    return replace(
        query,
        start=period_of(first).start if first else None,
        end=period_of(last).end if last else None,
        has_values=detail in ("full", "dataonly"),
        has_attributes=detail in ("full", "nodata"),
    )


def _detailed_30(query: Query, given: QueryDict) -> Query:
    for name in ("attributes", "measures"):
        allowed = ("all", "none", "dsd") if name == "attributes" else ("all", "none")
        if given.get(name, "all") not in allowed:
            raise NotSupported(value=given[name][:SHOWN], name=name, known=", ".join(allowed))
    query = replace(
        query,
        has_attributes=given.get("attributes") != "none",
        has_values=given.get("measures") != "none",
    )
    tests: list[tuple[str, Test]] = []
    for name in given:
        if found := COMPONENT.fullmatch(name):
            for text in given.getlist(name):
                if found[1] == TIME:
                    query = _within(query, text)
                else:
                    tests += [(found[1], _test(part, text)) for part in text.split("+")]
    return replace(query, tests=tuple(tests))


def _within(query: Query, text: str) -> Query:
    """Narrow the periods by such as ``ge:2020-01+le:2020-03``, or by one period."""
    for part in re.split(r"[+ ]", text):
        sign, _, value = part.rpartition(":") if ":" in part[:3] else ("eq", "", part)
        period = period_of(value)
        starts = {"eq": period.start, "ge": period.start, "gt": period.end}
        ends = {"eq": period.end, "le": period.end, "lt": period.start}
        if sign not in {*starts, *ends}:
            expected = "eq:, ge:, gt:, le:, lt:"
            raise QueryUnreadable(value=part[:SHOWN], name=f"c[{TIME}]", expected=expected)
        start, end = starts.get(sign), ends.get(sign)
        query = replace(
            query,
            start=max(filter(None, (query.start, start)), default=None),
            end=min(filter(None, (query.end, end)), default=None),
        )
    return query


SIGNS: Mapping[str, Callable[[str, Sequence[str]], bool]] = {
    "eq": lambda code, values: code in values,
    "ne": lambda code, values: code not in values,
    "sw": lambda code, values: code.startswith(tuple(values)),
    "ew": lambda code, values: code.endswith(tuple(values)),
    "co": lambda code, values: any(value in code for value in values),
    "nc": lambda code, values: not any(value in code for value in values),
}
"""Tests of a component's code, by the sign of the standard."""


def _test(part: str, text: str) -> Test:
    sign, _, listed = part.partition(":") if part[2:3] == ":" else ("eq", "", part)
    values = listed.split(",")
    if sign not in SIGNS or not all(VALUE.fullmatch(each) for each in values):
        expected = N_("codes with commas between them, after eq:, ne:, sw:, ew:, co: or nc:")
        raise QueryUnreadable(value=text[:SHOWN], name="c[…]", expected=expected)
    holds = SIGNS[sign]
    return lambda code: holds(code, values)


def period_of(text: str) -> Period:
    """Return a period of time; of a moment, its day.

    Raises:
        PeriodUnreadable: neither.
    """
    if len(text) > 10 and text[10] == "T":
        text = text[:10]
    try:
        return Period.parse(text)
    except PeriodUnreadable:
        raise PeriodUnreadable(text=text[:SHOWN]) from None


def _keys(key: str, standard: Standard) -> tuple[Key, ...]:
    """Read a key such as ``M.CLOSED.A+B.`` (2.1), or ``M.*.A,M.*.B`` (3.0)."""
    if key in ("", "all", "ALL", "*"):
        return ()
    if standard is Standard.V21:
        return (tuple(_codes(part, key) for part in key.split(".")),)
    return tuple(tuple(_code(part, key) for part in each.split(".")) for each in key.split(","))


def _codes(part: str, key: str) -> Wanted:
    if not part:
        return None
    found = re.split(r"[+ ]", part)
    if len(found) > MOST_VALUES or not all(VALUE.fullmatch(each) for each in found):
        _refuse_key(key)
    return frozenset(found)


def _code(part: str, key: str) -> Wanted:
    if part in ("*", ""):
        return None
    if not VALUE.fullmatch(part):
        _refuse_key(key)
    return frozenset({part})


def _refuse_key(key: str) -> None:
    expected = N_("a code for each dimension, with dots between them")
    raise QueryUnreadable(value=key[:SHOWN], name="key", expected=expected)


def _count(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "")
    if not text:
        return None
    if not COUNT.fullmatch(text):
        raise QueryUnreadable(value=text[:SHOWN], name=name, expected=N_("a whole number from 1"))
    return int(text)


def _truth(given: QueryDict, name: str) -> bool:
    text = given.get(name, "false").lower()
    if text not in ("true", "false"):
        raise QueryUnreadable(value=text[:SHOWN], name=name, expected="true, false")
    return text == "true"


def _at_observation(given: QueryDict) -> str:
    text = given.get("dimensionAtObservation", TIME)
    if text not in (TIME, ALL_DIMENSIONS):
        known = f"{TIME}, {ALL_DIMENSIONS}"
        raise NotSupported(value=text[:SHOWN], name="dimensionAtObservation", known=known)
    return text
