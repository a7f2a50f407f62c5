"""Form fields that a city needs: a date as three fields, in the years people use."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core import city, words
from shizheng.kernel.dates import FIRST_ROC_DAY, parse_date, roc_year
from shizheng.kernel.errors import DomainError


def writes_roc_years() -> bool:
    """Tell whether dates are shown in years of the Republic (民國): Chinese, and the city's way."""
    return (get_language() or "").startswith("zh") and city.writes_roc()


def as_error(refusal: DomainError) -> ValidationError:
    """Return a refusal as the error of a field: the sentence, then what to do."""
    said = words.said(refusal)
    return ValidationError(f"{said.message} {said.hint}".strip(), code=said.code)


class DateParts(forms.MultiWidget):
    """Year, month and day; a whole date may be pasted into the first."""

    template_name = "components/date_input.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Make three short inputs of digits."""
        number = {"inputmode": "numeric", "autocomplete": "off"}
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({**number, **(attrs or {})}) for name in PARTS
        }
        super().__init__(parts)

    def decompress(self, value: date | str | None) -> list[str]:
        """Return year, month, day of a date, or of what was typed and not understood."""
        if isinstance(value, date):
            is_roc = value >= FIRST_ROC_DAY and writes_roc_years()
            year = roc_year(value) if is_roc else value.year
            return [str(year), str(value.month), str(value.day)]
        parts = (value or "").split("-")
        return parts if len(parts) == len(PARTS) else [value or "", "", ""]

    def value_from_datadict(  # type: ignore[override]  # one text, so that it can be pasted whole
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> str:
        """Return what was typed as one text: ``109-3-2``, or as pasted."""
        sent = super().value_from_datadict(data, files, name)
        year, month, day = ((part or "").strip() for part in sent)
        if not (month or day):
            return year or str(data.get(name) or "").strip()
        return f"{year}-{month}-{day}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the words over the three inputs."""
        context = super().get_context(name, value, attrs)
        is_roc = writes_roc_years()
        labels = (
            _("Year (ROC)") if is_roc else pgettext_lazy("core", "Year"),
            pgettext_lazy("core", "Month"),
            pgettext_lazy("core", "Day"),
        )
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["label"] = label
        return context


PARTS = ("year", "month", "day")


class CityDateField(forms.Field):
    """A date (日期) in years of the Republic or of the common calendar; gives a ``date``."""

    widget = DateParts

    def to_python(self, value: date | str | None) -> date | None:
        """Return the date.

        Raises:
            ValidationError: no date by the rules of ``kernel.dates``; the error says why.
        """
        if not value or isinstance(value, date):
            return value or None
        try:
            return parse_date(value)
        except DomainError as refusal:
            raise as_error(refusal) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not how they are written."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


CLOCK = {"placeholder": "18:30", "inputmode": "numeric", "autocomplete": "off"}


class ClockField(forms.TimeField):
    """A time of day, as 18:30 (時間)."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"], widget=forms.TextInput(CLOCK),
            error_messages={"invalid": _("Write the time as 18:30.")}, **named,
        )  # fmt: skip
