"""Forms of the works' pages: they check what was typed; the rules are in ``domain``."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField, as_error
from shizheng.core.locations.fields import LineField, PlaceField
from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers.business import parse_business_number
from shizheng.kernel.text import normalise
from shizheng.plan.directives.fields import FilesField, ItemsField, WordsField, refusal_of
from shizheng.plan.directives.forms import AgencyChoice
from shizheng.plan.models import PublicWork, SeverityChoice, StageChoice
from shizheng.plan.sent import OnceForm
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.domain import curves
from shizheng.plan.works.domain.stages import NEXT, Stage

MOST_TWD = 10**13
FAULTS = (1, 2, 3, 4, 5)
SEPARATOR = re.compile(r"[\s,;:]+")


class RegisterForm(OnceForm):
    """Register a work."""

    title = _("Register a work")
    button = _("Register the work")
    about = _("A registered work is public at once, with all that is reported on it.")

    agency = AgencyChoice(
        label=pgettext_lazy("plan", "Agency in charge"), queryset=Agency.objects.none()
    )
    number = forms.CharField(
        label=_("Number of the work"), max_length=40,
        help_text=_("Capital letters, a hyphen, figures: PW-109-0012."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the work"), max_length=200)
    items = ItemsField(label=_("Plan items it carries out"))
    place = PlaceField(label=_("Where it is"))
    line = LineField(
        label=_("Its course, if it is long"), required=False,
        help_text=_("For roads, pipes and banks: the points along it. The place follows from it."),
    )  # fmt: skip

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        agency = self.fields["agency"]
        agency.queryset = agencies  # type: ignore[attr-defined]  # a model choice
        agency.initial = agencies.first()


class ContractForm(OnceForm):
    """Record the contract, or a change of it."""

    title = _("Record the contract")
    button = _("Record the contract")
    about = _("Earlier versions of the contract stay on record.")

    contractor_name = forms.CharField(label=_("Contractor"), max_length=120)
    business_number = forms.CharField(
        label=_("Business number of the contractor"), max_length=20, help_text=_("Eight digits.")
    )
    amount_twd = forms.IntegerField(
        label=_("Amount of the contract, in TWD"), min_value=1, max_value=MOST_TWD
    )
    awarded_on = CityDateField(label=_("Awarded on"))
    starts_on = CityDateField(label=_("Work begins on"))
    ends_on = CityDateField(label=pgettext_lazy("plan", "Planned end"))
    reason = WordsField(
        label=_("Why the contract changes"), required=False,
        help_text=_("Needed for every change of a contract that is on record."),
    )  # fmt: skip

    def clean_business_number(self) -> str:
        """Return the number, if its check digit is right."""
        try:
            return parse_business_number(self.cleaned_data["business_number"])
        except DomainError as refusal:
            raise as_error(refusal) from None


class CurveForm(OnceForm):
    """Propose the planned curve."""

    title = _("Propose the planned progress")
    button = pgettext_lazy("plan", "Send the proposal")
    about = _(
        "The control unit decides. An adopted curve is never changed; a new version replaces it."
    )

    points = forms.CharField(
        label=_("Points, one a line: day and per cent"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}), max_length=8_000,
        help_text=_("For example: 109-03-01 0. From 0 to 100, never falling."),
    )  # fmt: skip
    reason = WordsField(label=_("Why this curve"))

    def clean_points(self) -> curves.Points:
        """Return the points of a curve that keeps every rule."""
        text = normalise(self.cleaned_data["points"])
        try:
            return curves.checked([_point(line) for line in text.splitlines() if line.strip()])
        except DomainError as refusal:
            raise ValidationError(refusal_of(refusal)) from None


def _point(line: str) -> tuple[date, Decimal]:
    parts = SEPARATOR.split(line.strip().rstrip("%").strip())
    try:
        day, percent = parts
        return parse_date(day), Decimal(percent)
    except (ValueError, InvalidOperation, DomainError):
        raise ValidationError(
            gettext(
                "“{line}” is not a day and a percentage. Write for example: 109-03-01 12.5"
            ).format(line=line.strip()[:40])
        ) from None


class CurveDecisionForm(OnceForm):
    """Decide on the planned curve."""

    title = _("Decide on the planned progress")
    button = _("Record the decision")

    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Decision"), widget=forms.RadioSelect,
        choices=[("adopted", _("Adopt")), ("refused", _("Refuse"))],
    )  # fmt: skip
    note = WordsField(label=_("Reason for the decision"))


class ReportForm(OnceForm):
    """Report a month."""

    title = _("Report a month")
    button = _("File the report")
    about = _(
        "For a month that was reported before, this is a correction: the earlier record stays."
    )

    month = forms.ChoiceField(label=_("Month"))
    percent = forms.DecimalField(
        label=_("Done so far, in per cent"), min_value=0, max_value=100, max_digits=5,
        decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    paid_twd = forms.IntegerField(
        label=_("Paid in this month, in TWD"), min_value=0, max_value=MOST_TWD
    )
    note = WordsField(label=_("What was done, and what comes next"), required=False)
    photos = FilesField(
        label=_("Photos"), required=False,
        help_text=_("They are public. Show the work, not people or number plates."),
    )  # fmt: skip
    reason = WordsField(
        label=_("Why the earlier report is corrected"), required=False,
        help_text=_("Only for a month that was reported before."),
    )  # fmt: skip

    def __init__(self, *positional: Any, months: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["month"].choices = months  # type: ignore[attr-defined]  # a choice

    def clean_month(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(self.cleaned_data["month"])


class StageForm(OnceForm):
    """Move to the next stage."""

    title = _("Move to another stage")
    button = _("Move the work")

    stage = forms.ChoiceField(label=_("Next stage"), widget=forms.RadioSelect)
    on = CityDateField(
        label=_("Day of completion"), required=False,
        help_text=_("Only for a completed work; today if left empty."),
    )  # fmt: skip
    reason = WordsField(label=_("Reason, or number of the paper"))

    def __init__(self, *positional: Any, work: PublicWork, **named: Any) -> None:
        super().__init__(*positional, **named)
        following = [stage for stage in Stage if stage in NEXT[Stage(work.stage)]]
        choices = [(stage.value, StageChoice(stage.value).label) for stage in following]
        self.fields["stage"].choices = choices  # type: ignore[attr-defined]  # a choice


class AuditForm(OnceForm):
    """Record an audit with up to five faults; more follow in another audit record."""

    title = _("Record an audit")
    button = _("Record the audit")
    about = _("The grade follows from the score. Grade and number of faults are public.")

    audited_on = CityDateField(label=_("Day of the audit"))
    score = forms.DecimalField(
        label=_("Score, from 0 to 100"), min_value=0, max_value=100, max_digits=5,
        decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    team = forms.CharField(label=_("Audit team"), max_length=300)
    note = WordsField(label=_("Notes, internal"), required=False)

    def __init__(self, *positional: Any, rule: WorksRuleBody, **named: Any) -> None:
        super().__init__(*positional, **named)
        codes = [("", "")] + [
            (fault.code, f"{fault.code} {in_language(fault.name)}") for fault in rule.faults
        ]
        severities = [("", gettext("As in the list")), *SeverityChoice.choices]
        for place in FAULTS:
            number = {"number": place}
            self.fields[f"code_{place}"] = forms.ChoiceField(
                label=gettext("Fault {number}").format(**number), choices=codes, required=False
            )
            self.fields[f"severity_{place}"] = forms.ChoiceField(
                label=gettext("Severity of fault {number}").format(**number),
                choices=severities, required=False,
            )  # fmt: skip
            self.fields[f"note_{place}"] = WordsField(
                label=gettext("What was found, fault {number}").format(**number), required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"photos_{place}"] = FilesField(
                label=gettext("Photos of fault {number}").format(**number), required=False
            )

    def clean(self) -> dict[str, Any]:
        """Refuse half a fault."""
        given = super().clean() or {}
        for place in FAULTS:
            code, note = given.get(f"code_{place}"), given.get(f"note_{place}")
            if code and not note:
                self.add_error(f"note_{place}", gettext("Write what was found."))
            if (note or given.get(f"photos_{place}")) and not code:
                self.add_error(f"code_{place}", gettext("Choose the fault of the list."))
        return given


class CorrectionForm(OnceForm):
    """File what the contractor did about a fault."""

    title = _("File a correction")
    button = _("File the correction")

    text = WordsField(label=_("What the contractor did"))
    photos = FilesField(label=_("Photos"), required=False)


class CheckForm(OnceForm):
    """Check a correction on the spot."""

    title = _("Check the correction")
    button = _("Record the check")

    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Result"), widget=forms.RadioSelect,
        choices=[
            ("accepted", _("Corrected: close the fault")),
            ("refused", _("Not corrected: set a new date")),
        ],
    )  # fmt: skip
    note = WordsField(label=_("What the check found"))


class DrawForm(OnceForm):
    """Draw a round of audits."""

    title = _("Draw a round of audits")
    button = _("Draw")
    about = _(
        "All works under construction are in the draw. The digest of the seed is public at once; "
        "seed and picks are secret until you publish the round."
    )

    control = AgencyChoice(label=_("Control unit"), queryset=Agency.objects.none())
    count = forms.IntegerField(label=_("How many works"), min_value=1, max_value=200)
    seed = forms.CharField(
        label=_("Seed"), max_length=200,
        help_text=_("A text that nobody could choose, such as the lottery figures of today."),
    )  # fmt: skip

    def __init__(self, *positional: Any, control_units: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        control = self.fields["control"]
        control.queryset = control_units  # type: ignore[attr-defined]  # a model choice
        control.initial = control_units.first()


class PublishForm(OnceForm):
    """Publish a round."""

    title = _("Publish the round")
    button = pgettext_lazy("plan", "Publish")
    about = _("Seed, works and picks become public, so that everybody can repeat the draw.")
