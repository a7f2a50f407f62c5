"""Makes vintages: measures, computes, protects, and keeps what is new or differs (指標計算)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shizheng.core import journal, news, outbox
from shizheng.core.models import Area, User
from shizheng.core.rows import add
from shizheng.kernel.errors import DomainError
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.definitions import units_of
from shizheng.statistics.domain.formula.order import order
from shizheng.statistics.domain.periods import Period, periods_between
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.domain.vintages import ReleaseRule, release_at
from shizheng.statistics.indicators.computing import (
    Computed,
    Figures,
    Place,
    figures_of,
    without_counts,
)
from shizheng.statistics.indicators.disclosure import protected
from shizheng.statistics.indicators.errors import IndicatorsFailed
from shizheng.statistics.indicators.levels import Wanted
from shizheng.statistics.measuring.answering import measured
from shizheng.statistics.measuring.asking import Ask, MeasuredTable
from shizheng.statistics.models import EnteredFigure, Figure, Indicator, Vintage
from shizheng.statistics.selectors import definition_by

log = structlog.get_logger()
PROVISIONAL = str(ObservationStatus.PROVISIONAL)
KEPT = ("value", "rows", "status", "reason", "is_withheld", "is_synthetic")
"""What a figure keeps; if none of it differs, there is no new one."""
YEARS_BACK = 3
"""Once made, figures are looked at again so many years back; older ones stay as they are."""


@dataclass(slots=True)
class MakingRun:
    """What one run made: how many indicators were looked at, vintages and figures made."""

    indicators: int = 0
    vintages: int = 0
    figures: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            IndicatorsFailed: an indicator failed.
        """
        if self.failed:
            reason = next(iter(self.failed.values()))
            raise IndicatorsFailed(indicators=", ".join(sorted(self.failed)), reason=reason)


def indicators_make(
    *, at: datetime, codes: Sequence[str] | None = None, by: User | None = None, why: str = ""
) -> MakingRun:
    """Compute indicators from the work as it stands and keep what is new or differs.

    One that fails stops nobody else; those that read it fail with it.

    Args:
        codes: only these and what they read; left out, all of them.
        why: what a person gives as the reason of a revision.
    """
    rows = {row.code: row for row in Indicator.objects.filter(is_kept=True)}
    bodies = {code: definition_by(row.current_id) for code, row in rows.items()}
    reads = {code: [*_read_by(body)] for code, body in bodies.items()}
    chosen = _with_what_they_read(codes, reads) if codes is not None else set(bodies)
    run, made = MakingRun(), dict[str, Figures]()
    today = timezone.localdate(at)
    wanted = _wanted({code: bodies[code] for code in chosen}, bodies, today, run)
    _shorten(wanted, today)
    tables = _measured(wanted, at, run)
    parents = dict(
        Area.objects.filter(kind="village", valid_to=None).values_list("code", "parent__code")
    )
    for code in order(reads):
        if code not in chosen or code in run.failed:
            continue
        try:
            missing = [each for each in reads[code] if each in run.failed]
            if missing:
                raise IndicatorsFailed(indicators=", ".join(missing), reason="")
            if code in wanted:
                found = figures_of(wanted[code], tables, made, today)
                found = protected(found, bodies[code], wanted[code].formula, parents)
            else:
                found = _entered(rows[code])
            is_read = any(code in others for others in reads.values())
            made[code] = _kept(rows[code]) | found if is_read else found
            _keep(rows[code], bodies[code], found, at=at, by=by, why=why, run=run)
        except Exception as error:  # the outermost edge of one indicator's own work
            log.exception("indicator_failed", indicator=code)
            run.failed[code] = str(error) or type(error).__name__
    if run.vintages:
        news.evidence_changed()
    return run


def _read_by(body: Definition) -> Iterable[str]:
    return (str(each.indicator) for each in body.inputs.values() if each.indicator is not None)


def _with_what_they_read(codes: Iterable[str], reads: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code for code in codes if code in reads]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(reads[code])
    return found


def _wanted(
    chosen: Mapping[str, Definition], others: Mapping[str, Definition], today: date, run: MakingRun
) -> dict[str, Wanted]:
    """Return the indicators with a formula that has begun to be valid, each with its periods."""
    found: dict[str, Wanted] = {}
    for code, body in chosen.items():
        last_day = min(today, body.valid_to or today)
        if body.is_entered or last_day < body.valid_from:
            continue
        run.indicators += 1
        try:
            formula = body.compiled(units_of(body, others))
        except DomainError as refusal:
            run.failed[code] = str(refusal)
            continue
        first, last = Period.of(body.every, body.valid_from), Period.of(body.every, last_day)
        found[code] = Wanted(body, formula, tuple(periods_between(first, last)))
    return found


def _shorten(wanted: dict[str, Wanted], today: date) -> None:
    """Leave out the periods that are settled, of indicators that were made before."""
    newest = dict(
        Figure.objects.values("indicator__code")
        .annotate(last=Max("period_start"))
        .values_list("indicator__code", "last")
    )
    settled = date(today.year - YEARS_BACK, today.month, 1)
    for code, each in wanted.items():
        if code in newest:
            since = Period.of(each.body.every, min(settled, newest[code]))
            periods = tuple(period for period in each.periods if since <= period)
            wanted[code] = replace(each, periods=periods or each.periods[-1:])


def _measured(
    wanted: Mapping[str, Wanted], at: datetime, run: MakingRun
) -> dict[Ask, MeasuredTable]:
    """Measure everything from one snapshot; if that is refused, find who is to blame."""
    asks = {
        code: [ask for level in each.levels for ask in each.asks(level).values()]
        for code, each in wanted.items()
    }
    try:
        return measured([ask for every in asks.values() for ask in every], at=at)
    except DomainError:
        log.exception("measuring_failed_together", indicators=len(asks))
    found: dict[Ask, MeasuredTable] = {}
    for code, every in asks.items():
        try:
            found |= measured(every, at=at)
        except DomainError as refusal:
            run.failed[code] = str(refusal)
    return found


def _entered(indicator: Indicator) -> Figures:
    """Return the figures that were entered and signed off, the newest of each cell."""
    rows = EnteredFigure.objects.filter(indicator=indicator, signed_at__isnull=False)
    found: Figures = {}
    for row in rows.order_by("signed_at", "id"):
        found[Period.parse(row.period), row.cell] = Computed(
            value=row.value,
            rows=1,
            status=row.status,
            reason="" if row.value is not None else "missing_input",
            is_synthetic=row.is_synthetic,
        )
    return found


def _keep(
    indicator: Indicator,
    body: Definition,
    figures: Figures,
    *,
    at: datetime,
    by: User | None,
    why: str,
    run: MakingRun,
) -> None:
    """Append vintages with the figures that are new or differ, one per moment of release."""
    figures = {place: without_counts(figure) for place, figure in figures.items()}
    with transaction.atomic():
        locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
        known = _kept(locked)
        fresh = {place: each for place, each in figures.items() if known.get(place) != each}
        by_release: dict[datetime, Figures] = defaultdict(dict)
        for place, figure in fresh.items():
            by_release[_released_at(body, place[0], at)][place] = figure
        for released_at, some in sorted(by_release.items()):
            cause = _cause(locked, body, {place: known[place] for place in some if place in known})
            known |= some
            made = _vintage(locked, some, known, released_at=released_at, at=at)
            made.made_by, made.cause, made.why = by, cause, why
            _write(made, locked, some)
            run.vintages += 1
            run.figures += len(some)


def _kept(indicator: Indicator) -> Figures:
    """Return the whole series as kept, what is embargoed or withheld included."""
    rows = Figure.objects.filter(indicator=indicator).order_by("number")
    periods: dict[str, Period] = {}
    found: Figures = {}
    for code, cell, *figure in rows.values_list("period", "cell", *KEPT).iterator(2_000):
        period = periods.get(code) or periods.setdefault(code, Period.parse(code))
        found[period, cell] = Computed(**dict(zip(KEPT, figure, strict=True)))
    return found


def _released_at(body: Definition, period: Period, at: datetime) -> datetime:
    """Return when a figure made at ``at`` is public: at its release, or now if that is past."""
    if body.release.kind == "live":
        return at
    hour, minute = map(int, body.release.at.split(":"))
    rule = ReleaseRule(body.release.after_days, time(hour, minute), timezone.get_default_timezone())
    return max(at, release_at(rule, period))


def _vintage(
    indicator: Indicator,
    some: Figures,
    series: Figures,
    *,
    released_at: datetime,
    at: datetime,
) -> Vintage:
    last = indicator.vintages.order_by("-number").first()
    periods = sorted({period for period, _ in some})
    return Vintage(
        indicator=indicator,
        number=last.number + 1 if last else 1,
        definition_id=indicator.current_id,
        made_at=at,
        released_at=released_at,
        first_period=periods[0].code,
        last_period=periods[-1].code,
        figure_count=len(some),
        digest=digest_of(series),
        is_synthetic=any(figure.is_synthetic for figure in series.values()),
    )


def _cause(indicator: Indicator, body: Definition, replaced: Figures) -> str:
    """Return why there is a new vintage; no revision is what was provisional, or had no value."""
    last = indicator.vintages.order_by("-number").first()
    if last is not None and last.definition_id != indicator.current_id:
        return Vintage.Cause.DEFINITION
    told = [figure for figure in replaced.values() if figure.value is not None]
    if any(figure.status != PROVISIONAL for figure in told):
        return Vintage.Cause.REVISION
    return Vintage.Cause.ENTERED if body.is_entered else Vintage.Cause.SCHEDULED


def _write(made: Vintage, indicator: Indicator, some: Figures) -> None:
    made.save(force_insert=True)
    add(
        [
            Figure(
                vintage=made,
                indicator=indicator,
                number=made.number,
                period=period.code,
                period_start=period.start,
                cell=cell,
                value=figure.value,
                rows=figure.rows,
                status=figure.status,
                reason=figure.reason,
                is_withheld=figure.is_withheld,
                is_synthetic=figure.is_synthetic,
            )
            for (period, cell), figure in _ordered(some)
        ]
    )
    facts = {
        "indicator": indicator.code, "vintage": made.number, "figures": made.figure_count,
        "released_at": made.released_at.isoformat(), "digest": made.digest,
    }  # fmt: skip
    journal.record(
        "statistics.vintage.made", made, by=made.made_by, at=made.made_at, why=made.why, now=facts
    )
    outbox.publish("city.statistics.vintage_made", made, at=made.made_at, payload=facts)


def digest_of(series: Figures) -> str:
    """Return the SHA-256 of a series as it is shown: a line per figure, by period and cell.

    What is withheld is not in it, or small numbers could be tried until the digest fits.
    """
    lines = [
        "|".join(
            (
                period.code, cell,
                _shown(figure),
                figure.status, figure.reason, str(int(figure.is_withheld)),
            )
        )
        for (period, cell), figure in _ordered(series)
    ]  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _shown(figure: Computed) -> str:
    if figure.value is None or figure.is_withheld:
        return ""
    return format(figure.value.normalize(), "f")


def _ordered(series: Figures) -> list[tuple[Place, Computed]]:
    return sorted(series.items(), key=lambda item: (item[0][0].start, item[0][1]))
