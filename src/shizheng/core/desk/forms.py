"""Forms of the pages for those who look after the installation."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import CityDateField


class JournalFilter(forms.Form):
    """Which entries are shown."""

    action = forms.CharField(label=_("Act begins with"), required=False, max_length=120)
    who = forms.CharField(label=_("Account or name"), required=False, max_length=80)
    thing = forms.CharField(label=_("Type or key of the thing"), required=False, max_length=100)
    since = CityDateField(label=pgettext_lazy("core", "From"), required=False)
    until = CityDateField(label=_("Up to and with"), required=False)


class WhyForm(forms.Form):
    """The reason, which stays on record."""

    why = forms.CharField(
        label=_("Why do you need to see this?"),
        help_text=_("Your name and this reason stay on record."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class WebhookForm(forms.Form):
    """Where events are to be sent."""

    name = forms.CharField(
        label=pgettext_lazy("core", "Name"), max_length=80, help_text=_("Who receives the events.")
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("It begins with https://.")
    )
    types = forms.CharField(
        label=_("Events"),
        required=False,
        help_text=_(
            "One type per line, or its beginning with a full stop: plan. for all of plan. "
            "Leave it empty for all events."
        ),
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_types(self) -> list[str]:
        """Return the lines that hold something."""
        return [line.strip() for line in self.cleaned_data["types"].splitlines() if line.strip()]
