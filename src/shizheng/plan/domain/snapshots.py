"""Which number of a source is evidence, and in what state that evidence is (證據狀態)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shizheng.core.evidence import Observed
from shizheng.plan.domain.claims import Claim, Side, disagreements
from shizheng.plan.domain.known import Figure
from shizheng.plan.domain.lights import LightRule, claimed


class State(StrEnum):
    """Fresh 新鮮, stale 過期, empty 無資料, contradicts 矛盾."""

    FRESH = "fresh"
    STALE = "stale"
    EMPTY = "empty"
    CONTRADICTS = "contradicts"


def chosen(numbers: Sequence[Observed], least_rows: int) -> Observed | None:
    """Return the number that speaks for a source, of numbers in order of time.

    The newest of a whole period with enough rows; while there is none, the newest of the running
    period with enough rows; else the newest there is, which says too little. A period that has
    just begun thus never replaces the last whole one.
    """
    known = [each for each in numbers if each.value is not None]
    enough = [each for each in known if each.rows >= least_rows]
    whole = [each for each in enough if not each.is_running]
    return next((part[-1] for part in (whole, enough, known, list(numbers)) if part), None)


def trail(numbers: Iterable[Observed], until: Observed) -> tuple[Decimal, ...]:
    """Return the values of whole periods up to and with one, oldest first."""
    return tuple(
        each.value
        for each in numbers
        if each.value is not None and not each.is_running and each.dated_on <= until.dated_on
    )


def state_of(rule: LightRule, on: date, figure: Figure | None, claims: Iterable[Claim]) -> State:
    """Return the state of evidence on a day.

    Args:
        claims: what others say of the same work.
    """
    if figure is None or not figure.is_enough:
        return State.EMPTY
    if (on - figure.dated_on).days > rule.fresh_for(figure.fresh_days):
        return State.STALE
    if rule.progress is not None and not figure.is_running:
        others = [each for each in claims if each.dated_on <= on and each.side != Side.ACTUAL]
        for pair in disagreements([*claimed(figure), *others]):
            is_ours = Side.ACTUAL in (pair.one.side, pair.other.side)
            if is_ours and pair.points >= rule.progress.contradiction_gap:
                return State.CONTRADICTS
    return State.FRESH
