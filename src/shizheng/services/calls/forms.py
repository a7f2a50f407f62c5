"""Forms of the call-taker's screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.locations.fields import PlaceField
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.services.applying.filling import Entries, Filling
from shizheng.services.applying.forms import AnswerForm, form_for
from shizheng.services.calls.actions import Caller
from shizheng.services.calls.centre import channels, languages, services_taken
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Call
from shizheng.services.places import Place

PREFIX = "a"
LONGEST_WAIT = 7_200


class BeginForm(forms.Form):
    """A new call: by what, in which language, after how long a wait."""

    channel = forms.ChoiceField(label=_("Channel"))
    language = forms.ChoiceField(label=_("Language"))
    wait_seconds = forms.IntegerField(
        label=_("Seconds waited"), min_value=0, max_value=LONGEST_WAIT, initial=0,
        widget=forms.NumberInput({"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = channels()
        self.fields["channel"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (value, words) for value, words in Call.Channel.choices if value in offered
        ]
        self.fields["language"].choices = [  # type: ignore[attr-defined]  # as above
            (code, in_language(name)) for code, name in languages().items()
        ]


class MatterForm(forms.Form):
    """What the caller says: the matter, the service it is for, the place, who they are."""

    description = forms.CharField(
        label=_("What is it about?"), max_length=4_000, required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Answers, services and similar reports appear while you type."),
    )  # fmt: skip
    service = forms.ChoiceField(label=_("Service"), required=False)
    place = PlaceField(label=_("Where is it?"), required=False)
    caller_name = forms.CharField(
        label=_("Name of the caller"), max_length=80, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Only if they want to be told. Nobody but the office sees it."),
    )  # fmt: skip
    caller_phone = forms.CharField(
        label=_("Telephone of the caller"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )
    caller_email = forms.EmailField(
        label=_("E-mail of the caller"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", gettext("Choose a service")),
            *((row.code, in_language(row.name)) for row in services_taken()),
        ]

    def typed(self, name: str) -> str:
        """Return what stands in a field, right or not."""
        if not self.is_bound:
            return str(self.initial.get(name) or "")
        return str(self.data.get(name, "")).strip()

    def typed_place(self) -> Place:
        """Return the place as far as it is one."""
        try:
            found = self.fields["place"].clean(
                self.fields["place"].widget.value_from_datadict(self.data, self.files, "place")
            )
        except forms.ValidationError:
            return self._half_place()
        return place_of(found)

    def _half_place(self) -> Place:
        """Return address and district alone, while the rest is being typed."""
        return Place(
            address=self.typed("place_address"), district=self.typed("place_district"),
            village=self.typed("place_village"),
        )  # fmt: skip

    def caller(self) -> Caller:
        """Return who calls."""
        given = self.cleaned_data
        return Caller(given["caller_name"], given["caller_phone"], given["caller_email"])


def place_of(found: Any) -> Place:
    """Return a place of a form as a case takes it."""
    if found is None:
        return Place()
    return Place(
        longitude=found.longitude, latitude=found.latitude, address=found.address,
        district=found.district_code, village=found.village_code,
        geometry=dict(found.geometry) if found.geometry else None,
    )  # fmt: skip


def answers_form(definition: Definition, matter: MatterForm, at: Any, **given: Any) -> AnswerForm:
    """Return the questions of the chosen service, all on one page."""
    entries = Entries(
        channel="phone", description=matter.typed("description"), place=matter.typed_place()
    )
    filling = Filling(definition, entries, at=at)
    fields = [each for page in definition.pages for each in page.fields]
    return form_for(
        fields, vocabulary=definition.vocabulary, judge=filling.judge, prefix=PREFIX, **given
    )


class HandOnForm(forms.Form):
    """To whom the caller is handed on."""

    agency = forms.ChoiceField(label=_("Agency"))
    reason = forms.CharField(label=_("Why"), max_length=120, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Agency.objects.order_by("position", "code")
        self.fields["agency"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", gettext("Choose an agency")),
            *((row.code, in_language(row.short_name or row.name)) for row in rows),
        ]


class EndForm(forms.Form):
    """How a call ended, and what the caller says of it."""

    result = forms.ChoiceField(
        label=pgettext_lazy("services", "How it ended"), required=False, widget=forms.RadioSelect,
        choices=[("answered", _("Answered at once")), ("abandoned", _("Hung up"))],
    )  # fmt: skip
    topic = forms.CharField(
        label=_("Subject in a few words"), max_length=120, required=False,
        help_text=_("Without names or telephone numbers."),
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label=_("Is the caller satisfied?"), required=False, coerce=int, empty_value=None,
        choices=[
            ("", _("Not asked")), (5, _("5: very")), (4, "4"), (3, "3"), (2, "2"),
            (1, _("1: not at all")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, call: Call, **options: Any) -> None:
        super().__init__(*args, **options)
        if call.case_id is not None:
            del self.fields["result"], self.fields["topic"]


def may_answer(person: User, call: Call) -> bool:
    """Whether somebody may act on a call: their own, while it goes on."""
    return call.agent_id == person.pk and call.ended_at is None
