"""What may be said beside a light."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shizheng.plan.register.rules import override_rule
from shizheng.plan.register.words import LIGHTS


class OverrideForm(forms.Form):
    """Colour, reason and last day of a note beside a light."""

    colour = forms.ChoiceField(
        label=_("What the light should say"), choices=list(LIGHTS.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody reads it beside the computed light, which stays."),
    )
    expires_on = forms.DateField(label=_("Last day"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever Django takes
        days = override_rule().longest_days
        latest = timezone.localdate() + timedelta(days=days)
        self.fields["expires_on"].help_text = _("At most {days} days from today.").format(days=days)
        self.fields["expires_on"].widget.attrs["max"] = latest.isoformat()


class ConfirmForm(forms.Form):
    """Nothing to fill in: sending it confirms."""
