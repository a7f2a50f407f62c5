"""Figures in words: periods, values with their unit, marks, reasons."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from shizheng.core import city
from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.statistics.domain.formula.evaluate import rounded
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.standing import Mark
from shizheng.statistics.models import Vintage
from shizheng.statistics.selectors import Value

Words = Promise | str
FIRST_ROC_YEAR = 1912
FREQUENCIES: Mapping[str, Words] = {
    Frequency.YEAR: pgettext_lazy("frequency", "every year"),
    Frequency.HALF: pgettext_lazy("frequency", "every half-year"),
    Frequency.QUARTER: pgettext_lazy("frequency", "every quarter"),
    Frequency.MONTH: pgettext_lazy("frequency", "every month"),
    Frequency.WEEK: pgettext_lazy("frequency", "every week"),
    Frequency.DAY: pgettext_lazy("frequency", "every day"),
}
DIRECTIONS: Mapping[str, Words] = {
    "higher": gettext_lazy("higher is better"),
    "lower": gettext_lazy("lower is better"),
    "neither": gettext_lazy("neither up nor down is better"),
}
MARKS: Mapping[str, Words] = {
    Mark.LATE: pgettext_lazy("statistics", "late"),
    Mark.MISSING: pgettext_lazy("of a figure", "missing"),
    Mark.OFF_TARGET: gettext_lazy("target not reached"),
    Mark.ON_TARGET: gettext_lazy("target reached"),
    Mark.NOT_BEGUN: gettext_lazy("not begun yet"),
}
COLOURS: Mapping[str, str] = {
    Mark.LATE: "red", Mark.MISSING: "yellow", Mark.OFF_TARGET: "red", Mark.ON_TARGET: "green",
    Mark.NOT_BEGUN: "grey",
}  # fmt: skip
STATUSES: Mapping[str, Words] = {
    "A": "",
    "P": gettext_lazy("provisional"),
    "E": gettext_lazy("estimated"),
    "F": gettext_lazy("forecast"),
    "I": gettext_lazy("imputed"),
    "B": gettext_lazy("break in the series"),
    "U": gettext_lazy("low reliability"),
    "S": gettext_lazy("special event"),
    "D": gettext_lazy("another definition"),
    "V": gettext_lazy("not validated"),
    "G": gettext_lazy("experimental"),
    "O": pgettext_lazy("of a figure", "missing"),
    "L": gettext_lazy("not collected"),
    "M": gettext_lazy("cannot exist"),
    "H": gettext_lazy("holiday"),
    "Q": pgettext_lazy("statistics", "withheld"),
}
REASONS: Mapping[str, Words] = {
    "missing_input": gettext_lazy("nothing was counted or entered"),
    "nothing_to_divide_by": gettext_lazy("nothing to divide by"),
    "negative_base": gettext_lazy("the base is not above zero"),
    "too_large": gettext_lazy("too large to be true"),
    "withheld": pgettext_lazy("statistics", "withheld"),
}
CAUSES: Mapping[str, Words] = {
    Vintage.Cause.SCHEDULED: gettext_lazy("New figures"),
    Vintage.Cause.REVISION: gettext_lazy("Revision"),
    Vintage.Cause.DEFINITION: gettext_lazy("New definition"),
    Vintage.Cause.ENTERED: gettext_lazy("Figures entered"),
}


def period_words(period: Period) -> str:
    """Return a period as people of the city write it: ``109年3月``, ``March 2020``."""
    if not (get_language() or "").startswith("zh"):
        return period.label_en()
    is_roc = city.writes_roc() and period.year >= FIRST_ROC_YEAR
    return period.label_roc() if is_roc else period.label_common()


def written(value: Decimal, places: int = 0) -> str:
    """Return a number with separators, rounded half away from zero."""
    return number(rounded(value, places), places)


def value_words(value: Decimal | None, places: int, unit: Mapping[str, str] | None) -> str:
    """Return a number with its unit: ``1,234 件``, ``91.2 %``."""
    if value is None:
        return "–"
    name = in_language(unit)
    return f"{written(value, places)} {name}".strip()


class Figure(Protocol):
    """A number with why there may be none."""

    @property
    def value(self) -> Decimal | None:
        """The number; None where there is none to see."""

    @property
    def status(self) -> str:
        """Code of SDMX."""

    @property
    def reason(self) -> str:
        """Why there is no number."""


def without_value(value: Figure) -> str:
    """Return why there is no number to see."""
    return str(REASONS.get(value.reason) or STATUSES.get(value.status) or _("no figure"))


def mark_words(value: Value, *, is_revised: bool = False) -> list[str]:
    """Return every mark of a figure in words: provisional, revised, invented."""
    status = STATUSES.get(value.status, value.status) if value.value is not None else ""
    found = [str(status)] if status else []
    if is_revised:
        found.append(_("revised"))
    if value.is_synthetic:
        found.append(_("invented for the demonstration"))
    return found


def signed(change: Decimal, places: int) -> str:
    """Return a change with its sign; a true minus, and none of nothing."""
    shown = written(abs(change), places)
    if not rounded(change, places):
        return shown
    return f"{'+' if change > 0 else '−'}{shown}"


def joined(parts: list[str]) -> str:
    """Return parts as one list of the language."""
    return pgettext("between parts of a list", ", ").join(parts)
