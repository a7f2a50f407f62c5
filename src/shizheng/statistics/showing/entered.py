"""Entered figures as the desk shows them: what, of when, by whom, and who may sign it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shizheng.core.models import User
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.models import EnteredFigure
from shizheng.statistics.showing.words import STATUSES, period_words, value_words


@dataclass(frozen=True, slots=True)
class Entered:
    """A figure that waits to be signed off."""

    row: EnteredFigure
    period: str
    value: str
    status: str
    is_own: bool
    may_sign: bool


def entered_of(rows: Iterable[EnteredFigure], person: User, signs: bool) -> list[Entered]:
    """Return entered figures as they are shown to ``person``; nobody signs their own."""
    return [
        Entered(
            row, period_words(Period.parse(row.period)),
            value_words(row.value, row.indicator.current.body.get("places", 1),
                        row.indicator.unit_name),
            str(STATUSES.get(row.status, row.status)), row.entered_by_id == person.pk,
            signs and row.entered_by_id != person.pk,
        )
        for row in rows
    ]  # fmt: skip
