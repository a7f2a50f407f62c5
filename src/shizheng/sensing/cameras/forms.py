"""Forms of footage: ask for it, decide, hand it out, delete it."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField, ClockField
from shizheng.core.words import in_language
from shizheng.places.pages.forms import ActForm
from shizheng.sensing.cameras.definitions import CamerasBody


def moment_of(day: Any, clock: time) -> datetime:
    """Return a day and a time of the city's clock as an aware moment."""
    return datetime.combine(day, clock, tzinfo=timezone.get_current_timezone())


class AskForm(ActForm):
    """For which case, why, which cameras, from when to when."""

    case_number = forms.CharField(label=_("Number of the case it is for"), max_length=60)
    ground = forms.ChoiceField(label=_("Purpose of the request"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Name no person here who is not part of the case."),
    )  # fmt: skip
    cameras = forms.CharField(
        label=_("Numbers of the cameras"), max_length=4_000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Separated by commas or lines."),
    )  # fmt: skip
    starts_on = CityDateField(label=_("From (day)"))
    starts_time = ClockField(label=_("From (time)"))
    ends_on = CityDateField(label=_("To (day)"))
    ends_time = ClockField(label=_("To (time)"))
    search_faces = forms.BooleanField(label=_("Faces shall be searched"), required=False)

    def __init__(self, *positional: Any, rules: CamerasBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["ground"].choices = [
            (each.id, f"{in_language(dict(each.name))}（{in_language(dict(each.ground))}）")
            for each in rules.footage.purposes
        ]
        policy = rules.face_policy(timezone.localdate())
        fields["search_faces"].help_text = (
            gettext("Allowed by policy record {number}.").format(number=policy.number)
            if policy
            else gettext("Off in this city: no policy record allows it.")
        )

    @property
    def keys(self) -> list[str]:
        """The numbers that were named."""
        text = self.cleaned_data["cameras"]
        for mark in "，、;；\r\n\t ":
            text = text.replace(mark, ",")
        return [each for each in text.split(",") if each]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when."""
        given = self.cleaned_data
        return (
            moment_of(given["starts_on"], given["starts_time"]),
            moment_of(given["ends_on"], given["ends_time"]),
        )


class DecideForm(ActForm):
    """Why one approves, refuses or deletes."""

    why = forms.CharField(
        label=pgettext_lazy("sensing", "Why"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class ReleaseForm(ActForm):
    """Which camera, which file, for how many days."""

    camera = forms.ChoiceField(label=_("Camera"))
    file = forms.FileField(
        label=_("Still (PNG, JPEG), paper (PDF) or video (MP4)"), max_length=150,
        help_text=_(
            "Stills and papers are marked in their pixels. The picture of a video is not: it "
            "gets a mark at the end of its file, and its SHA-256 is kept."
        ),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Days until it is deleted"), min_value=1)

    def __init__(self, *positional: Any, cameras: list[str], most: int, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["camera"].choices = [(key, key) for key in cameras]
        fields["days"].initial = min(7, most)
        fields["days"].help_text = gettext("At most {most} days.").format(most=most)
