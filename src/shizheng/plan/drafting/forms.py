"""What a department writes on a draft: each text in the languages of the site."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency
from shizheng.core.words import language_tag
from shizheng.kernel.errors import DomainError
from shizheng.plan.directives.fields import WordsField, refusal_of
from shizheng.plan.directives.forms import AgenciesChoice, AgencyChoice
from shizheng.plan.models import Commitment, MidtermGoal
from shizheng.plan.register.words import COMMITMENT_KINDS, DIRECTIONS
from shizheng.plan.sent import OnceForm

IN = _("{label} ({language})")


class DraftForm(OnceForm):
    """Base: texts by language, and refusals that stand at their field."""

    texts: dict[str, tuple[Promise | str, int, int]] = {}
    """Name to label, longest text, and rows of its box; one row is a line."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        own = {name: self.fields.pop(name) for name in list(type(self).base_fields)}
        for name, (label, most, rows) in self.texts.items():
            for place, (code, language) in enumerate(settings.LANGUAGES):
                self.fields[_field(name, code)] = WordsField(
                    label=label if place == 0 else format_lazy(IN, label=label, language=language),
                    max_length=most, required=place == 0,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": language_tag(code)})
                    if rows > 1 else forms.TextInput(attrs={"lang": language_tag(code)}),
                )  # fmt: skip
        self.fields.update(own)

    @property
    def given(self) -> dict[str, Any]:
        """What was given, with each text as language to words."""
        plain = super().given
        for name in self.texts:
            words = {
                language_tag(code): plain.pop(_field(name, code))
                for code, _language in settings.LANGUAGES
            }
            plain[name] = {tag: text for tag, text in words.items() if text}
        return plain

    def refused(self, refusal: DomainError) -> int:
        """Show why it was refused, at the field that it is about."""
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, refusal_of(refusal))
        return 422 if field else refusal.status


def _field(name: str, language: str) -> str:
    return f"{name}_{language.split('-', maxsplit=1)[0]}"


def initial_of(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what a form shows of a row: texts by language, all else as it is."""
    shown: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if isinstance(value, dict):
            for code, _language in settings.LANGUAGES:
                shown[_field(name, code)] = value.get(language_tag(code), "")
        else:
            shown[name] = value
    return shown


class CommitmentForm(DraftForm):
    """Who will do what by when, for which goal and with how much money."""

    title = _("Write a commitment")
    button = _("Save the commitment")
    texts = {"statement": (_("What will be done"), 1_000, 3)}

    kind = forms.ChoiceField(label=_("Kind"), choices=[*COMMITMENT_KINDS.items()])
    agency = AgencyChoice(label=_("Owner"), queryset=Agency.objects.none())
    partners = AgenciesChoice(
        label=_("Partner agencies"), queryset=Agency.objects.none(), required=False
    )
    due_on = CityDateField(
        label=_("Due date"), required=False,
        help_text=_("A new item needs one before the draft can be adopted."),
    )  # fmt: skip
    goal = WordsField(
        label=_("Goal"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is better for people once it is done."),
    )  # fmt: skip
    budget_twd = forms.IntegerField(
        label=_("Budget of the period, in whole TWD"), required=False, min_value=0,
        max_value=10**13,
    )  # fmt: skip
    source = forms.CharField(
        label=pgettext_lazy("plan", "Source"), required=False, max_length=300,
        help_text=_("The document or decision that it rests on."),
    )  # fmt: skip

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        agencies = Agency.objects.filter(valid_to=None).order_by("position", "code")
        for name in ("agency", "partners"):
            cast(Any, self.fields[name]).queryset = agencies

    @classmethod
    def shown_of(cls, row: Commitment) -> dict[str, Any]:
        """Return what it shows of a commitment."""
        names = ("statement", "kind", "agency", "due_on", "goal", "budget_twd", "source")
        return initial_of(row, names) | {"partners": list(row.partners.all())}


class TargetForm(DraftForm):
    """An indicator: where it stood, what is to be reached, and how much it weighs."""

    title = _("Write an indicator")
    button = _("Save the indicator")
    texts = {"name": (_("Name of the indicator"), 200, 1), "unit": (_("Unit"), 40, 1)}

    direction = forms.ChoiceField(label=_("The target is"), choices=[*DIRECTIONS.items()])
    value = forms.DecimalField(label=_("Target"), max_digits=20, decimal_places=4)
    baseline = forms.DecimalField(
        label=_("Baseline"), required=False, max_digits=20, decimal_places=4,
        help_text=_("Where it stood before. Leave it empty if nobody knows."),
    )  # fmt: skip
    baseline_on = CityDateField(label=_("Last day of the baseline"), required=False)
    weight = forms.DecimalField(
        label=_("Weight in the item, in per cent"), required=False, min_value=Decimal("0.01"),
        max_value=100, max_digits=5, decimal_places=2,
        help_text=_("The weights of an item add to 100."),
    )  # fmt: skip
    due_on = CityDateField(label=_("To be reached by"), required=False)
    source = forms.CharField(
        label=_("Source of the figure"), max_length=300,
        help_text=_("The statistics, register or report that it is read from."),
    )  # fmt: skip
    NAMES = (
        "name", "value", "unit", "direction", "due_on", "baseline", "baseline_on", "weight",
        "source",
    )  # fmt: skip


class MilestoneForm(DraftForm):
    """A dated step on the way."""

    title = _("Write a milestone")
    button = _("Save the milestone")
    texts = {"name": (_("What is reached then"), 200, 1)}

    due_on = CityDateField(label=_("Due date"))
    source = forms.CharField(label=pgettext_lazy("plan", "Source"), required=False, max_length=300)
    NAMES = ("name", "due_on", "source")


class RemoveForm(DraftForm):
    """Take something out of a draft."""

    title = _("Take it out of the draft")
    button = _("Take it out")
    about = _("It is gone from the draft at once. The journal keeps what it said.")


class GoalsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """Mid-term goals by code and sentence."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, goal: Any) -> str:
        """Return code and sentence."""
        return str(goal.label)


class ItemGoalsForm(DraftForm):
    """Which mid-term goals an item carries."""

    title = _("Mid-term goals of the item")
    button = _("Save the goals")

    goals = GoalsChoice(
        label=_("Goals that it carries"), queryset=MidtermGoal.objects.none(), required=False
    )

    def __init__(self, *positional: Any, goals: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        cast(Any, self.fields["goals"]).queryset = goals
