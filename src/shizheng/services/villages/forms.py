"""Forms of a chief's own pages."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.services.models import VillageRecord
from shizheng.services.villages.actions import Record


class RecordForm(forms.Form):
    """A notice, meeting, expense or works; its hidden number makes it one however often sent."""

    offline_id = forms.CharField(widget=forms.HiddenInput, max_length=64)
    title = forms.CharField(label=_("Title"), max_length=120)
    on = CityDateField(label=_("Date"))
    text = forms.CharField(
        label=_("Text"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 6})
    )
    amount = forms.IntegerField(label=_("Amount (NT$)"), min_value=1, max_value=999_999_999)
    is_public = forms.BooleanField(label=_("Everybody may read it"), required=False, initial=True)

    def __init__(self, kind: str, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # passed on as they came
        self.kind = kind
        self.heading = VillageRecord.Kind(kind).label
        self.initial.setdefault("offline_id", str(uuid4()))
        if kind != VillageRecord.Kind.EXPENSE:
            del self.fields["amount"]

    def record(self) -> Record:
        """Return the record that was written."""
        given = self.cleaned_data
        return Record(
            kind=self.kind,
            title=given["title"],
            on=given["on"],
            text=given["text"],
            amount=given.get("amount"),
            is_public=given["is_public"],
        )


class WithdrawForm(forms.Form):
    """Why a record is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ProfileForm(forms.Form):
    """What the site shows of a village."""

    chief_name = forms.CharField(label=_("Name of the village chief"), max_length=80)
    office_address = forms.CharField(
        label=_("Address of the office"), max_length=200, required=False
    )
    activity_centre = forms.CharField(label=_("Activity centre"), max_length=200, required=False)
    chief_phone = forms.CharField(
        label=_("Telephone of the chief"),
        max_length=30,
        required=False,
        help_text=_("Only the city's staff see it."),
    )
