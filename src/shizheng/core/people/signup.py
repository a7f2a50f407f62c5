"""What signing up asks besides address and password.

In a module of its own: the forms of allauth import it while they are themselves imported.
"""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.models import User


class SignupForm(forms.Form):
    """What a resident is asked besides e-mail address and password."""

    display_name = forms.CharField(
        label=pgettext_lazy("core", "Name"),
        max_length=80,
        help_text=_("How we address you; it need not be your full name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more: the adapter has taken the name."""
