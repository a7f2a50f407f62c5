"""Forms of documents: checking one, revoking one."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The check code of a document."""

    code = forms.CharField(
        label=_("Check code"),
        max_length=60,
        help_text=_(
            "Twelve letters and digits at the foot of the document, such as 7KQ2-M4XD-9TPA."
        ),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class FileForm(forms.Form):
    """A PDF whose signature is to be checked."""

    file = forms.FileField(
        label=_("PDF file"),
        help_text=_("At most 10 MB. It is not kept."),
        widget=forms.FileInput({"accept": "application/pdf"}),
    )


class RevokeForm(forms.Form):
    """Why a document is revoked."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 3}))
