"""The colour of an item (燈號), computed from dated evidence by a versioned rule.

Nobody types a light. Without evidence it is grey, never green; what is late stays visible as a
reason beside the grey. Green needs evidence that is fresh on that very day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from shizheng.plan.domain.claims import Claim, Disagreement, Side, disagreements
from shizheng.plan.domain.known import Evidence, Figure, Known, Obligation
from shizheng.plan.domain.progress import Thresholds, Way, share, shortfall, worsening


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
        progress: how figures are judged; a version without it only asks how old they are.
    """

    id: str
    version: int
    fresh_days: int
    warn_days: int
    progress: Thresholds | None = None

    def __post_init__(self) -> None:
        if self.fresh_days < 1 or self.warn_days < 0:
            raise ValueError(f"a light rule needs fresh_days >= 1 and warn_days >= 0, got {self}")

    def fresh_for(self, days: int | None) -> int:
        """Return for how many days a figure is fresh whose binding asks for ``days``."""
        if days is None or self.progress is None:
            return self.fresh_days
        return min(days, self.progress.longest_fresh_days)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light has its colour; ``code`` has a sentence on the page, the rest fills it in.

    ``value`` is measured against ``against``, both in ``unit``; ``gap`` is what lies between, and
    ``percent`` that in per cent. Of a disagreement the other side is named too.
    """

    code: str
    source: str = ""
    reference: str = ""
    on: date | None = None
    days: int = 0
    commitment: int = 0
    value: Decimal | None = None
    against: Decimal | None = None
    gap: Decimal | None = None
    percent: Decimal | None = None
    unit: str = ""
    rows: int = 0
    side: str = ""
    other_side: str = ""
    other_source: str = ""
    other_reference: str = ""
    other_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A computed light: the colour and every reason for it, the weightiest first.

    ``is_synthetic``: something that counted is invented.
    """

    colour: Colour
    reasons: tuple[Reason, ...]
    is_synthetic: bool = False


def light(rule: LightRule, on: date, known: Known) -> Reading:
    """Return the light on a day, from what was known then.

    What is dated after ``on`` does not count. Without any evidence the light is grey, and what is
    overdue is given as a reason. With some, red: an obligation is overdue, statements contradict
    each other, a figure is far off its plan or under its floor. Yellow: something is due soon,
    stale, empty, partial or off its plan. Green: none of it, and evidence that is fresh.
    """
    known = known.by(on)
    late = [_overdue(duty, on) for duty in known.obligations if _is_overdue(duty, on)]
    full = [figure for figure in known.figures if figure.is_enough]
    empty = [_empty(figure) for figure in known.figures if not figure.is_enough]
    books = [claim for claim in known.claims if claim.side != Side.REPORTED]
    if not (known.evidence or full or books):
        reasons = (Reason("no_evidence"), *_ordered(late), *empty)
        return Reading(Colour.GREY, reasons, _is_invented(known, full, on))
    fresh = [*_fresh(rule, on, known, full)]
    red, yellow = _ordered(late), _soon(rule, on, known.obligations)
    if rule.progress is not None:
        bad, doubtful = _judged(rule, rule.progress, on, known, full)
        red, yellow = red + bad, yellow + doubtful + empty
    if not fresh:
        yellow += _too_old(rule, on, known, full)
    colour = Colour.RED if red else Colour.YELLOW if yellow or not fresh else Colour.GREEN
    reasons = (*red, *yellow, *_newest(fresh, on))
    return Reading(colour, reasons, _is_invented(known, full, on))


def _fresh(
    rule: LightRule, on: date, known: Known, full: Iterable[Figure]
) -> Iterable[Evidence | Figure]:
    """Yield the evidence that may carry a green light: fresh, and of the whole promise."""
    for fact in known.evidence:
        if (on - fact.dated_on).days <= rule.fresh_days:
            yield fact
    for figure in full:
        is_whole = not figure.is_partial or rule.progress is None
        if is_whole and _is_fresh(rule, on, figure):
            yield figure


def _is_fresh(rule: LightRule, on: date, figure: Figure) -> bool:
    return (on - figure.dated_on).days <= rule.fresh_for(figure.fresh_days)


def _judged(
    rule: LightRule, limits: Thresholds, on: date, known: Known, full: Iterable[Figure]
) -> tuple[list[Reason], list[Reason]]:
    """Return what is red and what is yellow about figures and statements."""
    red: list[Reason] = []
    yellow: list[Reason] = []
    claims = list(known.claims)
    for figure in full:
        if not _is_fresh(rule, on, figure):
            yellow.append(_of("stale", figure, on))
            continue
        if figure.is_partial:
            yellow.append(_of("partial", figure, on))
        if figure.is_running:
            continue
        bad, doubtful = _against_plan(limits, figure, on)
        red, yellow = red + bad, yellow + doubtful
        claims += claimed(figure)
    recent = [c for c in claims if (on - c.dated_on).days <= limits.longest_fresh_days]
    for pair in disagreements(recent):
        if pair.points >= limits.contradiction_gap:
            red.append(_between("contradiction", pair))
        elif pair.points >= limits.money_gap and Side.MONEY in (pair.one.side, pair.other.side):
            yellow.append(_between("money_gap", pair))
    return red, yellow


def _against_plan(
    limits: Thresholds, figure: Figure, on: date
) -> tuple[list[Reason], list[Reason]]:
    """Judge a fresh figure: what is kept up by floor and trend, all else by its plan."""
    value, expected = figure.value, figure.expected()
    red: list[Reason] = []
    yellow: list[Reason] = []
    if value is None:
        return red, yellow
    if figure.is_sustained:
        if figure.floor is not None and shortfall(figure.way, value, figure.floor) > 0:
            red.append(_of("below_floor", figure, on, against=figure.floor))
        elif expected is not None and shortfall(figure.way, value, expected) > 0:
            yellow.append(_of("off_target", figure, on, against=expected))
        worse = worsening(figure.way, figure.trail, limits.trend_periods)
        if worse is not None and worse >= limits.trend_percent:
            before = figure.trail[-limits.trend_periods - 1]
            yellow.append(_of("trend", figure, on, against=before))
    elif expected is not None:
        missing = share(shortfall(figure.way, value, expected), expected)
        if missing >= limits.gap_red and missing > 0:
            red.append(_of("behind", figure, on, against=expected))
        elif missing >= limits.gap_yellow and missing > 0:
            yellow.append(_of("lagging", figure, on, against=expected))
    return red, yellow


def claimed(figure: Figure) -> Iterable[Claim]:
    """Yield how far the work is by its own figure, where that can be said in per cent."""
    goal = figure.curve.points[-1][1] if figure.curve else figure.target
    if figure.is_sustained or figure.way != Way.AT_LEAST or figure.value is None:
        return
    if goal is not None and goal > 0:
        yield Claim(
            Side.ACTUAL,
            share(max(figure.value, Decimal(0)), goal),
            figure.dated_on,
            figure.source,
            figure.reference,
            figure.commitment,
            figure.is_synthetic,
        )


def _too_old(rule: LightRule, on: date, known: Known, full: Sequence[Figure]) -> list[Reason]:
    """Return why nothing can carry a green light, where nothing else says so."""
    said_of_figures = rule.progress is not None and bool(full)
    old: list[Evidence | Figure] = [*known.evidence, *(() if said_of_figures else full)]
    if old:
        return [_of("stale", max(old, key=_order), on)]
    return [] if said_of_figures else [Reason("no_work_shown")]


def _soon(rule: LightRule, on: date, obligations: Iterable[Obligation]) -> list[Reason]:
    return _ordered(
        Reason(
            "due_soon", duty.source, duty.reference, duty.due_on, (duty.due_on - on).days,
            duty.commitment,
        )
        for duty in obligations
        if _is_open(duty, on) and on <= duty.due_on <= on + timedelta(days=rule.warn_days)
    )  # fmt: skip


def _is_open(duty: Obligation, on: date) -> bool:
    return duty.done_on is None or duty.done_on > on


def _is_overdue(duty: Obligation, on: date) -> bool:
    return duty.due_on < on and _is_open(duty, on)


def _overdue(duty: Obligation, on: date) -> Reason:
    days = (on - duty.due_on).days
    return Reason("overdue", duty.source, duty.reference, duty.due_on, days, duty.commitment)


def _empty(figure: Figure) -> Reason:
    return Reason(
        "empty", figure.source, figure.reference, figure.dated_on, 0, figure.commitment,
        value=figure.value, against=Decimal(figure.least_rows), unit=figure.unit, rows=figure.rows,
    )  # fmt: skip


def _newest(fresh: Sequence[Evidence | Figure], on: date) -> list[Reason]:
    return [_of("evidence", max(fresh, key=_order), on)] if fresh else []


def _order(fact: Evidence | Figure) -> tuple[date, str]:
    return fact.dated_on, fact.reference


def _of(code: str, fact: Evidence | Figure, on: date, *, against: Decimal | None = None) -> Reason:
    """Return a reason that names a fact, with the numbers of a figure."""
    days = (on - fact.dated_on).days
    plain = Reason(code, fact.source, fact.reference, fact.dated_on, days, fact.commitment)
    if isinstance(fact, Evidence) or fact.value is None:
        return plain
    gap = None if against is None else fact.value - against
    return Reason(
        code, fact.source, fact.reference, fact.dated_on, days, fact.commitment,
        value=fact.value, against=against, gap=gap,
        percent=None if gap is None or against is None else share(abs(gap), against),
        unit=fact.unit, rows=fact.rows,
    )  # fmt: skip


def _between(code: str, pair: Disagreement) -> Reason:
    one, other = pair.one, pair.other
    return Reason(
        code, one.source, one.reference, one.dated_on, 0, one.commitment or other.commitment,
        value=one.percent, against=other.percent, gap=pair.points, unit="percent",
        side=one.side, other_side=other.side, other_source=other.source,
        other_reference=other.reference, other_on=other.dated_on,
    )  # fmt: skip


def _is_invented(known: Known, full: Iterable[Figure], on: date) -> bool:
    """Whether anything that counted is invented: the mark stays with the light."""
    counted: list[Evidence | Figure | Claim | Obligation] = [*known.evidence, *full, *known.claims]
    counted += [duty for duty in known.obligations if _is_overdue(duty, on)]
    return any(fact.is_synthetic for fact in counted)


def _ordered(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: (reason.on or date.max, reason.reference))
