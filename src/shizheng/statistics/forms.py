"""Forms of figures: what the list shows, the day a page is read as of, and entering a figure."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import as_error
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.indicators.entering import (
    WITH_VALUE,
    WITHOUT,
    Entry,
    number_read,
    period_read,
)
from shizheng.statistics.indicators.listing import STATES
from shizheng.statistics.showing.words import MARKS, STATUSES

NORMAL = _("a figure like the others")


class ListForm(forms.Form):
    """What narrows the list of indicators; all of it stands in the address."""

    owner = forms.ChoiceField(label=_("Agency"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("All")), *((str(each), MARKS[each]) for each in STATES)],
    )  # fmt: skip
    made = forms.ChoiceField(
        label=_("Where from"), required=False,
        choices=[("", _("All")), ("computed", _("counted from the work")),
                 ("entered", _("entered by the agency"))],
    )  # fmt: skip

    def __init__(self, *args: Any, owners: list[Agency], **options: Any) -> None:
        """Offer the agencies that own an indicator."""
        super().__init__(*args, **options)
        names = [(each.code, in_language(each.name)) for each in owners]
        self.fields["owner"] = forms.ChoiceField(
            label=_("Agency"), required=False, choices=[("", _("All")), *names]
        )


class EntryForm(forms.Form):
    """One figure to be entered."""

    period = forms.CharField(label=_("Period"), max_length=20)
    value = forms.CharField(
        label=pgettext_lazy("statistics", "Figure"), max_length=40, required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Mark"), initial="A",
        choices=[
            (str(each), NORMAL if str(each) == "A" else STATUSES[str(each)])
            for each in (*WITH_VALUE, *WITHOUT)
        ],
    )  # fmt: skip
    answers = forms.IntegerField(
        label=_("Number of answers"), required=False, min_value=2, max_value=100_000_000,
        help_text=_("Of a poll: how many people gave an answer."),
    )  # fmt: skip
    design_effect = forms.DecimalField(
        label=_("Design effect"), required=False, min_value=Decimal(1), max_value=Decimal(999),
        max_digits=6, decimal_places=3,
        help_text=_("Of a poll with weights, 1 or more; the report of the poll has it."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Number of the document, or the file.")
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("What readers should know. If there is no figure: what happened."),
    )  # fmt: skip

    def __init__(self, *args: Any, body: Definition, example: Period, **options: Any) -> None:
        """Ask only what the indicator can have."""
        super().__init__(*args, **options)
        self.body = body
        self.fields["period"].help_text = _("For example {example}.").format(example=example.code)
        self.fields["value"].label = _("Figure ({unit})").format(unit=in_language(body.unit_name))
        if body.unit != "percent":
            del self.fields["answers"], self.fields["design_effect"]

    def clean_period(self) -> Period:
        """Return the period.

        Raises:
            ValidationError: it cannot be read.
        """
        try:
            return period_read(self.cleaned_data["period"])
        except DomainError as refusal:
            raise as_error(refusal) from None

    def clean_value(self) -> Decimal | None:
        """Return the number, None where nothing stands.

        Raises:
            ValidationError: it is none.
        """
        try:
            return number_read(self.cleaned_data["value"], self.body)
        except DomainError as refusal:
            raise as_error(refusal) from None

    @property
    def entry(self) -> Entry:
        """What was entered."""
        return Entry(**{name: value for name, value in self.cleaned_data.items() if value != ""})


class FileForm(forms.Form):
    """A file of figures."""

    file = forms.FileField(label=_("File"), help_text=_("CSV; at most 5,000 lines."))
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[("utf-8", "UTF-8"), ("big5", "Big5")], initial="utf-8"
    )


class AsOfForm(forms.Form):
    """The day as of which a page is read."""

    as_of = forms.DateField(label=_("As published on"), input_formats=["%Y-%m-%d"], required=False)

    def clean_as_of(self) -> Any:
        """Return the day.

        Raises:
            ValidationError: no year that a city has figures of.
        """
        day = self.cleaned_data["as_of"]
        if day is not None and not 1912 <= day.year <= 9990:
            raise ValidationError(_("Give a day from 1912 on, such as 2020-03-31."))
        return day
