"""Entering figures, and signing them off: one person enters, another signs (填報與核章)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.showing import city_datetime
from shizheng.statistics.indicators.entering import Entry, area_kinds, entry_check
from shizheng.statistics.indicators.errors import AlreadySigned, SignedByAnother
from shizheng.statistics.indicators.making import indicators_make
from shizheng.statistics.models import EnteredFigure, Indicator
from shizheng.statistics.selectors import definition_by

ENTER, SIGN = "statistics.enter_figure", "statistics.sign_figure"


@transaction.atomic
def figure_enter(
    *, indicator: Indicator, entry: Entry, by: User, at: datetime, is_synthetic: bool = False
) -> EnteredFigure:
    """Enter one figure; it counts once another person has signed it off.

    A figure that is there stays: what is entered for the same period and cell corrects it once
    signed, as a revision.

    Raises:
        NotPermitted: ``by`` enters no figures of the agency that owns the indicator.
        CellUnknown, NotEntered, PeriodUnfit, PollUnsaid, StatusUnfit, ValueMissing: it is none.
    """
    require(by, ENTER, indicator, at=at)
    body = definition_by(indicator.current_id)
    areas = area_kinds(part.partition("=")[2] for part in entry.cell.split(";"))
    entry_check(body, entry, today=timezone.localdate(at), areas=areas)
    figure = entered(indicator, entry, by=by, at=at, is_synthetic=is_synthetic)
    figure.save(force_insert=True)
    journal.record(
        "statistics.figure.entered", figure, by=by, at=at, on_behalf_of=indicator.owner,
        now=facts_of(figure, indicator),
    )  # fmt: skip
    return figure


def entered(
    indicator: Indicator, entry: Entry, *, by: User, at: datetime, is_synthetic: bool
) -> EnteredFigure:
    """Return the row of an entry, not saved."""
    return EnteredFigure(
        indicator=indicator, period=entry.period.code, cell=entry.cell, value=entry.value,
        status=entry.status, note=entry.note.strip(), source=entry.source.strip(),
        answers=entry.answers, design_effect=entry.design_effect, entered_at=at, entered_by=by,
        is_synthetic=is_synthetic,
    )  # fmt: skip


def figure_sign(*, figure: EnteredFigure, by: User, at: datetime) -> EnteredFigure:
    """Sign off one figure; see ``figures_sign``."""
    figures_sign(figures=[figure], by=by, at=at)
    figure.refresh_from_db()
    return figure


def figures_sign(*, figures: Sequence[EnteredFigure], by: User, at: datetime) -> int:
    """Sign off figures that others entered and make the vintages of their indicators.

    All or none. Returns how many vintages were made; one under embargo is made too, and seen at
    its release.

    Raises:
        NotPermitted: ``by`` signs no figures of an agency that owns one of the indicators.
        SignedByAnother: ``by`` entered one of them.
        AlreadySigned: one of them counts already.
        IndicatorsFailed: signed, but an indicator could not be made; the daily run tries again.
    """
    indicators = {figure.indicator for figure in figures}
    with transaction.atomic():
        for indicator in indicators:
            require(by, SIGN, indicator, at=at)
        for figure in figures:
            _sign(figure, by=by, at=at)
    if not indicators:
        return 0
    run = indicators_make(at=at, codes=sorted(each.code for each in indicators), by=by)
    run.raise_failures()
    return run.vintages


def _sign(figure: EnteredFigure, *, by: User, at: datetime) -> None:
    if figure.entered_by_id == by.pk:
        raise SignedByAnother
    unsigned = EnteredFigure.objects.filter(pk=figure.pk, signed_at=None)
    if not unsigned.update(signed_at=at, signed_by=by):
        figure.refresh_from_db()
        raise AlreadySigned(at=city_datetime(figure.signed_at))
    journal.record(
        "statistics.figure.signed", figure, by=by, at=at, on_behalf_of=figure.indicator.owner,
        now=facts_of(figure, figure.indicator),
    )  # fmt: skip


def facts_of(figure: EnteredFigure, indicator: Indicator) -> dict[str, object]:
    """Return what the journal keeps of an entered figure."""
    return {
        "indicator": indicator.code, "period": figure.period, "cell": figure.cell,
        "value": None if figure.value is None else format(figure.value, "f"),
        "status": figure.status,
    }  # fmt: skip
