"""What is known of a promise on a day: facts, what is due, figures, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.plan.domain.claims import Claim
from shizheng.plan.domain.progress import Curve, Way


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated fact from the work itself (證據).

    Args:
        source: which room it came from, e.g. ``directive_report`` or ``milestone``.
        dated_on: the day on which the fact was true.
        reference: public number or key of the record behind it.
        commitment: number of the commitment it is about; 0 for the whole item.
    """

    source: str
    dated_on: date
    reference: str
    is_synthetic: bool = False
    commitment: int = 0


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something with a day on it: a milestone, a directive, a commitment with a due date.

    Args:
        due_on: the last day in time.
        done_on: the day it was shown to be done, or None.
    """

    source: str
    reference: str
    due_on: date
    done_on: date | None
    commitment: int = 0
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a binding brought (數據證據), as it was known on a day.

    Args:
        value: None where there is none.
        rows: rows of the work behind it; below ``least_rows`` it says nothing.
        fresh_days: for how long it is fresh; the rule has the last word.
        is_partial: it shows only a part of what was promised.
        is_running: its period is not over, so it is not judged against a target yet.
        is_sustained: something to keep up: judged by floor and trend, never by per cent done.
        trail: the values of whole periods before and with it, oldest first.
    """

    source: str
    reference: str
    dated_on: date
    value: Decimal | None
    unit: str
    rows: int = 0
    least_rows: int = 1
    fresh_days: int | None = None
    commitment: int = 0
    way: Way = Way.AT_LEAST
    target: Decimal | None = None
    target_from: date | None = None
    floor: Decimal | None = None
    curve: Curve | None = None
    is_sustained: bool = False
    is_partial: bool = False
    is_running: bool = False
    is_synthetic: bool = False
    trail: tuple[Decimal, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether there is a number with enough of the work behind it."""
        return self.value is not None and self.rows >= self.least_rows

    def expected(self) -> Decimal | None:
        """Return what was planned for its day: of the curve, else the target once it holds."""
        if self.curve is not None:
            return self.curve.at(self.dated_on)
        if self.target_from is not None and self.dated_on < self.target_from:
            return None
        return self.target


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an item, or of one commitment of it, whenever it is dated."""

    evidence: Sequence[Evidence] = ()
    obligations: Sequence[Obligation] = ()
    figures: Sequence[Figure] = ()
    claims: Sequence[Claim] = ()

    def of(self, commitment: int) -> "Known":
        """Return what is about one commitment and nothing else."""
        return Known(
            [fact for fact in self.evidence if fact.commitment == commitment],
            [duty for duty in self.obligations if duty.commitment == commitment],
            [figure for figure in self.figures if figure.commitment == commitment],
            [claim for claim in self.claims if claim.commitment == commitment],
        )

    def by(self, on: date) -> "Known":
        """Return what is dated by a day; what is due later stays, what was done later is open."""
        return Known(
            [fact for fact in self.evidence if fact.dated_on <= on],
            self.obligations,
            [figure for figure in self.figures if figure.dated_on <= on],
            [claim for claim in self.claims if claim.dated_on <= on],
        )
