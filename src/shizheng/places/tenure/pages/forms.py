"""Forms of property: what was typed is read here; the rules are in the actions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.locations.fields import PlaceField
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.forms import ActForm
from shizheng.places.tenure.definitions import UseOf, WayOf
from shizheng.places.tenure.domain.rent import PERIODS, Step
from shizheng.places.tenure.models import PropertyItem, StockFinding

MOST_TWD = 10**15
DOCUMENT = _("Number of the document")


class AgencyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """An agency by its name."""

    def label_from_instance(self, obj: Agency) -> str:
        """Return the name in the language of the moment."""
        return in_language(obj.name)


class PropertyForm(ActForm):
    """Take property into the ledger."""

    agency = AgencyField(label=_("Managing agency"), queryset=Agency.objects.none())
    number = forms.CharField(label=_("Property number"), max_length=40)
    category = forms.ChoiceField(label=_("Category"), choices=PropertyItem.Category.choices)
    name = forms.CharField(label=_("Name"), max_length=120)
    acquired_on = CityDateField(label=_("Acquired on"))
    value_twd = forms.IntegerField(
        label=_("Value, in TWD"), min_value=0, max_value=MOST_TWD,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )  # fmt: skip
    document = forms.CharField(label=DOCUMENT, max_length=60)
    area_m2 = forms.DecimalField(
        label=_("Area, in m²"), required=False, min_value=Decimal("0.01"), max_digits=12,
        decimal_places=2,
    )  # fmt: skip
    place = PlaceField(label=_("Where it is"), required=False)

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["agency"]
        field.queryset, field.initial = agencies, agencies.first()


class HouseholdForm(ActForm):
    """Number and name of one's household, as the letter has them."""

    number = forms.CharField(label=_("Number of the household"), max_length=40)
    head = forms.CharField(label=_("Name of the head of the household"), max_length=80)


class HouseholdsForm(ActForm):
    """The list of households that may buy."""

    list = forms.CharField(
        label=_("Households, one a line"), max_length=1_000_000,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=_("Number, head, contact, address, property number, with commas between; the first two are needed. Who is listed already stays."),  # noqa: E501
    )  # fmt: skip


class ValueForm(ActForm):
    """Change the value of property."""

    is_addition = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, initial="no",
        choices=[("no", _("It was revalued")), ("yes", _("Something was added to it"))],
    )  # fmt: skip
    amount_twd = forms.IntegerField(
        label=_("Change, in TWD"), min_value=-MOST_TWD, max_value=MOST_TWD,
        widget=forms.TextInput({"inputmode": "text"}),
        help_text=_("With a minus where the value falls."),
    )  # fmt: skip
    on = CityDateField(label=_("On which day"))
    document = forms.CharField(label=DOCUMENT, max_length=60)
    why = forms.CharField(label=_("Why"), max_length=300, required=False)


class DisposeForm(ActForm):
    """Strike property off."""

    on = CityDateField(label=_("On which day"))
    document = forms.CharField(label=DOCUMENT, max_length=60)
    why = forms.CharField(label=_("Why"), max_length=300)


class HandOverForm(ActForm):
    """Give property to another agency."""

    to = AgencyField(label=_("To which agency"), queryset=Agency.objects.filter(valid_to=None))
    on = CityDateField(label=_("On which day"))
    document = forms.CharField(label=DOCUMENT, max_length=60)


class IdleForm(ActForm):
    """Say that property stands idle."""

    since = CityDateField(label=_("Idle since"))


class PlainForm(ActForm):
    """Nothing to fill in: an act that is confirmed."""


class TermForm(ActForm):
    """Term and rent of a contract."""

    starts_on = CityDateField(label=_("First day"))
    ends_on = CityDateField(
        label=_("Ends on"), help_text=_("The first day on which the contract no longer holds.")
    )
    rent_twd = forms.IntegerField(
        label=_("Rent of one period, in TWD"), min_value=0, max_value=MOST_TWD,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )  # fmt: skip
    period_months = forms.TypedChoiceField(label=_("Paid every"), coerce=int, initial="12")
    due_days = forms.IntegerField(
        label=_("Days to pay after a period begins"), min_value=0, max_value=365, initial=0
    )
    steps = forms.CharField(
        label=_("Steps of the rent"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: a day, and percent of the first rent. 2021-03-01 103"),
    )  # fmt: skip
    document = forms.CharField(label=_("Number of the contract"), max_length=60)

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["period_months"]
        words = gettext("{months} months")
        field.choices = [(each, words.format(months=each)) for each in PERIODS]

    def clean_steps(self) -> list[Step]:
        """Return the steps that were typed."""
        found = []
        for line in self.cleaned_data["steps"].splitlines():
            day, _sep, percent = line.strip().partition(" ")
            if not day:
                continue
            try:
                found.append(Step(parse_date(day), Decimal(percent.strip().rstrip("%"))))
            except (DomainError, ArithmeticError):
                words = gettext("“{line}” is no step: write a day, a space, and percent.")
                raise forms.ValidationError(words.format(line=line[:60])) from None
        return found


class LeaseForm(TermForm):
    """Let property to a party."""

    party_name = forms.CharField(label=_("Party"), max_length=80)
    party_contact = forms.CharField(
        label=_("How the party is reached"), max_length=200, required=False
    )
    username = forms.CharField(
        label=_("Account of the party"), max_length=150, required=False,
        help_text=_("With an account the party sees the contract and is told when rent is due."),
    )  # fmt: skip
    field_order = ["party_name", "party_contact", "username"]


class LeaseEndForm(ActForm):
    """End a contract before its term."""

    on = CityDateField(label=_("On which day"))
    why = forms.CharField(label=_("Why"), max_length=300)


class RentForm(ActForm):
    """Book rent that was paid."""

    on = CityDateField(label=_("Paid on"))
    receipt = forms.CharField(label=_("Number of the receipt"), max_length=60)


class OccupationForm(ActForm):
    """Record that property is occupied."""

    found_on = CityDateField(label=_("Found on"))
    area_m2 = forms.DecimalField(
        label=_("Occupied area, in m²"), required=False, min_value=Decimal("0.01"),
        max_digits=12, decimal_places=2,
    )  # fmt: skip
    occupier = forms.CharField(
        label=_("Who occupies it, if known"), max_length=80, required=False,
        help_text=_("Only the managing agency reads it."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was seen"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class SettleForm(ActForm):
    """Say how an occupation ended."""

    way = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect)
    document = forms.CharField(label=DOCUMENT, max_length=60)
    on = CityDateField(label=_("On which day"))

    def __init__(self, *positional: Any, ways: tuple[WayOf, ...], **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["way"]
        field.choices = [(each.id, in_language(each.name)) for each in ways]


class FigureForm(ActForm):
    """What accounting says at the end of a month."""

    category = forms.ChoiceField(label=_("Category"), choices=PropertyItem.Category.choices)
    amount_twd = forms.IntegerField(
        label=_("Figure of accounting, in TWD"), min_value=0, max_value=MOST_TWD,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class RoundForm(ActForm):
    """Open a stock-taking."""

    agency = AgencyField(label=_("Managing agency"), queryset=Agency.objects.none())
    title = forms.CharField(label=_("Name of the round"), max_length=80)
    categories = forms.MultipleChoiceField(
        label=_("What is counted"), choices=PropertyItem.Category.choices,
        widget=forms.CheckboxSelectMultiple, initial=[*PropertyItem.Category.values],
    )  # fmt: skip
    first = CityDateField(label=_("First day"))
    last = CityDateField(label=_("Last day"))

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["agency"]
        field.queryset, field.initial = agencies, agencies.first()


class CountForm(ActForm):
    """What was found of one thing; made for a phone."""

    number = forms.CharField(
        label=_("Property number"), max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("As on the label. The code on the label opens this page with the number."),
    )  # fmt: skip
    result = forms.ChoiceField(
        label=_("What you found"), choices=StockFinding.Result.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What differs, or where you looked"), max_length=300, required=False
    )
    photo = forms.FileField(
        label=_("Photo"), required=False,
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    place = PlaceField(label=_("Where it stands"), required=False)
    replaces = forms.BooleanField(label=_("This corrects an earlier finding"), required=False)


class SpaceForm(ActForm):
    """Publish what stands idle."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"))
    area_m2 = forms.DecimalField(
        label=_("Usable area, in m²"), min_value=Decimal("0.1"), max_digits=11, decimal_places=1
    )
    limits = forms.CharField(
        label=_("Limits of use"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Photo"), required=False, widget=forms.FileInput({"accept": "image/*"})
    )
    place = PlaceField(label=_("Where it is"))

    def __init__(self, *positional: Any, kinds: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["kind"]
        field.choices = kinds

    def clean(self) -> dict[str, Any]:
        """The map needs a point."""
        given: dict[str, Any] = super().clean() or {}
        place = given.get("place")
        if place is not None and place.longitude is None:
            self.add_error("place", gettext("Mark the point on the map."))
        return given


class ApplyForm(ActForm):
    """Apply to use a space for a time."""

    use = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What you want to do there"), max_length=500, widget=forms.Textarea({"rows": 4})
    )
    organisation = forms.CharField(label=_("For which organisation"), max_length=80, required=False)
    starts_on = CityDateField(label=_("First day"))
    ends_on = CityDateField(label=_("Given back on"))

    def __init__(self, *positional: Any, uses: tuple[UseOf, ...], **named: Any) -> None:
        super().__init__(*positional, **named)
        field: Any = self.fields["use"]
        field.choices = [(each.id, in_language(each.name)) for each in uses]


class AnswerForm(ActForm):
    """Answer an application or an enquiry."""

    answer = forms.CharField(
        label=_("Answer"), max_length=500, widget=forms.Textarea({"rows": 4}),
        help_text=_("Whoever asked reads it."),
    )  # fmt: skip


class RecallForm(ActForm):
    """Ask a space back."""

    ends_on = CityDateField(label=_("To be given back on"))
    why = forms.CharField(label=_("Why"), max_length=500)


class WhyForm(ActForm):
    """An act that says why."""

    why = forms.CharField(label=_("Why"), max_length=500)


class EnquiryForm(ActForm):
    """Ask about a plot."""

    company = forms.CharField(label=_("Company"), max_length=80)
    contact = forms.CharField(label=_("How we reach you"), max_length=200)
    needs = forms.CharField(
        label=_("What you need"), max_length=1_000, widget=forms.Textarea({"rows": 4}),
        help_text=_("What you make, how much land, power and water you need, and when."),
    )  # fmt: skip
