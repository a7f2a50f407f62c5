"""The list of indicators: what each says last, how it stands, and where it was going."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from shizheng.core.access import Person
from shizheng.statistics.definitions import FREQUENCIES
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.standing import (
    Direction,
    Mark,
    Target,
    expected_period,
    marks_of,
    target_of,
)
from shizheng.statistics.domain.vintages import ReleaseRule, next_release
from shizheng.statistics.models import Figure, Indicator
from shizheng.statistics.selectors import CITY, Value, indicators_seen, latest_values

SPARK_PERIODS = 24
DAYS: Mapping[str, int] = {
    Frequency.YEAR: 366, Frequency.HALF: 184, Frequency.QUARTER: 92, Frequency.MONTH: 31,
    Frequency.WEEK: 7, Frequency.DAY: 1,
}  # fmt: skip
STATES = (Mark.LATE, Mark.MISSING, Mark.OFF_TARGET, Mark.ON_TARGET)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the list needs of a definition, without reading all of it."""

    frequency: Frequency
    direction: Direction
    places: int
    rule: ReleaseRule | None
    targets: tuple[Target, ...]
    valid_from: date
    valid_to: date | None
    is_entered: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Sketch":
        """Return it from the published content of a definition, which leaves out defaults."""
        return cls(
            frequency=FREQUENCIES[body.get("frequency", "month")],
            direction=Direction(body.get("direction", "neither")),
            places=body.get("places", 1),
            rule=rule_of(body.get("release", {})),
            targets=tuple(
                Target(
                    Decimal(str(each["value"])), date.fromisoformat(each["from"]), each["source"]
                )
                for each in body.get("targets", ())
            ),
            valid_from=date.fromisoformat(body["valid_from"]),
            valid_to=date.fromisoformat(body["valid_to"]) if body.get("valid_to") else None,
            is_entered=body.get("formula") is None,
        )

    def expected(self, now: datetime) -> Period | None:
        """Return the newest period whose figure should be public by now."""
        return expected_period(
            self.frequency, timezone.localtime(now), rule=self.rule, valid_from=self.valid_from,
            valid_to=self.valid_to,
        )  # fmt: skip

    def next_release(self, now: datetime) -> tuple[Period, datetime] | None:
        """Return which period comes out next and when; None where figures are live or over."""
        if self.rule is None:
            return None
        period, at = next_release(self.rule, self.frequency, now)
        first = Period.of(self.frequency, self.valid_from)
        while period < first:
            period = first
            at = next_release(self.rule, self.frequency, _before(first, self.rule))[1]
        is_over = self.valid_to is not None and period.start > self.valid_to
        return None if is_over else (period, at)


def _before(period: Period, rule: ReleaseRule) -> datetime:
    """Return a moment after the release of the period before, and before that of this one."""
    day = period.last_day + timedelta(days=rule.days)
    return datetime.combine(day, rule.at, rule.zone) - timedelta(seconds=1)


def rule_of(release: Mapping[str, Any]) -> ReleaseRule | None:
    """Return when figures come out; None where they are live."""
    if release.get("kind", "live") == "live":
        return None
    hour, minute = map(int, release.get("at", "10:00").split(":"))
    zone = timezone.get_default_timezone()
    return ReleaseRule(release.get("after_days", 0), time(hour, minute), zone)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an indicator stands for everybody: newest figure, what is expected, what to say of it."""

    sketch: Sketch
    latest: Value | None
    expected: Period | None
    marks: tuple[Mark, ...]

    @property
    def target(self) -> Target | None:
        """The target of the newest figure."""
        return target_of(self.sketch.targets, self.latest.period) if self.latest else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for; all of it stands in the address."""

    query: str = ""
    owner: str = ""
    state: str = ""
    made: str = ""


def indicators_asked(
    viewer: Person, asked: Asked, *, at: datetime
) -> QuerySet[Indicator] | list[Indicator]:
    """Return the indicators that ``viewer`` may see and asks for, by owner."""
    rows = _indicators_worded(viewer, asked)
    if not asked.made and not asked.state:
        return rows
    some = [
        row for row in rows
        if not asked.made or Sketch.of(row.current.body).is_entered == (asked.made == "entered")
    ]  # fmt: skip
    if asked.state:
        standing = indicators_standing(some, at=at)
        some = [row for row in some if asked.state in standing[row.pk].marks]
    return some


def _indicators_worded(viewer: Person, asked: Asked) -> QuerySet[Indicator]:
    rows = indicators_seen(viewer).order_by("owner__position", "owner__code", "position", "code")
    for word in asked.query.split()[:8]:
        rows = rows.filter(
            Q(code__icontains=word)
            | Q(**{"name__zh-Hant__icontains": word})
            | Q(name__en__icontains=word)
            | Q(**{"current__body__concept__zh-Hant__icontains": word})
            | Q(current__body__concept__en__icontains=word)
        )
    if asked.owner:
        rows = rows.filter(owner__code=asked.owner)
    return rows


def indicators_standing(rows: Sequence[Indicator], *, at: datetime) -> dict[UUID, Standing]:
    """Return by key how each indicator stands at a moment, in three queries for all of them.

    Its newest figure is one of a period that is over, if there is any.
    """
    latest = latest_values(rows, at=at, final=True)
    latest |= latest_values([row for row in rows if row.pk not in latest], at=at)
    reached = dict(
        Figure.objects.filter(
            indicator__in=[row.pk for row in rows], cell=CITY, vintage__released_at__lte=at
        )
        .values("indicator")
        .annotate(last=Max("period_start"))
        .values_list("indicator", "last")
    )
    found = {}
    for row in rows:
        sketch, value, last = Sketch.of(row.current.body), latest.get(row.pk), reached.get(row.pk)
        expected = sketch.expected(at)
        marks = marks_of(
            expected,
            (value.period, value.value) if value and value.value is not None else None,
            is_there=expected is not None and last is not None and last >= expected.start,
            targets=sketch.targets,
            direction=sketch.direction,
        )
        found[row.pk] = Standing(sketch, value, expected, marks)
    return found


def recent_values(rows: Iterable[Indicator], *, at: datetime) -> dict[UUID, list[Decimal | None]]:
    """Return by key the last two dozen figures of each indicator, in one query for all."""
    keys: dict[str, list[UUID]] = {}
    for row in rows:
        keys.setdefault(row.frequency, []).append(row.pk)
    condition = Q(pk__in=[])
    for frequency, some in keys.items():
        since = timezone.localdate(at) - timedelta(days=DAYS[frequency] * (SPARK_PERIODS + 1))
        condition |= Q(indicator__in=some, period_start__gte=since)
    figures = Figure.objects.filter(condition, cell=CITY, vintage__released_at__lte=at)
    found: dict[UUID, dict[date, Decimal | None]] = {}
    for key, start, value, is_withheld in figures.order_by("period_start", "number").values_list(
        "indicator", "period_start", "value", "is_withheld"
    ):
        found.setdefault(key, {})[start] = None if is_withheld else value
    return {key: list(values.values())[-SPARK_PERIODS:] for key, values in found.items()}
