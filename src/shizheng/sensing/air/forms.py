"""Forms of air: an expected index, a measure that was carried out, a calibration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.places.pages.forms import ActForm


class ForecastForm(ActForm):
    """Which index is expected for which day, and who says so."""

    day = CityDateField(label=_("Day"))
    index = forms.IntegerField(
        label=_("Expected Air Quality Index"), min_value=0, max_value=500,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Who says so"), max_length=120,
        help_text=_("Such as: forecast of the Ministry of Environment, 16:30."),
    )  # fmt: skip


class ReportForm(ActForm):
    """What was done."""

    note = forms.CharField(
        label=_("How it was carried out"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class CalibrationForm(ActForm):
    """Which instrument was calibrated when, with which result."""

    stream = forms.ChoiceField(label=_("Instrument"))
    done_on = CityDateField(label=_("Day of the calibration"))
    certificate = forms.CharField(label=_("Number of the certificate"), max_length=80)
    drift_percent = forms.FloatField(
        label=_("Drift found, per cent of the span"), required=False,
        min_value=-100, max_value=100, widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    result = forms.ChoiceField(
        label=_("Result"), widget=forms.RadioSelect,
        choices=[
            ("passed", _("Calibration passed")),
            ("failed", _("Failed: readings are held back")),
        ],
    )  # fmt: skip

    def __init__(self, *positional: Any, streams: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["stream"].choices = streams  # type: ignore[attr-defined]
