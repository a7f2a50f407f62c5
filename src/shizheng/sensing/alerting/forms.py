"""Forms of warnings: answer one, hold a drill, subscribe, ask for a place or a time."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core import words
from shizheng.core.forms import CityDateField
from shizheng.core.locations.choices import village_choices
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.forms import ActForm
from shizheng.places.selectors.locations import places_named
from shizheng.sensing.alerting.showing import WORDS
from shizheng.sensing.domain.warnings import Level
from shizheng.sensing.models import WarningRule

LONGEST = timedelta(days=366)


class AnswerForm(ActForm):
    """A note; with somebody's user name the warning is handed over to them."""

    note = forms.CharField(
        label=_("What you did or saw"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    to = forms.CharField(
        label=_("Hand over to (user name)"), max_length=150, required=False,
        help_text=_("Leave it empty to keep the warning."),
    )  # fmt: skip


class DrillForm(ActForm):
    """Which rule, where, which level."""

    rule = forms.ChoiceField(label=_("Rule"))
    stream = forms.ChoiceField(label=_("Post"))
    level = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect,
        choices=[(int(each), WORDS[each]) for each in (Level.ADVISORY, Level.WARNING)],
    )  # fmt: skip

    def __init__(
        self, *positional: Any, rules: list[WarningRule], posts: list[tuple[str, str]], **named: Any
    ) -> None:
        super().__init__(*positional, **named)
        self.fields["rule"].choices = [(each.code, in_language(each.name)) for each in rules]  # type: ignore[attr-defined]
        self.fields["stream"].choices = posts  # type: ignore[attr-defined]


class HandOverForm(ActForm):
    """To whom, and what they should know."""

    to = forms.CharField(label=_("User name of who comes on duty"), max_length=150)
    note = forms.CharField(
        label=_("What they should know"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class MomentField(forms.DateTimeField):
    """A moment in the city's time, as a device with a calendar gives it."""

    def __init__(self, **named: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **named)


class MaintenanceForm(ActForm):
    """Which post, from when until when, why."""

    stream = forms.ChoiceField(label=_("Post"))
    starts = MomentField(label=pgettext_lazy("sensing", "From"))
    ends = MomentField(label=pgettext_lazy("sensing", "Until"))
    why = forms.CharField(label=pgettext_lazy("sensing", "Why"), max_length=200)

    def __init__(self, *positional: Any, posts: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["stream"].choices = posts  # type: ignore[attr-defined]


class WhereForm(forms.Form):
    """Which place is meant: an address, a village, or the point where a device says it is."""

    address = forms.CharField(
        label=_("Address or lot number"), required=False, max_length=200,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )  # fmt: skip
    village = forms.ChoiceField(label=_("Or the village"), choices=village_choices, required=False)
    longitude = forms.FloatField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )
    latitude = forms.FloatField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Find the address, in what everybody may read; what was not found is said."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("address"):
            try:
                found = places_named(
                    given["address"], viewer=AnonymousUser(), on=timezone.localdate(), most=1
                )
            except DomainError as refusal:
                said = words.said(refusal)
                self.add_error("address", f"{said.message} {said.hint}".strip())
            else:
                given |= {"longitude": found[0].longitude, "latitude": found[0].latitude}
        return given

    @property
    def point(self) -> tuple[float, float] | None:
        """The point given, if both numbers are."""
        x, y = (self.cleaned_data.get(name) for name in ("longitude", "latitude"))
        return None if x is None or y is None else (x, y)

    @property
    def area(self) -> Area | None:
        """The village chosen."""
        code = self.cleaned_data.get("village")
        return Area.objects.select_related("parent").get(code=code) if code else None


class SubscribeForm(ActForm, WhereForm):
    """Of which place one wants to be warned, and that one agrees."""

    field_order = ["address", "village", "longitude", "latitude", "radius_m", "agrees"]
    radius_m = forms.TypedChoiceField(
        label=_("How far around a point"), coerce=int, initial=1_000, required=False,
        choices=[(500, _("500 m")), (1_000, _("1 km")), (3_000, _("3 km"))],
    )  # fmt: skip
    agrees = forms.BooleanField(
        required=False,
        label=_("I agree that the city keeps this place to warn me, until I end it."),
    )


class PeriodForm(forms.Form):
    """From which day to which."""

    first = CityDateField(label=_("First day"), required=False)
    last = CityDateField(label=_("Last day"), required=False)

    longest = LONGEST

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins, or is too long."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("first") and given.get("last"):
            if given["first"] > given["last"]:
                self.add_error("first", _("The first day comes after the last."))
            elif given["last"] - given["first"] > self.longest:
                said = _("At most {days} days at once.").format(days=self.longest.days)
                self.add_error("first", said)
        return given

    def span(self) -> tuple[Any, Any]:
        """Return the days asked for; the last 30 where none or too many are."""
        today = timezone.localdate()
        given = self.cleaned_data if self.is_valid() else {}
        last = min(given.get("last") or today, today)
        first = given.get("first") or last - timedelta(days=29)
        return (first, last) if timedelta() <= last - first <= self.longest else (last, last)


class LongPeriodForm(PeriodForm):
    """A time of up to ten years, of what is kept day by day."""

    longest = timedelta(days=3_660)
