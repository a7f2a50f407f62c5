"""Forms of polls: what is said of one, one result."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency, Area
from shizheng.core.words import in_language
from shizheng.statistics.models import Poll
from shizheng.statistics.polls.actions import Facts
from shizheng.statistics.polls.importing import Result

LARGEST = 10_000_000


class AgencyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # cannot be subscripted
    """An agency, by its name in the language of the page."""

    def label_from_instance(self, obj: Agency) -> str:
        """Return its name."""
        return in_language(obj.name)


class PollForm(forms.Form):
    """What is said of a poll beside its results."""

    title = forms.CharField(label=_("Title"), max_length=200)
    is_media = forms.BooleanField(
        label=_("A newspaper or broadcaster published it, not the city"), required=False
    )
    source = forms.CharField(
        label=_("Where it was published"), max_length=500, required=False,
        help_text=_("Of a media poll: name, date and address."),
    )  # fmt: skip
    commissioned_by = forms.CharField(label=_("Commissioned by"), max_length=200)
    conducted_by = forms.CharField(label=_("Conducted by"), max_length=200)
    questionnaire_version = forms.CharField(label=_("Version of the questionnaire"), max_length=40)
    questionnaire = forms.CharField(
        label=_("The questions as they were asked"), max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip
    frame = forms.CharField(
        label=_("Sampling frame"), max_length=500,
        help_text=_("The list of people or numbers that the sample was drawn from, and how."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("How people were asked"), choices=Poll.Mode.choices)
    fieldwork_from = CityDateField(label=_("First day of fieldwork"))
    fieldwork_to = CityDateField(label=_("Last day of fieldwork"))
    contacted = forms.IntegerField(
        label=_("How many were asked"), required=False, min_value=1, max_value=LARGEST,
        help_text=_("The response rate is computed from it. Leave it empty if nobody tells."),
    )  # fmt: skip
    responses = forms.IntegerField(
        label=_("How many answered"), min_value=2, max_value=LARGEST,
        help_text=_("Completed interviews. Answers of single people are not kept here."),
    )  # fmt: skip
    weighting = forms.CharField(
        label=_("Weighting"), max_length=1000, widget=forms.Textarea({"rows": 2}),
        help_text=_("By what the answers were weighted, or that they were not."),
    )  # fmt: skip

    @property
    def facts(self) -> Facts:
        """What was filled in."""
        other = ("code", "agency", "correction")
        given = {k: v for k, v in self.cleaned_data.items() if k not in other}
        return Facts(**given)


class CorrectForm(forms.Form):
    """What a correction changes, and why."""

    correction = forms.CharField(
        label=_("What changes, and why"), max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Everybody reads it beside the corrected poll."),
    )  # fmt: skip


class CorrectionForm(PollForm, CorrectForm):
    """The facts of a version that corrects another, with what it changes."""

    field_order = ("correction",)


class NewPollForm(PollForm):
    """The same of a new poll, with its code and agency."""

    code = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", label=_("Code"), max_length=60,
        help_text=_("Small letters, digits and hyphens, such as 2020-q1-satisfaction."),
        error_messages={"invalid": _("Give small letters, digits and hyphens only.")},
    )  # fmt: skip
    agency = AgencyField(label=_("Agency"), queryset=Agency.objects.none())
    field_order = ("code", "agency")

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **options: Any) -> None:
        """Offer the agencies for which one enters figures."""
        super().__init__(*args, **options)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)  # noqa: S101 - said above
        agency.queryset = agencies
        agency.initial = agencies.first()

    def clean_code(self) -> str:
        """Return the code.

        Raises:
            ValidationError: it is an address of these pages.
        """
        code = str(self.cleaned_data["code"])
        if code == "new":
            raise ValidationError(_("Give another code: this one is taken by a page."))
        return code


class ResultForm(forms.Form):
    """One result of a poll."""

    topic = forms.CharField(
        label=_("Topic"), max_length=60,
        help_text=_("A code such as overall; the same in every poll that asks this question."),
    )  # fmt: skip
    question = forms.CharField(label=_("The question as it was asked"), max_length=300)
    answer = forms.CharField(label=_("Answer given"), max_length=100)
    district = forms.ChoiceField(label=_("District"), required=False)
    share = forms.DecimalField(
        label=_("Share (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    answers = forms.IntegerField(
        label=_("Number of answers"), min_value=2, max_value=LARGEST,
        help_text=_("How many people answered this question, in the city or in the district."),
    )  # fmt: skip
    design_effect = forms.DecimalField(
        label=_("Design effect"), min_value=1, max_value=999, max_digits=6, decimal_places=3,
        initial=1, help_text=_("1 without weights; the report of the poll has it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the districts of today."""
        super().__init__(*args, **options)
        rows = Area.objects.filter(kind=Area.Kind.DISTRICT, valid_to=None).order_by("code")
        choices = [("", _("the whole city")), *((row.code, in_language(row.name)) for row in rows)]
        self.fields["district"] = forms.ChoiceField(
            label=_("District"), required=False, choices=choices
        )

    @property
    def result(self) -> Result:
        """What was filled in."""
        return Result(**self.cleaned_data)
