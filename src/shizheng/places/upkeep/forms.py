"""Forms of looking after things."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField, ClockField
from shizheng.core.models import Agency, Area, User
from shizheng.core.words import in_language
from shizheng.places.models import Crew
from shizheng.places.pages.forms import ActForm
from shizheng.places.upkeep.actions.listing import MOST_STOPS
from shizheng.places.upkeep.actions.repairing import MOST_PARTS, MOST_TWD
from shizheng.places.upkeep.definitions import RescueBody, UpkeepBody
from shizheng.places.upkeep.shifts.definitions import CrewShiftsBody
from shizheng.places.upkeep.shifts.domain import Duty, Holidays
from shizheng.places.upkeep.shifts.words import HOLIDAYS

AGENCY = "agency:"
"""How the choice of an agency begins, which walks a list together."""
CREW = "crew:"
"""How the choice of a crew begins."""


def _people(people: Iterable[User]) -> list[tuple[str, str]]:
    return [(str(each.pk), str(each)) for each in people]


def _crews(crews: Iterable[Crew], stand: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """Return crews with how they stand now."""
    return [
        (f"{CREW}{each.pk}", f"{each.name} · {stand[each.pk]}" if each.pk in stand else each.name)
        for each in crews
    ]


class ListForm(ActForm):
    """Which round, by when, where, and who walks it."""

    round = forms.ChoiceField(label=_("Round"))
    until = CityDateField(label=_("What is due by"))
    district = forms.ChoiceField(label=_("District"), required=False)
    most = forms.IntegerField(
        label=_("Stops at most"), min_value=1, max_value=MOST_STOPS, initial=30,
        help_text=_("What weighs most comes first; the stops are then put into a short way."),
    )  # fmt: skip
    assigned_to = forms.ChoiceField(label=_("Who inspects"))

    def __init__(
        self, *positional: Any, body: UpkeepBody, people: Iterable[User],
        crews: Iterable[Crew], stand: Mapping[UUID, str], agencies: Iterable[Agency],
        districts: Iterable[Area], **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["round"].choices = [(each.id, in_language(each.name)) for each in body.rounds]
        fields["district"].choices = [
            ("", gettext("The whole city")),
            *((each.code, in_language(each.name)) for each in districts),
        ]
        fields["assigned_to"].choices = [
            (gettext("A person"), _people(people)),
            (gettext("A crew, together"), _crews(crews, stand)),
            (gettext("An agency, together"),
             [(f"{AGENCY}{each.code}", in_language(each.name)) for each in agencies]),
        ]  # fmt: skip


class FaultForm(ActForm):
    """Which fault somebody saw, in their words."""

    fault = forms.ChoiceField(label=_("What is wrong"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What do you see?"), max_length=1_000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, *positional: Any, body: UpkeepBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["fault"].choices = [(each.id, in_language(each.name)) for each in body.faults]


class OrderForm(ActForm):
    """Everything that an act on an order may ask; the page shows what it needs."""

    act = forms.ChoiceField(
        choices=[(name, name) for name in ("assign", "begin", "part", "finish", "verify",
                                           "return", "cancel")],
        widget=forms.HiddenInput,
    )  # fmt: skip
    to = forms.ChoiceField(label=_("Who repairs"), required=False)
    part = forms.ChoiceField(label=_("Part"), required=False)
    count = forms.IntegerField(
        label=_("How many"), required=False, min_value=1, max_value=MOST_PARTS
    )
    result = forms.CharField(
        label=_("What was done"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    labour_twd = forms.IntegerField(
        label=_("Cost of the work besides parts (NT$)"), required=False, min_value=0,
        max_value=MOST_TWD,
    )  # fmt: skip
    why = forms.CharField(label=_("Why"), max_length=500, required=False)

    ASKED = {
        "assign": ("to",), "begin": (), "part": ("part", "count"),
        "finish": ("result", "labour_twd"), "verify": (), "return": ("why",), "cancel": ("why",),
    }  # fmt: skip
    NEEDED = {
        "assign": ("to",), "part": ("part", "count"), "finish": ("result",), "return": ("why",),
        "cancel": ("why",),
    }  # fmt: skip

    def __init__(
        self, *positional: Any, body: UpkeepBody, people: Iterable[User], crews: Iterable[Crew],
        stand: Mapping[UUID, str], act: str, **named: Any,
    ) -> None:  # fmt: skip
        named["initial"] = {"act": act} | named.get("initial", {})
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["to"].choices = [
            (gettext("A person"), _people(people)),
            (gettext("A crew, together"), _crews(crews, stand)),
        ]  # fmt: skip
        fields["part"].choices = [
            (each.id, f"{in_language(each.name)} · NT$ {each.price_twd:,}") for each in body.parts
        ]
        for name in ("to", "part", "count", "result", "labour_twd", "why"):
            if name not in self.ASKED.get(act, ()):
                del self.fields[name]
            elif name in self.NEEDED.get(act, ()):
                self.fields[name].required = True


class StockForm(ActForm):
    """What was delivered."""

    part = forms.ChoiceField(label=_("Part"))
    count = forms.IntegerField(
        label=_("How many were delivered"), min_value=1, max_value=MOST_PARTS
    )

    def __init__(self, *positional: Any, body: UpkeepBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["part"].choices = [(each.id, in_language(each.name)) for each in body.parts]


class CrewForm(ActForm):
    """A new crew of an agency."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    name = forms.CharField(label=_("Name of the crew"), max_length=60)

    def __init__(self, *positional: Any, agencies: QuerySet[Agency], **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["agency"].queryset = agencies
        fields["agency"].label_from_instance = lambda each: in_language(each.name)


class CrewMemberForm(ActForm):
    """Who joins a crew."""

    username = forms.CharField(label=_("Account of the person"), max_length=150)


class ShiftForm(ActForm):
    """A shift that a crew works: one that the city declares, or other times."""

    shift = forms.ChoiceField(label=_("Shift"), required=False)
    days = forms.MultipleChoiceField(
        label=_("Weekdays on which it begins"), required=False,
        choices=[(str(day + 1), name) for day, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    starts = ClockField(label=_("From (time)"), required=False)
    ends = ClockField(
        label=_("To (time)"), required=False,
        help_text=_("An end that is not after the start is of the next day."),
    )  # fmt: skip
    holidays = forms.ChoiceField(
        label=_("Holidays"), required=False, choices=[*HOLIDAYS.items()],
        help_text=_("By the city's working calendar."),
    )  # fmt: skip
    is_on_call = forms.BooleanField(
        label=_("On call: not at work, but comes when called"), required=False
    )

    def __init__(self, *positional: Any, body: CrewShiftsBody | None, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        declared = [(each.id, in_language(each.name)) for each in (body.shifts if body else ())]
        if declared:
            fields["shift"].choices = [("", gettext("Other times, as below")), *declared]
        else:
            del self.fields["shift"]

    def clean(self) -> dict[str, Any]:
        """Ask for the times where no declared shift is chosen."""
        given = super().clean() or self.cleaned_data
        if not given.get("shift"):
            for name in ("days", "starts", "ends"):
                if name not in self.errors and given.get(name) in (None, []):
                    self.add_error(name, gettext("Choose a shift above, or give this."))
        return dict(given)

    @property
    def duty(self) -> Duty:
        """The times that were written."""
        given = self.cleaned_data
        return Duty(
            frozenset(map(int, given["days"])), given["starts"], given["ends"],
            Holidays(given["holidays"] or Holidays.OFF), given["is_on_call"],
        )  # fmt: skip


class SheetForm(ActForm):
    """A rescue plan: which kind, when it was drawn, what burns, the file."""

    kind = forms.ChoiceField(label=_("Kind of plan"), widget=forms.RadioSelect)
    drawn_on = CityDateField(label=_("Drawn on"))
    contents = forms.CharField(
        label=_("What burns, explodes or poisons"), max_length=1_000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    file = forms.FileField(label=_("The plan (PDF or picture)"))

    def __init__(self, *positional: Any, body: RescueBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["kind"].choices = [(each.id, in_language(each.name)) for each in body.sheets]


def initial_until(today: date) -> dict[str, date]:
    """Return the days with which the form of a list begins: by the end of the month."""
    following = (today.replace(day=28)).toordinal() + 4
    last = date.fromordinal(following).replace(day=1).toordinal() - 1
    return {"until": date.fromordinal(last)}
