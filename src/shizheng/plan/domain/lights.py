"""The colour of an item (燈號), computed from dated evidence by a versioned rule.

Nobody types a light. Without evidence it is grey, never green; what is late stays visible as a
reason beside the grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Colour(StrEnum):
    """Green 正常, yellow 注意, red 落後, grey 無證據; the worst first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class LightRule:
    """The thresholds of one version of a city's rule (燈號規則).

    Args:
        fresh_days: evidence older than this many days is stale.
        warn_days: what is due within this many days and not done is worth attention.
    """

    id: str
    version: int
    fresh_days: int
    warn_days: int

    def __post_init__(self) -> None:
        if self.fresh_days < 1 or self.warn_days < 0:
            raise ValueError(f"a light rule needs fresh_days >= 1 and warn_days >= 0, got {self}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dated fact from the work itself (證據).

    Args:
        source: which room it came from, e.g. ``directive_report`` or ``milestone``.
        dated_on: the day on which the fact was true.
        reference: public number or key of the record behind it.
    """

    source: str
    dated_on: date
    reference: str
    is_synthetic: bool = False


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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light has its colour; ``code`` has a sentence on the page, the rest fills it in."""

    code: str
    source: str = ""
    reference: str = ""
    on: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A computed light: the colour and every reason for it, the weightiest first."""

    colour: Colour
    reasons: tuple[Reason, ...]


def light(
    rule: LightRule,
    on: date,
    evidence: Sequence[Evidence],
    obligations: Sequence[Obligation],
) -> Reading:
    """Return the light on a day, from what was known then.

    Evidence dated after ``on`` does not count. Without any the light is grey, and overdue
    obligations are given as reasons. With some: red if an obligation is overdue; yellow if one is
    due soon or all evidence is stale; else green.
    """
    known = [fact for fact in evidence if fact.dated_on <= on]
    late = [_overdue(duty, on) for duty in obligations if _is_overdue(duty, on)]
    if not known:
        return Reading(Colour.GREY, (Reason("no_evidence"), *_ordered(late)))
    newest = max(known, key=lambda fact: (fact.dated_on, fact.reference))
    if late:
        return Reading(Colour.RED, (*_ordered(late), _newest("evidence", newest, on)))
    if (on - newest.dated_on).days > rule.fresh_days:
        return Reading(Colour.YELLOW, (_newest("stale", newest, on),))
    soon = [
        Reason("due_soon", duty.source, duty.reference, duty.due_on, (duty.due_on - on).days)
        for duty in obligations
        if _is_open(duty, on) and on <= duty.due_on <= on + timedelta(days=rule.warn_days)
    ]
    colour = Colour.YELLOW if soon else Colour.GREEN
    return Reading(colour, (*_ordered(soon), _newest("evidence", newest, on)))


def _is_open(duty: Obligation, on: date) -> bool:
    return duty.done_on is None or duty.done_on > on


def _is_overdue(duty: Obligation, on: date) -> bool:
    return duty.due_on < on and _is_open(duty, on)


def _overdue(duty: Obligation, on: date) -> Reason:
    return Reason("overdue", duty.source, duty.reference, duty.due_on, (on - duty.due_on).days)


def _newest(code: str, fact: Evidence, on: date) -> Reason:
    days = (on - fact.dated_on).days
    return Reason(code, fact.source, fact.reference, fact.dated_on, days)


def _ordered(reasons: Sequence[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: (reason.on or date.max, reason.reference))
