"""Forms with which officers link cases and take them apart."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.services.models import Case, CaseLink


class LinkForm(forms.Form):
    """The other case, and how the two belong together."""

    number = forms.CharField(label=_("Number of the other case"), max_length=40)
    kind = forms.ChoiceField(
        label=_("How they belong together"), choices=CaseLink.Kind.choices, initial="duplicate"
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    score = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.viewer = viewer

    def clean_number(self) -> Case:
        """Return the other case.

        Raises:
            ValidationError: there is none, or none that the viewer may see.
        """
        number = self.cleaned_data["number"].strip().upper()
        case = Case.objects.visible_to(self.viewer).filter(number=number).first()
        if case is None:
            raise ValidationError(gettext("There is no such case, or none that you may see."))
        return case


class UnlinkForm(forms.Form):
    """Which link is taken back, and why."""

    link = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)
