"""When a work needs attention (工程警示): progress, silence, money and time against the rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)


class AlarmKind(StrEnum):
    """What is wrong."""

    PROGRESS = "progress"  # 進度落後
    SILENCE = "silence"  # 未回報
    MONEY = "money"  # 付款超前進度
    OVERPAID = "overpaid"  # 付款超過契約金額
    OVERDUE = "overdue"  # 逾預定竣工日


class Level(StrEnum):
    """How much it matters: worth a look, or behind."""

    WATCH = "watch"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """The gaps and days of one version of the pack's rule.

    Args:
        watch_gap, behind_gap: points of planned minus actual progress.
        silent_days: days without any report.
        money_gap: points by which the share paid may exceed the work done.

    Raises:
        ValueError: the gaps do not rise from above 0, or a limit is none.
    """

    id: str
    version: int
    watch_gap: Decimal
    behind_gap: Decimal
    silent_days: int
    money_gap: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.watch_gap < self.behind_gap <= HUNDRED:
            raise ValueError(f"gaps rise from above 0 to at most 100, got {self}")
        if self.silent_days < 1 or self.money_gap <= 0:
            raise ValueError(f"days are 1 or more and the money gap is above 0, got {self}")


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What the rule needs to know of a work under construction, as of a day.

    Args:
        planned: per cent planned for ``reported_on``; None without a curve or a report.
        actual: per cent of the last report.
        reported_on: the last day of the month last reported; None before the first report.
        starts_on, ends_on: of the contract.
        paid_twd: all that was paid so far.
    """

    starts_on: date
    ends_on: date
    contract_twd: int
    paid_twd: int
    actual: Decimal = Decimal(0)
    planned: Decimal | None = None
    reported_on: date | None = None

    @property
    def gap(self) -> Decimal | None:
        """Points of planned minus actual progress; below 0 when the work is ahead."""
        return None if self.planned is None else self.planned - self.actual

    @property
    def paid_percent(self) -> Decimal:
        """Share of the contract that is paid, in per cent."""
        if not self.contract_twd:
            return HUNDRED if self.paid_twd else Decimal(0)
        return round(HUNDRED * self.paid_twd / self.contract_twd, 2)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong: how much, and which limit of the rule it passed."""

    kind: AlarmKind
    level: Level
    amount: Decimal
    limit: Decimal


def alarms(rule: AlarmRule, facts: WorkFacts, on: date) -> tuple[Alarm, ...]:
    """Return what is wrong with a work under construction, the graver level alone of each kind.

    A limit is passed when it is reached. Progress is compared with what was planned for the day
    that the last report is about, so that a late report is not counted twice.
    """
    return tuple(_found(rule, facts, on))


def _found(rule: AlarmRule, facts: WorkFacts, on: date) -> Iterator[Alarm]:
    gap = facts.gap
    if gap is not None and gap >= rule.watch_gap:
        is_behind = gap >= rule.behind_gap
        level = Level.BEHIND if is_behind else Level.WATCH
        limit = rule.behind_gap if is_behind else rule.watch_gap
        yield Alarm(AlarmKind.PROGRESS, level, gap, limit)
    silent = (on - (facts.reported_on or facts.starts_on)).days
    if silent >= rule.silent_days:
        yield Alarm(AlarmKind.SILENCE, Level.WATCH, Decimal(silent), Decimal(rule.silent_days))
    ahead = facts.paid_percent - facts.actual
    if ahead >= rule.money_gap:
        yield Alarm(AlarmKind.MONEY, Level.WATCH, ahead, rule.money_gap)
    over = facts.paid_twd - facts.contract_twd
    if over > 0:
        yield Alarm(AlarmKind.OVERPAID, Level.BEHIND, Decimal(over), Decimal(0))
    late = (on - facts.ends_on).days
    if late > 0:
        yield Alarm(AlarmKind.OVERDUE, Level.BEHIND, Decimal(late), Decimal(0))
