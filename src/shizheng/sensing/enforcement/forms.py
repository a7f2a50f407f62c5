"""Forms of enforcement: devices, certificates, violations, checkpoints, stops, accidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.forms import CityDateField, ClockField
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.places.digging.pages.forms import PhotosField
from shizheng.places.pages.forms import ActForm
from shizheng.sensing.cameras.forms import moment_of
from shizheng.sensing.enforcement.devices import KINDS
from shizheng.sensing.models import Checkpoint, EnforcementDevice


class DeviceForm(ActForm):
    """A device and where it stands."""

    code = forms.CharField(label=_("Number of the device"), max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind of device"), widget=forms.RadioSelect,
        choices=[(kind, _(words)) for kind, words in KINDS.items()],
    )  # fmt: skip
    place = forms.CharField(label=_("Where it stands or happened"), max_length=200, required=False)
    limit_kmh = forms.IntegerField(
        label=_("Speed limit (km/h)"), required=False, min_value=10, max_value=130
    )
    distance_m = forms.DecimalField(
        label=_("Length of the section (m)"), required=False, min_value=50, max_value=100_000,
        decimal_places=2, help_text=_("The shortest way between the gates, as surveyed."),
    )  # fmt: skip
    distance_tolerance_m = forms.DecimalField(
        label=_("Tolerance of that length (m)"), required=False, min_value=0, max_value=1_000,
        decimal_places=2,
    )  # fmt: skip


class CertificateForm(ActForm):
    """A certificate with its file."""

    number = forms.CharField(label=_("Number of the certificate"), max_length=60)
    issuer = forms.CharField(label=_("Issued by (body)"), max_length=120)
    valid_from = CityDateField(label=_("First day of validity"))
    valid_until = CityDateField(label=_("Last day of validity"))
    file = forms.FileField(label=_("Certificate (PDF or picture)"), max_length=150)


class RevokeForm(ActForm):
    """From which moment a certificate does not hold, and why."""

    since_on = CityDateField(label=_("Does not hold from (day)"))
    since_time = ClockField(label=_("Does not hold from (time)"))
    why = forms.CharField(
        label=pgettext_lazy("sensing", "Why"), max_length=300, widget=forms.Textarea({"rows": 2})
    )

    @property
    def since(self) -> Any:
        """The moment."""
        return moment_of(self.cleaned_data["since_on"], self.cleaned_data["since_time"])


class ViolationForm(ActForm):
    """What a device recorded."""

    device = forms.ChoiceField(label=_("Device"))
    plate = forms.CharField(label=_("Plate"), max_length=12)
    occurred_on = CityDateField(label=_("On which day"))
    occurred_time = ClockField(
        label=_("Time"), help_text=_("Of a section: at its last gate. Seconds as 18:30:05.")
    )
    entered_time = ClockField(
        label=_("Time at the first gate"), required=False, help_text=_("Of a section alone.")
    )
    measured_kmh = forms.DecimalField(
        label=_("Measured speed (km/h)"), required=False, min_value=1, max_value=400,
        decimal_places=1, help_text=_("Of a fixed measurement alone; a section’s is worked out."),
    )  # fmt: skip
    time_source = forms.CharField(
        label=_("What sets the clock"),
        max_length=80,
        help_text=_("Such as “NTP, time.stdtime.gov.tw”."),
    )
    clock_offset_ms = forms.IntegerField(
        label=_("Off that source (ms)"), min_value=-3_600_000, max_value=3_600_000
    )
    checked_on = CityDateField(label=_("Clock compared on (day)"))
    checked_time = ClockField(label=_("Clock compared at (time)"))
    images = PhotosField(label=_("Pictures"))

    def __init__(self, *positional: Any, devices: list[EnforcementDevice], **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["device"].choices = [
            (row.code, f"{row.code} {_now(KINDS[EnforcementDevice.Kind(row.kind)])} {row.place}")
            for row in devices
        ]


class WhyForm(ActForm):
    """A reason."""

    why = forms.CharField(
        label=pgettext_lazy("sensing", "Why"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


def _districts() -> list[tuple[str, str]]:
    rows = Area.objects.filter(kind="district").order_by("code")
    return [(row.code, in_language(row.name)) for row in rows]


class CheckpointForm(ActForm):
    """Where and when a checkpoint shall be, and why."""

    district = forms.ChoiceField(label=_("District"))
    place = forms.CharField(label=_("Where it stands or happened"), max_length=200)
    reason = forms.CharField(
        label=_("Why here and then"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    starts_on = CityDateField(label=_("From (day)"))
    starts_time = ClockField(label=_("From (time)"))
    ends_on = CityDateField(label=_("To (day)"))
    ends_time = ClockField(label=_("To (time)"))

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        fields: Any = self.fields
        fields["district"].choices = _districts()


class HeldForm(ActForm):
    """When a checkpoint was held and how many were looked at; or why it was not."""

    held_on = CityDateField(label=_("Held on (day)"), required=False)
    held_time = ClockField(label=_("From (time)"), required=False)
    held_to_on = CityDateField(label=_("To (day)"), required=False)
    held_to_time = ClockField(label=_("To (time)"), required=False)
    stopped_count = forms.IntegerField(
        label=_("Vehicles looked at"), required=False, min_value=0, max_value=100_000
    )
    why = forms.CharField(
        label=_("If it was not held: why"), max_length=300, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class StopForm(ActForm):
    """One driver who was tested, or refused."""

    checkpoint = forms.ChoiceField(label=_("Checkpoint"), required=False)
    place = forms.CharField(
        label=_("Where it stands or happened"), max_length=200, required=False,
        help_text=_("Leave it empty at a checkpoint."),
    )  # fmt: skip
    stopped_on = CityDateField(label=_("On which day"))
    stopped_time = ClockField(label=_("Time"))
    device = forms.ChoiceField(label=_("Breath tester"), required=False)
    mg_l = forms.DecimalField(
        label=_("Alcohol in the breath (mg/l)"), required=False, min_value=0, max_value=3,
        decimal_places=2, help_text=_("Leave it empty if the driver refused the test."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name of the driver"), max_length=60, required=False,
        help_text=_("Kept of an offence alone."),
    )  # fmt: skip
    identity = forms.CharField(
        label=_("National number"), max_length=20, required=False,
        help_text=_("Only a keyed digest is kept, to know a repeat offender."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    plate = forms.CharField(label=_("Plate"), max_length=12, required=False)

    def __init__(
        self, *positional: Any, checkpoints: list[Checkpoint], devices: list[EnforcementDevice],
        **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*positional, **named)
        fields: Any = self.fields
        none = ("", _now("None"))
        fields["checkpoint"].choices = [
            none, *((each.number, f"{each.number} {each.place}") for each in checkpoints)
        ]  # fmt: skip
        fields["device"].choices = [none, *((each.code, each.code) for each in devices)]


class CrashesForm(ActForm):
    """A file of accidents."""

    file = forms.FileField(label=_("File of accidents (CSV)"), max_length=150)
