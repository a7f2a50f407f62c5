"""The form that keeps a case beyond its time, or no longer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HoldForm(forms.Form):
    """Why; and the revision of the case that was seen."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Everybody who works on the case reads it."),
        widget=forms.Textarea({"rows": 3}),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
