"""What the public figures tell: named counts, shares and times of the tables of cases (公開績效).

They hold no query; ``evaluating`` computes them in the database itself. What other rooms may make
indicators of is in the room's ``measures``, and says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shizheng.kernel.errors import N_

DAY_S = 86_400
MINUTE_S = 60


class Aggregate(StrEnum):
    """How many rows become one number."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    MEDIAN = "median"
    P90 = "p90"


OF_CASE: Mapping[str, str] = MappingProxyType(
    {
        "service": "service__code",
        "category": "service__category",
        "agency": "agency__code",
        "district": "district__code",
        "village": "village__code",
    }
)
OF_DISPATCH: Mapping[str, str] = MappingProxyType(
    {name: f"case__{path}" for name, path in OF_CASE.items()} | {"agency": "agency__code"}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One named number of the public figures (績效項目).

    Args:
        name, meaning, unit: in English; their translations are those of the room.
        table: label of the model; ``time``: its column by which a row belongs to a month.
        where: lookups that all must hold.
        of: id of the count that a share, a mean or a time is taken of.
        value: column that is averaged or ranked; with ``until``, the time from it to that.
        per: seconds in one unit of a time.
        dimensions: name of what it can be split by, to the column that holds its code.
    """

    id: str
    name: str
    meaning: str
    unit: str
    aggregate: Aggregate
    time: str
    table: str = "services.Case"
    where: Mapping[str, object] = field(default_factory=dict)
    of: str = ""
    value: str = ""
    until: str = ""
    per: int = 1
    dimensions: Mapping[str, str] = field(default_factory=lambda: OF_CASE)

    @property
    def is_time(self) -> bool:
        """Whether it is a time, ranked over rows."""
        return self.aggregate in (Aggregate.MEDIAN, Aggregate.P90)


CLOSED = MappingProxyType({"is_open": False})
LIMITED = MappingProxyType({"is_open": False, "due_at__isnull": False})
RATED = MappingProxyType({"is_open": False, "satisfaction__isnull": False})
ANSWERED = MappingProxyType({"acknowledged_at__isnull": False})
CASES, SHARE, DAYS, MINUTES = N_("cases"), N_("share"), N_("days"), N_("minutes")


def _held(holder: str, aggregate: Aggregate, name: str) -> Measure:
    """Return a measure of how long one holder had the cases that were closed."""
    return Measure(
        id=f"{holder}_days_{aggregate}",
        name=name,
        meaning=N_(
            "Calendar days that closed cases were in these hands, all states together; a case "
            "that never was counts as 0. The 90 % figure is interpolated between cases."
        ),
        unit=DAYS, aggregate=aggregate, time="closed_at", where=CLOSED, of="closed",
        value=f"{holder}_seconds", per=DAY_S,
    )  # fmt: skip


def _answered(aggregate: Aggregate, name: str) -> Measure:
    """Return a measure of how soon crews answer."""
    return Measure(
        id=f"answer_minutes_{aggregate}",
        name=name,
        meaning=N_("Minutes from sending a crew until it answered; those unanswered do not count."),
        unit=MINUTES, aggregate=aggregate, time="sent_at", table="services.Dispatch",
        where=ANSWERED, of="dispatches_answered", value="sent_at", until="acknowledged_at",
        per=MINUTE_S, dimensions=OF_DISPATCH,
    )  # fmt: skip


_ALL = (
    Measure(
        "received", N_("Received"), N_("Cases opened in the time."), CASES,
        Aggregate.COUNT, "opened_at",
    ),
    Measure(
        "closed", N_("Cases closed"),
        N_("Cases closed in the time and not open again, whenever they were opened."), CASES,
        Aggregate.COUNT, "closed_at", where=CLOSED,
    ),
    Measure(
        "limited", N_("Closed with a due date"),
        N_("Closed cases that had a due date; without one a case can be neither late nor on time."),
        CASES, Aggregate.COUNT, "closed_at", where=LIMITED,
    ),
    Measure(
        "on_time", N_("On time"),
        N_("Of the closed cases with a due date, the share whose main clock never ran out."),
        SHARE, Aggregate.SHARE, "closed_at", where={**LIMITED, "is_late": False}, of="limited",
    ),
    _held("office", Aggregate.MEDIAN, N_("Days with the office, median")),
    _held("office", Aggregate.P90, N_("Days with the office, 90 % within")),
    _held("applicant", Aggregate.MEDIAN, N_("Days with the applicant, median")),
    _held("applicant", Aggregate.P90, N_("Days with the applicant, 90 % within")),
    _held("agency", Aggregate.MEDIAN, N_("Days with other agencies, median")),
    _held("agency", Aggregate.P90, N_("Days with other agencies, 90 % within")),
    Measure(
        "reopened", N_("Taken up again"),
        N_("Of the closed cases, the share that had been closed before and was opened again."),
        SHARE, Aggregate.SHARE, "closed_at", where={**CLOSED, "reopened_count__gt": 0}, of="closed",
    ),
    Measure(
        "handed_wrongly", N_("Handed on wrongly"),
        N_("Of the closed cases, the share that went to an agency that was not responsible."),
        SHARE, Aggregate.SHARE, "closed_at", where={**CLOSED, "wrong_handoff_count__gt": 0},
        of="closed",
    ),
    Measure(
        "rated", N_("Rated"), N_("Closed cases whose applicant said how satisfied they are."),
        CASES, Aggregate.COUNT, "closed_at", where=RATED,
    ),
    Measure(
        "satisfaction", N_("Satisfaction"),
        N_("Mean of the ratings of closed cases: 5 is very satisfied, 1 very dissatisfied."),
        N_("1 to 5"), Aggregate.MEAN, "closed_at", where=RATED, of="rated", value="satisfaction",
    ),
    Measure(
        "dispatches_answered", N_("Crews that answered"), N_("Crews sent that answered."),
        N_("dispatches"), Aggregate.COUNT, "sent_at", "services.Dispatch", where=ANSWERED,
        dimensions=OF_DISPATCH,
    ),
    _answered(Aggregate.MEDIAN, N_("Minutes until a crew answers, median")),
    _answered(Aggregate.P90, N_("Minutes until a crew answers, 90 % within")),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = MappingProxyType({each.id: each for each in _ALL})
