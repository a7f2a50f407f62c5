"""Forms of following a case: number and code, message, stars, notices of others' cases."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.services.following.actions.messages import LONGEST
from shizheng.services.following.actions.rating import LONGEST_COMMENT

STARS = (
    (5, pgettext_lazy("rating", "5 – very satisfied")),
    (4, pgettext_lazy("rating", "4 – satisfied")),
    (3, pgettext_lazy("rating", "3 – neither")),
    (2, pgettext_lazy("rating", "2 – dissatisfied")),
    (1, pgettext_lazy("rating", "1 – very dissatisfied")),
)


class TrackForm(forms.Form):
    """Number of a case, and its follow code if the visitor has one."""

    number = forms.CharField(
        label=pgettext_lazy("services", "Number"),
        max_length=60,
        help_text=_("As on the receipt; wide or narrow signs and any case will do."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Follow code"),
        max_length=40,
        required=False,
        help_text=_("With it you see your answers, write to us and act. Without it: the progress."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class MessageForm(forms.Form):
    """A message to the office."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4, "maxlength": LONGEST}),
    )


class RatingForm(forms.Form):
    """One to five stars, and a word if one likes."""

    stars = forms.TypedChoiceField(
        label=_("How satisfied are you?"), choices=STARS, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("What should we do better?"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST_COMMENT}),
    )


class FollowForm(forms.Form):
    """Where somebody without an account is told."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We write when it goes on. Leave it empty just to be counted."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
