"""Forms of emissions and samples."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.places.pages.forms import ActForm
from shizheng.sensing.models import DischargePermit, Exceedance, SampleStep
from shizheng.sensing.water.actions import Limit
from shizheng.sensing.water.definitions import EmissionBody, WaterBody
from shizheng.sensing.water.words import FINDINGS, KINDS, STEPS

Kind = SampleStep.Kind
DECIMAL = {"inputmode": "decimal"}


class PermitForm(ActForm):
    """A permit: whose, of which point, from when to when, and a limit for each pollutant."""

    number = forms.CharField(label=_("Number of the permit"), max_length=60)
    holder = forms.CharField(label=_("Holder"), max_length=120)
    point = forms.CharField(label=_("Number of the stack or outfall"), max_length=80)
    district = forms.ChoiceField(label=_("District"), required=False)
    thing = forms.ChoiceField(label=_("Monitor"), required=False)
    valid_from = CityDateField(label=_("In force from"))
    valid_until = CityDateField(label=_("Last day"))

    def __init__(
        self, *positional: Any, body: EmissionBody, kind: str, names: dict[str, str],
        things: list[tuple[str, str]], **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*positional, **named)
        self.codes = [each.property for each in body.pollutants if each.kind == kind]
        areas = Area.objects.filter(kind=Area.Kind.DISTRICT).order_by("code")
        self.fields["district"].choices = [("", "–")] + [  # type: ignore[attr-defined]
            (each.code, in_language(each.name)) for each in areas
        ]
        self.fields["thing"].choices = [("", "–"), *things]  # type: ignore[attr-defined]
        rules = [(each.id, in_language(dict(each.name))) for each in body.averagings]
        for code in self.codes:
            name = names[code]
            self.fields[f"limit_{code}"] = forms.FloatField(
                label=_("{name}: limit").format(name=name), required=False, min_value=0,
                widget=forms.TextInput(DECIMAL),
            )  # fmt: skip
            self.fields[f"averaging_{code}"] = forms.ChoiceField(
                label=_("{name}: averaged by").format(name=name), choices=rules, required=False
            )
            self.fields[f"cap_{code}"] = forms.FloatField(
                label=_("{name}: cap in a year, kg").format(name=name), required=False,
                min_value=0, widget=forms.TextInput(DECIMAL),
            )  # fmt: skip

    @property
    def limits(self) -> list[Limit]:
        """The limits that were filled in."""
        given = self.cleaned_data
        return [
            Limit(code, given[f"averaging_{code}"], given[f"limit_{code}"], given[f"cap_{code}"])
            for code in self.codes
            if given.get(f"limit_{code}") is not None
        ]


class InspectForm(ActForm):
    """What an inspection found."""

    finding = forms.ChoiceField(
        label=_("What the inspection found"), widget=forms.RadioSelect,
        choices=[(each, FINDINGS[each]) for each in Exceedance.Finding],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was seen and done"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class SampleForm(ActForm):
    """A sample where it was taken."""

    number = forms.CharField(label=_("Number of the sample"), max_length=40)
    basin = forms.ChoiceField(label=_("Basin"))
    site = forms.CharField(label=_("Site"), max_length=80)
    taken_on = CityDateField(label=_("Day"))
    taken_at = forms.TimeField(
        label=_("Time"), widget=forms.TextInput({"inputmode": "numeric"}),
        help_text=_("Such as 09:30."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Seal, weather, what was noticed"), max_length=200, required=False
    )

    def __init__(self, *positional: Any, body: WaterBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["basin"].choices = [  # type: ignore[attr-defined]
            (each.id, in_language(dict(each.name))) for each in body.basins
        ]

    @property
    def moment(self) -> datetime:
        """When it was taken."""
        given = self.cleaned_data
        clock: time = given["taken_at"]
        zone = timezone.get_current_timezone()
        return datetime.combine(given["taken_on"], clock, tzinfo=zone)


class StepForm(ActForm):
    """Who has the sample from now on."""

    kind = forms.ChoiceField(
        label=_("Step"), widget=forms.RadioSelect,
        choices=[(each, STEPS[each]) for each in (Kind.HANDED, Kind.RECEIVED)],
    )  # fmt: skip
    note = forms.CharField(label=_("To whom, and how the seal was"), max_length=200)


class ResultForm(ActForm):
    """What the laboratory found of one property; ND where it is below the detection limit."""

    property = forms.ChoiceField(label=_("Looked for"))
    value = forms.CharField(
        label=_("Concentration found"), max_length=20, widget=forms.TextInput(DECIMAL),
        help_text=_("A number, or ND where nothing was detected."),
    )  # fmt: skip
    detection_limit = forms.FloatField(
        label=_("Detection limit of the method"), min_value=0, widget=forms.TextInput(DECIMAL)
    )
    method = forms.CharField(
        label=_("Method of analysis"), max_length=60, help_text=_("Such as NIEA W455.52C.")
    )

    def __init__(self, *positional: Any, names: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["property"].choices = names  # type: ignore[attr-defined]

    def clean_value(self) -> float | None:
        """Return the number; None for ND."""
        said = self.cleaned_data["value"].strip()
        if said.upper() == "ND":
            return None
        try:
            return float(said)
        except ValueError:
            raise forms.ValidationError(
                _("“{said}” is neither a number nor ND.").format(said=said)
            ) from None


PERMIT_KINDS = [(each, KINDS[each]) for each in DischargePermit.Kind]
