"""Forms of the directives' pages: they check what was typed; the rules are in ``domain``."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency
from shizheng.kernel.errors import DomainError
from shizheng.plan.directives.actions.reporting import Evidence
from shizheng.plan.directives.domain.flow import (
    Confidentiality,
    Source,
    least_confidentiality,
)
from shizheng.plan.directives.domain.periods import Cadence, ReportPeriod
from shizheng.plan.directives.domain.release import PercentFell
from shizheng.plan.directives.errors import TooOpen
from shizheng.plan.directives.fields import FilesField, ItemsField, WordsField, refusal_of
from shizheng.plan.directives.words import agency_name, period_in_words
from shizheng.plan.models import (
    CadenceChoice,
    ConfidentialityChoice,
    Directive,
    SourceChoice,
)
from shizheng.plan.sent import OnceForm

LINKS = (1, 2, 3)


class AgencyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """An agency by its name in the reader's language."""

    def label_from_instance(self, agency: Any) -> str:
        """Return its name."""
        return agency_name(agency)


class AgenciesChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """Several agencies."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, agency: Any) -> str:
        """Return its name."""
        return agency_name(agency)


class ActForm(OnceForm):
    """Base of every form that acts on a directive."""

    def __init__(self, *positional: Any, directive: Directive | None = None, **named: Any) -> None:
        super().__init__(*positional, seen=directive.version if directive else 0, **named)
        self.directive = directive


class IssueForm(ActForm):
    """Issue a directive."""

    title = _("Issue a directive")
    button = _("Issue the directive")
    about = _(
        "The wording and the first due date stay for ever as you enter them here. "
        "More time is given by extensions."
    )

    source = forms.ChoiceField(label=_("Where it comes from"), choices=SourceChoice)
    source_reference = forms.CharField(
        label=_("Reference number"), max_length=120,
        help_text=_("For example the number of the meeting or of the letter."),
    )  # fmt: skip
    source_on = CityDateField(label=_("Date of the decision"))
    wording = WordsField(
        label=_("Wording"), strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Word for word, as decided."),
    )  # fmt: skip
    lead = AgencyChoice(label=_("Lead agency"), queryset=Agency.objects.none())
    partners = AgenciesChoice(
        label=_("Partner agencies"), queryset=Agency.objects.none(), required=False,
        help_text=_("They countersign the reports."),
    )  # fmt: skip
    items = ItemsField(label=_("Plan items it concerns"))
    due_on = CityDateField(label=_("Due date"))
    cadence = forms.ChoiceField(
        label=_("Progress is reported"), choices=CadenceChoice, initial=Cadence.MONTHLY
    )
    confidentiality = forms.ChoiceField(
        label=_("Who may read it"), choices=ConfidentialityChoice,
        initial=Confidentiality.INTERNAL,
        help_text=_("Restricted: only the agencies concerned and the control unit."),
    )  # fmt: skip
    concerns_personnel = forms.BooleanField(
        label=_("It concerns personnel matters"), required=False
    )
    control = AgencyChoice(label=_("Control unit"), queryset=Agency.objects.none())

    def __init__(self, *positional: Any, control_units: Any, today: date, **named: Any) -> None:
        super().__init__(*positional, **named)
        agencies = Agency.objects.filter(valid_to=None).order_by("position", "code")
        for name in ("lead", "partners"):
            self.fields[name].queryset = agencies  # type: ignore[attr-defined]  # a model choice
        control = self.fields["control"]
        control.queryset = control_units  # type: ignore[attr-defined]  # a model choice
        control.initial = control_units.first()

    def clean_wording(self) -> str:
        """Return the wording exactly as it was typed."""
        wording = self.data.get(self.add_prefix("wording"), "")
        return str(wording).replace("\r\n", "\n").strip("\n")

    def clean(self) -> dict[str, Any]:
        """Refuse a level that is too open beside its field."""
        given = super().clean() or {}
        least = least_confidentiality(
            given.get("source", Source.CITY_MEETING),
            concerns_personnel=bool(given.get("concerns_personnel")),
        )
        wanted = given.get("confidentiality", Confidentiality.RESTRICTED)
        if least is Confidentiality.RESTRICTED and wanted != Confidentiality.RESTRICTED:
            self.add_error("confidentiality", refusal_of(TooOpen()))
        return given


class ReportForm(ActForm):
    """Report progress for a period."""

    title = _("Report progress")
    button = _("File the report")
    about = _("The control unit reads it; partners countersign it. You can replace it until then.")

    period_first = forms.ChoiceField(label=_("Period"))
    percent = forms.IntegerField(
        label=_("Done so far, in per cent"), min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    text = WordsField(
        label=_("What was done, and what comes next"), widget=forms.Textarea(attrs={"rows": 6})
    )
    evidence_files = FilesField(
        label=_("Evidence: files"), required=False,
        help_text=_("Photos, PDF or office documents; several at once."),
    )  # fmt: skip
    link_1 = forms.URLField(
        label=_("Evidence: address"), required=False, max_length=500, assume_scheme="https"
    )
    label_1 = forms.CharField(label=_("What it shows"), required=False, max_length=200)
    link_2 = forms.URLField(
        label=_("Second evidence: address"), required=False, max_length=500, assume_scheme="https"
    )
    label_2 = forms.CharField(label=_("What it shows"), required=False, max_length=200)
    link_3 = forms.URLField(
        label=_("Third evidence: address"), required=False, max_length=500, assume_scheme="https"
    )
    label_3 = forms.CharField(label=_("What it shows"), required=False, max_length=200)
    evidence_items = ItemsField(label=_("Plan items whose evidence shows it"))
    is_final = forms.BooleanField(
        label=_("This is the final report: the work is done"), required=False
    )
    confirm_lower = forms.BooleanField(
        label=_("The percentage fell; the report says why"), required=False,
        widget=forms.HiddenInput,
    )  # fmt: skip

    def __init__(self, *positional: Any, periods: list[ReportPeriod], **named: Any) -> None:
        super().__init__(*positional, **named)
        choices = [(period.first.isoformat(), period_in_words(period)) for period in periods]
        self.fields["period_first"].choices = choices  # type: ignore[attr-defined]  # a choice
        if periods:
            self.fields["period_first"].initial = periods[0].first.isoformat()

    def refused(self, refusal: DomainError) -> int:
        """Show why; if the percentage fell, also the box by which that is confirmed."""
        if not isinstance(refusal, PercentFell):
            return super().refused(refusal)
        self.fields["confirm_lower"].widget = forms.CheckboxInput()
        self.add_error("percent", refusal_of(refusal))
        return refusal.status

    def clean_period_first(self) -> date:
        """Return the first day of the period."""
        return date.fromisoformat(self.cleaned_data["period_first"])

    def evidence(self) -> list[Evidence]:
        """Return the evidence as given; a link without words is called by its address."""
        given = self.cleaned_data
        links = [
            Evidence(
                given[f"label_{place}"] or given[f"link_{place}"][:200], given[f"link_{place}"]
            )
            for place in LINKS
            if given[f"link_{place}"]
        ]
        sent = [Evidence(str(file.name), file=file) for file in given["evidence_files"]]
        items = [Evidence(item.code, item=item) for item in given["evidence_items"]]
        return [*sent, *links, *items]

    def clean(self) -> dict[str, Any]:
        """Refuse words about evidence that has no address."""
        given = super().clean() or {}
        for place in LINKS:
            if given.get(f"label_{place}") and not self.data.get(self.add_prefix(f"link_{place}")):
                self.add_error(
                    f"link_{place}",
                    gettext("Give the address of what you describe, or clear both."),
                )
        return given


class CountersignForm(ActForm):
    """Countersign a report for a partner agency."""

    title = _("Countersign the report")
    button = _("Countersign")
    about = _("You put your agency's name to this version of the report.")

    agency = AgencyChoice(label=_("For which agency"), queryset=Agency.objects.none())
    remark = WordsField(label=_("Remark"), required=False)

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]  # a model choice
        self.fields["agency"].initial = agencies.first()


class ReturnForm(ActForm):
    """Return a report to be corrected."""

    title = _("Return the report for correction")
    button = _("Return the report")
    about = _("The version stays on record; the lead agency files a new one.")

    reason = WordsField(label=_("What must be corrected"))


class AcceptForm(ActForm):
    """Accept a report."""

    title = _("Accept the report")
    button = _("Accept the report")
    about = _("An accepted report can no longer be changed.")

    waiver = WordsField(
        label=_("Why it is accepted without every countersign"), required=False,
        help_text=_("Only if a partner has not countersigned."),
    )  # fmt: skip


class ExtensionForm(ActForm):
    """Ask for more time."""

    title = _("Ask for an extension")
    button = _("Send the request")
    about = _(
        "Ask before the due date has passed. The first due date stays visible whatever is decided."
    )

    wanted_on = CityDateField(label=_("New due date"))
    reason = WordsField(label=_("Why more time is needed"))


class ExtensionDecisionForm(ActForm):
    """Decide on more time."""

    title = _("Decide on the extension")
    button = _("Record the decision")

    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Decision"), widget=forms.RadioSelect,
        choices=[("granted", pgettext_lazy("plan", "Grant")), ("refused", _("Refuse"))],
    )  # fmt: skip
    granted_on = CityDateField(label=_("New due date, if granted"), required=False)
    note = WordsField(label=_("Reason for the decision"))
    late_note = WordsField(
        label=_("Why a late request is admitted"), required=False,
        help_text=_("Only if it came after the due date and is granted."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for the date that a grant needs."""
        given = super().clean() or {}
        is_granted = given.get("outcome") == "granted"
        if is_granted and not given.get("granted_on") and "granted_on" not in self.errors:
            self.add_error("granted_on", gettext("Give the new due date."))
        return given


class ReleaseRequestForm(ActForm):
    """Ask to be released."""

    title = _("Ask for release")
    button = _("Send the request")
    about = _("The control unit decides. A final report with evidence must be filed first.")

    reason = WordsField(label=_("Why the directive can be released"))


class ReleaseForm(ActForm):
    """Release by a decision."""

    title = _("Release the directive")
    button = _("Release")
    about = _("Needs an accepted final report with evidence that somebody else filed.")

    text = WordsField(label=pgettext_lazy("plan", "Decision"))
    reference = forms.CharField(label=_("Reference number"), max_length=120, required=False)
    decided_on = CityDateField(label=_("Date of the decision"))


class RefuseReleaseForm(ActForm):
    """Refuse to release."""

    title = _("Refuse the release")
    button = _("Refuse")
    about = _("The directive stays followed; the lead agency sees your reason.")

    reason = WordsField(label=_("Why it is not released"))


class ReopenForm(ActForm):
    """Follow again by a new decision."""

    title = _("Reopen the directive")
    button = _("Reopen")
    about = _("The number and the whole history stay; a new final report will be needed.")

    text = WordsField(label=_("New decision"))
    reference = forms.CharField(label=_("Reference number"), max_length=120, required=False)
    decided_on = CityDateField(label=_("Date of the decision"))
    due_on = CityDateField(label=_("New due date"))


class ClassifyForm(ActForm):
    """Change who may read it."""

    title = _("Change who may read it")
    button = pgettext_lazy("plan", "Change")
    about = _("Public directives are shown to everyone, without names and reports.")

    confidentiality = forms.ChoiceField(
        label=_("Who may read it"), choices=ConfidentialityChoice, widget=forms.RadioSelect
    )
    why = WordsField(label=_("Why"))


class LockForm(ActForm):
    """Lock a reporting period."""

    title = _("Lock a reporting period")
    button = _("Lock the period")

    control = AgencyChoice(label=_("Control unit"), queryset=Agency.objects.none())
    cadence = forms.ChoiceField(label=_("Directives reported"), choices=CadenceChoice)
    period_first = CityDateField(
        label=_("First day of the period"),
        help_text=_("For example 109-03-01 for March; fortnights begin on a Monday."),
    )
    grace_until = CityDateField(
        label=_("Returned reports may be corrected until"), required=False,
        help_text=_("Leave it empty to give no time."),
    )  # fmt: skip

    def __init__(self, *positional: Any, control_units: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        control = self.fields["control"]
        control.queryset = control_units  # type: ignore[attr-defined]  # a model choice
        control.initial = control_units.first()
