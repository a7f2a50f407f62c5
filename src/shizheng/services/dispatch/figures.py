"""How soon crews arrive, remove the danger and repair: by agency, over a time (派工時效)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shizheng.core.models import User
from shizheng.services.dispatch.domain.stamps import Stamp, Summary, minutes_between, summary
from shizheng.services.dispatch.selectors import danger_cases, stamps_of
from shizheng.services.models import Case

MOST_CASES = 20_000


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One stamp of one agency."""

    agency: dict[str, str]
    label: dict[str, str]
    found: Summary


def duty_figures(person: User, *, since: datetime, at: datetime) -> list[FigureRow]:
    """Return minutes from report to each stamp of cases opened since a moment, by agency."""
    cases = danger_cases(person, at).filter(opened_at__gte=since).select_related("agency")
    rows = list(cases.order_by("opened_at")[:MOST_CASES])
    stamps = stamps_of(rows)
    by_agency: dict[str, list[Case]] = defaultdict(list)
    for case in rows:
        by_agency[case.agency.code].append(case)
    return [
        FigureRow(dict(group[0].agency.short_name), label, found)
        for _, group in sorted(by_agency.items())
        for label, found in _of_agency(group, stamps)
    ]


def _of_agency(
    cases: Iterable[Case], stamps: dict[UUID, list[Stamp]]
) -> list[tuple[dict[str, str], Summary]]:
    minutes: dict[str, list[float]] = defaultdict(list)
    late: dict[str, list[bool | None]] = defaultdict(list)
    labels: dict[str, dict[str, str]] = {}
    for case in cases:
        for stamp in stamps[case.pk]:
            labels.setdefault(stamp.state, stamp.label)
            if stamp.at is not None:
                minutes[stamp.state].append(minutes_between(case.opened_at, stamp.at))
                late[stamp.state].append(stamp.is_late if stamp.due_at else None)
    return [(label, summary(minutes[key], late[key])) for key, label in labels.items()]
