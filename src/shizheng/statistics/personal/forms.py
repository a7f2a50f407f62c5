"""Forms of one's own data, and of those who answer."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency
from shizheng.core.personal import holdings
from shizheng.core.words import in_language
from shizheng.statistics.models import DataRequest

LONGEST = 2000


class RequestForm(forms.Form):
    """What is wrong, or should go."""

    kind = forms.ChoiceField(
        label=_("What you ask for"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect,
        initial=DataRequest.Kind.CORRECTION,
    )  # fmt: skip
    text = forms.CharField(
        label=_("What is wrong, and what is right"), max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Or why it should go. The office that holds it reads this."),
    )  # fmt: skip


class AgencyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # cannot be subscripted
    """An agency, by its name in the language of the page."""

    def label_from_instance(self, obj: Agency) -> str:
        """Return its name."""
        return in_language(obj.name)


class ConsentForm(forms.Form):
    """Which agency may use what, for what and how long."""

    agency = AgencyField(label=_("Agency"), queryset=Agency.objects.none())
    purpose = forms.CharField(
        label=_("For what"), max_length=200,
        help_text=_("One purpose: the agency may use it for nothing else."),
    )  # fmt: skip
    holdings = forms.MultipleChoiceField(label=_("Which data"), widget=forms.CheckboxSelectMultiple)
    ends_on = CityDateField(label=_("Last day"), help_text=_("At most a year from today."))

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        """Offer the agencies of the day and every kind of data."""
        super().__init__(*args, **options)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)  # noqa: S101 - said above
        agency.queryset = Agency.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on
        ).order_by("position", "code")
        kinds = self.fields["holdings"]
        assert isinstance(kinds, forms.MultipleChoiceField)  # noqa: S101 - said above
        kinds.choices = [(code, each.title) for code, each in sorted(holdings.items())]


class AnswerForm(forms.Form):
    """Granted, refused, or more time."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("statistics", "Decision"), widget=forms.RadioSelect,
        choices=[
            ("granted", _("Granted: it was corrected or erased")),
            ("refused", pgettext_lazy("statistics", "Refused")),
            ("extended", _("More time is needed, once")),
        ],
    )  # fmt: skip
    answer = forms.CharField(
        label=pgettext_lazy("statistics", "Answer"), max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The person reads it: what was done, or why not, or why it takes longer."),
    )  # fmt: skip


class UseForm(forms.Form):
    """Why the data are read."""

    why = forms.CharField(
        label=_("Why you read it now"), max_length=200,
        help_text=_("The person sees this reason."),
    )  # fmt: skip
