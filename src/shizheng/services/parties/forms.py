"""Forms of who belongs to a case: how one is reached, helpers, proxies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.services.models import CaseParty
from shizheng.services.parties.actions.contact import Reach


class ReachForm(forms.Form):
    """How somebody is reached, and which way they want to be told."""

    name = forms.CharField(label=pgettext_lazy("services", "Name"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )
    phone = forms.RegexField(
        r"^[0-9+()#\- ]{6,30}$",
        label=_("Telephone"),
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": _("Write the number with digits, such as 0912-345-678.")},
    )
    line_id = forms.CharField(label=_("LINE ID"), max_length=60, required=False)
    notice_by = forms.ChoiceField(
        label=_("How to be told"), choices=CaseParty.NoticeBy.choices, widget=forms.RadioSelect
    )

    def reach(self, language: str) -> Reach:
        """Return what was given."""
        return Reach(**self.cleaned_data, language=language)


class HelperForm(ReachForm):
    """Somebody who helps: a name, so that the office knows who writes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Require the name."""
        super().__init__(*given, **named)
        self.fields["name"].required = True


class AppointForm(forms.Form):
    """Whom the applicant appoints."""

    name = forms.CharField(label=pgettext_lazy("services", "Name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("Of their account here; a link to confirm is sent there.")
    )


class CounterForm(HelperForm):
    """A proxy who came to the counter with a paper."""

    paper = forms.CharField(
        label=_("Paper that was shown"),
        max_length=200,
        help_text=_("What it is and its date, such as “Power of attorney of 2 March 2020”."),
    )

    def reach(self, language: str) -> Reach:
        """Return what was given, without the paper."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "paper"}
        return Reach(**given, language=language)
