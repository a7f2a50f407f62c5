"""The form of a mark, and the choice of what to compare."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.services.documents.actions import LONGEST_TEXT
from shizheng.services.models import CaseDocument


class MarkForm(forms.Form):
    """Where a mark lies, in hundredths of the sheet, and its words."""

    left = forms.FloatField(
        label=_("From the left, per cent"), min_value=0, max_value=100, initial=50,
        widget=forms.NumberInput({"step": "0.1", "class": "govuk-input--width-4"}),
    )  # fmt: skip
    top = forms.FloatField(
        label=_("From the top, per cent"), min_value=0, max_value=100, initial=50,
        widget=forms.NumberInput({"step": "0.1", "class": "govuk-input--width-4"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What is wrong here"), max_length=LONGEST_TEXT,
        help_text=_("Name the provision and what would put it right."),
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class CompareForm(forms.Form):
    """Which earlier version to compare with, which sheet, and how."""

    use_required_attribute = False
    before = forms.ChoiceField(label=_("Earlier version"))
    sheet = forms.IntegerField(label=_("Sheet"), min_value=1)
    view = forms.ChoiceField(
        label=_("How to show them"),
        choices=[("side", _("Side by side")), ("over", _("Over each other"))],
    )

    def __init__(self, *args: object, earlier: Sequence[CaseDocument], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as given
        choice = self.fields["before"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(str(each.number), str(each.number)) for each in earlier]
