"""Forms of information security: they check what was typed; the rules are in ``domain``."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency, User
from shizheng.plan.directives.fields import WordsField, refusal_of
from shizheng.plan.directives.forms import AgencyChoice
from shizheng.plan.models import (
    CloudHost,
    ExerciseChoice,
    FindingKindChoice,
    IncidentLevelChoice,
    IndicatorKindChoice,
    InformationSystem,
    MarkingChoice,
    ProtectionChoice,
    RiskChoice,
)
from shizheng.plan.security.domain import hosts, sbom
from shizheng.plan.security.words import refusal_in_words
from shizheng.plan.sent import OnceForm

CONTROL = re.compile(
    r"(5\.([1-9]|[12][0-9]|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12][0-9]|3[0-4]))"
)
"""Numbers of the 93 controls of ISO/IEC 27001:2022 Annex A: 37, 8, 14 and 34 of them."""
MOST_INDICATORS = 100
MOST_LINES_SHOWN = 20


class SystemChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """A system by number and name."""

    def label_from_instance(self, system: Any) -> str:
        """Return number and name."""
        return f"{system.number} {system.name}"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic
    """A colleague by name."""

    def label_from_instance(self, person: Any) -> str:
        """Return the name."""
        return str(person)


class AgencyForm(OnceForm):
    """Base of forms about an agency for which the person acts, and its systems and colleagues."""

    agency = AgencyChoice(label=_("Agency"), queryset=Agency.objects.none())

    def __init__(self, *positional: Any, agencies: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        rows = {
            "agency": agencies,
            "system": InformationSystem.objects.filter(agency__in=agencies, retired_on=None),
            "owner": User.objects.filter(agency__in=agencies, is_active=True).order_by(
                "display_name", "username"
            ),
        }
        for name, queryset in rows.items():
            if name in self.fields:
                self.fields[name].queryset = queryset  # type: ignore[attr-defined]  # a model choice
        self.fields["agency"].initial = agencies.first()


class SystemForm(AgencyForm):
    """Enter a system."""

    title = _("Enter a system")
    button = _("Enter the system")
    about = _("Only those who keep the information security of the agency see it.")

    name = forms.CharField(label=_("Name of the system"), max_length=120)
    protection = forms.ChoiceField(
        label=_("Protection that it needs"), widget=forms.RadioSelect, choices=ProtectionChoice,
        help_text=_("The highest of confidentiality, integrity, availability and legal duty."),
    )  # fmt: skip
    is_core = forms.BooleanField(label=_("Core system"), required=False)
    in_use_since = CityDateField(label=_("In use since"), required=False)


class ChangeForm(OnceForm):
    """Change a system."""

    title = _("Change the system")
    button = _("Change the system")

    protection = forms.ChoiceField(
        label=_("Protection that it needs"), widget=forms.RadioSelect, choices=ProtectionChoice
    )
    is_core = forms.BooleanField(label=_("Core system"), required=False)
    retired_on = CityDateField(
        label=_("Out of use since"), required=False,
        help_text=_("Leave it empty while the system is in use."),
    )  # fmt: skip
    reason = WordsField(label=_("Why it changes"))


class FindingForm(AgencyForm):
    """Record a weakness or an audit finding."""

    title = _("Record a weakness or finding")
    button = _("Record it")

    kind = forms.ChoiceField(
        label=_("Kind"), widget=forms.RadioSelect, choices=FindingKindChoice, initial="weakness"
    )
    system = SystemChoice(
        label=_("System"), queryset=InformationSystem.objects.none(), required=False,
        help_text=_("Needed for a weakness."),
    )  # fmt: skip
    finding = forms.CharField(label=pgettext_lazy("plan", "What was found"), max_length=200)
    severity = forms.ChoiceField(label=_("How bad it is"), choices=RiskChoice, initial="medium")
    control = forms.CharField(
        label=_("Control of ISO/IEC 27001:2022 Annex A"), max_length=8, required=False,
        help_text=_("Its number alone, from 5.1 to 8.34."),
    )  # fmt: skip
    found_on = CityDateField(label=_("Found on"))
    due_on = CityDateField(
        label=_("To be fixed by"), required=False,
        help_text=_("The rule's days for the severity if left empty."),
    )  # fmt: skip
    owner = PersonChoice(label=_("Who fixes it"), queryset=User.objects.none())

    def clean_control(self) -> str:
        """Return the number of a control that the standard has."""
        number = str(self.cleaned_data["control"]).strip().upper().removeprefix("A.")
        if number and not CONTROL.fullmatch(number):
            raise ValidationError(
                gettext("“{number}” is no control of Annex A. Write for example 8.8.").format(
                    number=number
                )
            )
        return number


class FixForm(OnceForm):
    """Record that a finding is fixed."""

    title = _("Record that it is fixed")
    button = _("It is fixed")

    fixed_on = CityDateField(label=_("Fixed on"))
    note = WordsField(label=_("How it was fixed"))


class ExtendForm(OnceForm):
    """Give a finding a later date."""

    title = _("Set a later date")
    button = _("Set the date")
    about = _("The first date stays on record beside the new one.")

    due_on = CityDateField(label=_("To be fixed by"))
    reason = WordsField(label=_("Why it takes longer"))


class DrillForm(AgencyForm):
    """Record a backup, a test or a drill."""

    title = _("Record a backup or drill")
    button = _("Record it")

    kind = forms.ChoiceField(label=_("Kind"), choices=ExerciseChoice)
    system = SystemChoice(
        label=_("System"), queryset=InformationSystem.objects.none(), required=False,
        help_text=_("Needed for backups and restore tests."),
    )  # fmt: skip
    held_on = CityDateField(label=_("Held on"))
    outcome = forms.ChoiceField(
        label=pgettext_lazy("plan", "Result"), widget=forms.RadioSelect,
        choices=[("passed", _("Passed")), ("failed", _("Not passed"))],
    )  # fmt: skip
    result = WordsField(label=pgettext_lazy("plan", "What was seen"))
    people = forms.IntegerField(
        label=_("People who took part"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("For drills of social engineering, with how many were taken in."),
    )  # fmt: skip
    failed_people = forms.IntegerField(
        label=_("People who were taken in"), min_value=0, max_value=1_000_000, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Check that no more are taken in than took part."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        people, failed = given.get("people"), given.get("failed_people")
        if (people is None) != (failed is None) or (people and failed and failed > people):
            self.add_error(
                "failed_people", gettext("Give both numbers; no more are taken in than take part.")
            )
        return given


class IncidentForm(AgencyForm):
    """Enter an incident."""

    title = _("Enter an incident")
    button = _("Enter the incident")
    about = _("The clocks run from the moment at which the agency knew of it.")

    system = SystemChoice(
        label=_("System"), queryset=InformationSystem.objects.none(), required=False
    )
    incident = forms.CharField(label=_("What happened, in a few words"), max_length=200)
    level = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect, choices=IncidentLevelChoice,
        help_text=_("4 is the gravest; the law says which harm is which level."),
    )  # fmt: skip
    known_on = CityDateField(label=_("Day on which it was known"))
    known_time = forms.TimeField(
        label=_("Time at which it was known"), help_text=_("24 hours, such as 14:05."),
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
    )  # fmt: skip
    text = WordsField(label=_("What is known"))

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        now = timezone.localtime()
        self.fields["known_on"].initial = now.date()
        self.fields["known_time"].initial = now.time().replace(second=0, microsecond=0)

    @property
    def known_at(self) -> datetime:
        """The moment at which it was known, in the city's time."""
        given = self.cleaned_data
        return timezone.make_aware(datetime.combine(given["known_on"], given["known_time"]))


class ReportForm(OnceForm):
    """Record the report to the authority."""

    title = _("Report to the authority")
    button = _("Record the report")
    about = _("Record it as soon as it is sent: the clock stops now.")

    reference = forms.CharField(
        label=_("Number that the authority gave"), max_length=60, required=False
    )
    text = WordsField(label=_("What was reported, and how"))


class ContainForm(OnceForm):
    """Record that the damage is under control."""

    title = _("Damage under control")
    button = _("Record it")

    text = WordsField(label=_("What was done, and what works again"))


class ClosingReportForm(OnceForm):
    """File the closing report."""

    title = _("File the closing report")
    button = _("File the report")
    about = _("Another person who leads information security closes the incident on it.")

    cause = WordsField(label=_("What the investigation found, and the cause"))
    handling = WordsField(label=_("What was done, step by step"))
    improvement = WordsField(label=_("What will prevent it, by when, and who checks it"))

    @property
    def text(self) -> str:
        """The three parts as one text."""
        parts = ("cause", "handling", "improvement")
        return "\n\n".join(self.cleaned_data[name] for name in parts)


class CloseForm(OnceForm):
    """Close the incident."""

    title = _("Close the incident")
    button = _("Close the incident")
    about = _("A closed incident stays as it is.")

    text = WordsField(label=_("Why the closing report is enough"))


class LevelForm(OnceForm):
    """Change the level."""

    title = _("Change the level")
    button = _("Change the level")
    about = _("A changed level is reported anew; that clock begins now.")

    level = forms.ChoiceField(
        label=_("New level"), widget=forms.RadioSelect, choices=IncidentLevelChoice
    )
    reason = WordsField(label=_("Why the level changes"))


class IndicatorsForm(OnceForm):
    """Note indicators."""

    title = _("Note indicators")
    button = _("Note them")

    kind = forms.ChoiceField(label=_("Kind"), choices=IndicatorKindChoice)
    marking = forms.ChoiceField(
        label=_("Who may be told"), choices=MarkingChoice, initial="amber",
        help_text=_("TLP:RED is never shared."),
    )  # fmt: skip
    values = forms.CharField(
        label=_("Values, one a line"), max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("At most 100. Written safely, as hxxp and [.], they are understood too."),
    )  # fmt: skip

    def clean_values(self) -> list[str]:
        """Return the lines that hold something."""
        lines = [line.strip() for line in self.cleaned_data["values"].splitlines()]
        kept = [line for line in lines if line]
        if not 0 < len(kept) <= MOST_INDICATORS:
            raise ValidationError(gettext("Give 1 to 100 values, one a line."))
        return kept


class ShareForm(OnceForm):
    """Share indicators."""

    title = _("Share with the joint-defence group")
    button = _("Share the indicators")
    about = _("What is told is kept word for word. It names the incident by its number alone.")


class HostForm(AgencyForm):
    """Enter a host that moved."""

    title = _("Enter a host that moved")
    button = _("Enter the host")

    name = forms.RegexField(
        label=_("Name of the host"), regex=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$", max_length=60,
        help_text=_("Letters, figures, dots and hyphens."),
    )  # fmt: skip
    system = SystemChoice(
        label=_("System"), queryset=InformationSystem.objects.none(), required=False
    )
    moved_on = CityDateField(label=_("Moved on"))
    kwh_before = forms.DecimalField(
        label=_("Energy of a month before it moved, in kWh"), min_value=0, max_value=1_000_000,
        decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("The mean of the last months, cooling left out."),
    )  # fmt: skip


class MonthsForm(OnceForm):
    """Send monthly figures of hosts."""

    title = _("Send monthly figures")
    button = _("Send the file")
    about = _("Either every row is taken, or none: then the page says which rows to mend.")

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: host, month, utilisation_percent, availability_percent, kwh."),
    )

    def __init__(self, *positional: Any, mine: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.mine = mine

    def clean_file(self) -> list[hosts.HostFigures]:
        """Return the rows, if all of them can be taken."""
        file = self.cleaned_data["file"]
        names = set(CloudHost.objects.filter(agency__in=self.mine).values_list("name", flat=True))
        content = file.read(hosts.MOST_BYTES + 1)
        try:
            taken, refused = hosts.figures_in(content, hosts=names, today=timezone.localdate())
        except hosts.FileUnfit as refusal:
            raise ValidationError(refusal_of(refusal)) from None
        if refused:
            said = [refusal_in_words(each) for each in refused[:MOST_LINES_SHOWN]]
            if len(refused) > MOST_LINES_SHOWN:
                rest = len(refused) - MOST_LINES_SHOWN
                said.append(gettext("And {count} more lines.").format(count=rest))
            raise ValidationError([ValidationError(each) for each in said])
        return taken


class SoftwareForm(OnceForm):
    """Send a system's software list."""

    title = _("Send the software list")
    button = _("Send the list")
    about = _("It replaces the list that is searched; the earlier one stays on record.")

    file = forms.FileField(
        label=_("CycloneDX file, JSON"), help_text=_("Version 1.4 to 1.6, at most 5 MiB.")
    )

    def clean_file(self) -> bytes:
        """Return what the file holds, if it is a list."""
        content = bytes(self.cleaned_data["file"].read(sbom.MOST_BYTES + 1))
        try:
            sbom.components_in(content)
        except (sbom.ListTooLarge, sbom.ListUnreadable) as refusal:
            raise ValidationError(refusal_of(refusal)) from None
        return content
