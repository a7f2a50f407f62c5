"""Forms of booking."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.places.booking.definitions import BookableBody
from shizheng.places.pages.forms import ActForm

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class SlotForm(ActForm):
    """What one says when booking a slot or waiting for it."""

    purpose = forms.CharField(
        label=_("What for"), max_length=200, required=False,
        help_text=_("Only you and the agency in charge read it. You may leave it empty."),
    )  # fmt: skip

    def __init__(self, *positional: Any, body: BookableBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        if body.fee and body.fee.reductions:
            choices = [("", gettext("None"))]
            for each in body.fee.reductions:
                words = gettext("{name}: {percent} % less")
                choices.append(
                    (each.id, words.format(name=in_language(each.name), percent=each.percent))
                )
            self.fields["reduction"] = forms.ChoiceField(
                label=gettext("Reduction"), required=False, choices=choices,
                widget=forms.RadioSelect,
                help_text=gettext("You show the proof when you come."),
            )  # fmt: skip


class EndForm(ActForm):
    """Cancelling; the owner agency says why."""

    why = forms.CharField(label=_("Why"), max_length=500, required=False)

    def __init__(self, *positional: Any, says_why: bool, **named: Any) -> None:
        super().__init__(*positional, **named)
        if says_why:
            self.fields["why"].help_text = gettext("Whoever has booked reads it.")
        else:
            del self.fields["why"]


class MemberForm(ActForm):
    """Enter somebody into a group that places are kept for."""

    group = forms.ChoiceField(label=_("Group"), widget=forms.RadioSelect)
    username = forms.CharField(label=_("Account of the person"), max_length=150)
    agency: Any = forms.ModelChoiceField(
        label=_("Agency in charge"), queryset=Agency.objects.none()
    )
    until = CityDateField(
        label=_("Until (no longer from that day on)"), required=False,
        help_text=_("Leave it empty if it holds until further notice."),
    )  # fmt: skip

    def __init__(self, *positional: Any, groups: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        chosen: Any = self.fields["agency"]
        chosen.queryset, chosen.initial = agencies, agencies.first()
        chosen.label_from_instance = lambda agency: in_language(agency.name)
        offered: Any = self.fields["group"]
        offered.choices = [(each.id, in_language(each.name)) for each in groups]


class ClosureForm(ActForm):
    """From when until when a place is closed, why, and what becomes of bookings."""

    first = CityDateField(label=_("First day"))
    opens = forms.RegexField(TIME, label=_("From (hours:minutes)"), max_length=5, initial="00:00")
    last = CityDateField(label=_("Last day"))
    closes = forms.RegexField(TIME, label=_("Until (hours:minutes)"), max_length=5, initial="23:59")
    why = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Everybody reads it on the place's page.")
    )
    bookings = forms.ChoiceField(
        label=_("Bookings in that time"), initial="move", widget=forms.RadioSelect,
        choices=[
            ("move", _("Move them to the next free slot, at the same time of day if there is one")),
            ("cancel", _("Cancel them")),
        ],
    )  # fmt: skip
