"""Forms of outlooks: a forecast of rain and tide, and why one is withdrawn."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.places.pages.forms import ActForm
from shizheng.sensing.alerting.forms import MomentField


class OutlookForm(ActForm):
    """How much rain in how many hours, how high the tide, from when until when, who says so."""

    rain_mm = forms.FloatField(label=_("Rain forecast (mm)"), min_value=0, max_value=5_000)
    hours = forms.IntegerField(label=_("In so many hours"), min_value=1, max_value=240, initial=24)
    tide_m = forms.FloatField(
        label=_("Highest tide (m above mean sea level)"), required=False, min_value=-5,
        max_value=10, help_text=_("Leave it empty if it is not known."),
    )  # fmt: skip
    valid_from = MomentField(label=pgettext_lazy("sensing", "Valid from"))
    valid_to = MomentField(label=_("Valid to"))
    source = forms.CharField(
        label=_("Whose forecast"), max_length=200,
        help_text=_("Such as: Central Weather Administration, typhoon rain forecast of 14:30"),
    )  # fmt: skip
    is_drill = forms.BooleanField(label=_("This is an exercise"), required=False)


class WithdrawForm(forms.Form):
    """Why an outlook is withdrawn."""

    why = forms.CharField(label=_("Why it is withdrawn"), max_length=200)
