"""Forms of evaluations, findings and advance reviews; the rules are in ``domain``."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.plan.directives.fields import FilesField, ItemsField, WordsField
from shizheng.plan.directives.forms import AgenciesChoice, AgencyChoice
from shizheng.plan.evaluation.definitions import ControlRule, EvaluationType
from shizheng.plan.models import EvaluationRound, FindingSource
from shizheng.plan.sent import OnceForm

LIMITS = [MinValueValidator(0), MaxValueValidator(100)]


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Several people by name, each with the agency."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: User) -> str:
        """Return the name, and the agency where there is one."""
        name = str(obj)
        return f"{name} · {in_language(obj.agency.short_name)}" if obj.agency else name


class OpenForm(OnceForm):
    """Open a round of one type."""

    title = pgettext_lazy("plan", "Open a round")
    button = _("Open the round")
    about = _("The criteria and weights of today hold for the whole round.")

    name = forms.CharField(label=_("Title of the round"), max_length=200)
    agencies = AgenciesChoice(label=_("Agencies reviewed"), queryset=Agency.objects.none())
    reviewers = PeopleChoice(
        label=_("Reviewers"), queryset=User.objects.none(),
        help_text=_("Nobody scores an agency of their own."),
    )  # fmt: skip

    def __init__(self, *positional: Any, type_: EvaluationType, people: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        agencies = Agency.objects.exclude(code=type_.control)
        if type_.agencies:
            agencies = agencies.filter(code__in=type_.agencies)
        fields = cast(dict[str, Any], self.fields)
        fields["agencies"].queryset = agencies.order_by("position", "code")
        fields["reviewers"].queryset = people
        fields["name"].initial = in_language(type_.name)


class ScoringForm(OnceForm):
    """Base of forms with one score for each criterion."""

    def __init__(self, *positional: Any, criteria: list[dict[str, Any]], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.criteria = criteria
        own = {name: self.fields.pop(name) for name in list(type(self).base_fields)}
        for each in criteria:
            self._ask(each)
        self.fields.update(own)

    def _ask(self, criterion: dict[str, Any]) -> None:
        label = gettext("{criterion}, {weight} %").format(
            criterion=in_language(criterion["name"]), weight=criterion["weight"]
        )
        self.fields[f"score_{criterion['code']}"] = forms.DecimalField(
            label=label, max_digits=5, decimal_places=2, validators=LIMITS,
            help_text=gettext("A number from 0 to 100."),
        )  # fmt: skip

    @property
    def scores(self) -> dict[str, Decimal]:
        """The score given to each criterion."""
        found = ((each["code"], f"score_{each['code']}") for each in self.criteria)
        return {
            code: self.cleaned_data[name]
            for code, name in found
            if self.cleaned_data.get(name) is not None
        }


class SelfForm(ScoringForm):
    """Score one's own agency, with evidence."""

    title = _("Score your agency")
    button = _("Submit the self-assessment")
    about = _("It is submitted once and stays as it is. Only reviewers and the control unit read it"
              " until the round closes.")  # fmt: skip

    items = ItemsField(label=_("Plan items that show it"))
    documents = FilesField(label=_("Documents"), required=False)

    def _ask(self, criterion: dict[str, Any]) -> None:
        super()._ask(criterion)
        self.fields[f"evidence_{criterion['code']}"] = WordsField(
            label=gettext("What shows it: {criterion}").format(
                criterion=in_language(criterion["name"])
            ),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def evidence(self) -> dict[str, str]:
        """The evidence given for each criterion."""
        return {
            each["code"]: self.cleaned_data[f"evidence_{each['code']}"] for each in self.criteria
        }


class ReviewForm(ScoringForm):
    """Score an agency as a reviewer."""

    title = _("Score an agency")
    button = _("Submit the scores")
    about = _("Scores are submitted once. You see those of other reviewers after your own are in.")

    comment = WordsField(label=_("Comment"), required=False)
    conflict = WordsField(
        label=_("Conflict of interest, if you may not score this agency"), required=False,
        help_text=_("Write the reason and leave the scores empty."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for scores, or for a conflict."""
        given = super().clean() or self.cleaned_data
        if given.get("conflict"):
            for each in self.criteria:
                self.errors.pop(f"score_{each['code']}", None)
            if self.scores:
                self.add_error("conflict", _("Give scores or declare a conflict, not both."))
        return given


class CloseForm(OnceForm):
    """Close a round."""

    title = _("Close the round")
    button = _("Close and publish the results")
    about = _("Ranking, gaps and spreads are public at once and stay as they are.")

    conclusion = WordsField(label=_("Conclusion"))


class RoundChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A round of evaluation by number and title."""

    def label_from_instance(self, obj: EvaluationRound) -> str:
        """Return number and title."""
        return f"{obj.number} {obj.title}"


class FindingForm(OnceForm):
    """Record a finding."""

    title = _("Record a finding")
    button = _("Record the finding")
    about = _("The agency gets the working days of the rule to correct it.")

    source = forms.ChoiceField(label=_("Found by"), choices=FindingSource.choices)
    agency = AgencyChoice(label=_("Agency"), queryset=Agency.objects.none())
    code = forms.ChoiceField(label=_("Fault"))
    text = WordsField(label=pgettext_lazy("plan", "What was found"))
    found_on = CityDateField(label=_("Found on"))
    round_ = RoundChoice(
        label=_("Round of evaluation that found it"), required=False,
        queryset=EvaluationRound.objects.none(), empty_label=_("None: found outside a round"),
        help_text=_("The finding then stands on the page of the round too."),
    )  # fmt: skip
    items = ItemsField(label=_("Plan items concerned"))

    def __init__(self, *positional: Any, rule: ControlRule, rounds: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields = cast(dict[str, Any], self.fields)
        fields["agency"].queryset = Agency.objects.order_by("position", "code")
        fields["code"].choices = [
            (each.code, f"{each.code} {in_language(each.name)}") for each in rule.faults
        ]
        fields["found_on"].initial = timezone.localdate()
        fields["round_"].queryset = rounds


class AnswerForm(OnceForm):
    """File what was done about a finding."""

    title = _("File a correction of the finding")
    button = _("File the correction")

    text = WordsField(label=pgettext_lazy("plan", "What was done"))
    documents = FilesField(label=_("Documents"), required=False)


class RecheckForm(OnceForm):
    """Re-check a correction."""

    title = _("Re-check the correction")
    button = _("Record the re-check")
    about = _("Somebody else than who filed the correction checks it.")

    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Result"), widget=forms.RadioSelect,
        choices=[
            ("accepted", _("Corrected: close the finding")),
            ("refused", _("Not corrected: set a new date")),
        ],
    )  # fmt: skip
    note = WordsField(label=_("What the re-check found"))


class ProjectForm(OnceForm):
    """Submit a project again."""

    title = _("Submit a new version")
    button = _("Submit the version")
    about = _("Earlier versions with their scores stay on record.")

    cost_twd = forms.IntegerField(label=_("Whole cost, in TWD"), min_value=1, max_value=10**13)
    starts_on = CityDateField(label=_("Begins on"))
    ends_on = CityDateField(label=pgettext_lazy("plan", "Ends on"))
    summary = WordsField(label=_("What it is for, and what it brings"))
    midterm_goal = WordsField(
        label=_("Goal of the mid-term plan that it serves"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def dates(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]


class ProposeForm(ProjectForm):
    """Propose a project."""

    title = _("Propose a project")
    button = _("Propose the project")
    about = _("A project at or above the threshold enters the budget only after it passed.")

    agency = AgencyChoice(
        label=pgettext_lazy("plan", "Agency in charge"), queryset=Agency.objects.none()
    )
    name = forms.CharField(label=_("Name of the project"), max_length=200)
    items = ItemsField(label=_("Plan items it carries out"))
    field_order = ("agency", "name", "items")

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields = cast(dict[str, Any], self.fields)
        fields["agency"].queryset = agencies
        fields["agency"].initial = agencies.first()


class AdvanceReviewForm(ScoringForm):
    """Score a project."""

    title = _("Score the project")
    button = _("Submit the scores")
    about = _("Scores are submitted once. You see those of other reviewers after your own are in.")

    comment = WordsField(label=_("Comment"), required=False)


class DecideForm(OnceForm):
    """Settle an advance review."""

    title = _("Settle the review")
    button = _("Settle the review")
    about = _("The mean of the scores alone says whether the project may enter the budget.")

    conditions = WordsField(label=_("Conditions, or why it did not pass"))
