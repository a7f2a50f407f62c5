"""Forms about people: signing in, opening an account, giving and taking back a role."""

from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.core.access import Viewer
from shizheng.core.forms import CityDateField
from shizheng.core.models import Agency, Area, Role, User
from shizheng.core.words import in_language

MANAGE = "core.manage_people"
LANGUAGES = [(code, name) for code, name in settings.LANGUAGES]


class SigninForm(LoginForm):  # type: ignore[misc]  # allauth is not annotated
    """Account and password, with nothing to stumble over between the two."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Account or e-mail address")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in stubs
    """A choice among rows with a name in several languages."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the reader's language."""
        return in_language(obj.name)


def start_of(day: date) -> datetime:
    """Return the first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


class PlacedForm(forms.Form):
    """A form that names an agency among those whose people ``viewer`` manages."""

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = Viewer(viewer).scopes(MANAGE)
        agency = self.fields["agency"]
        agency.queryset = Agency.objects.allowed_to(viewer, MANAGE)  # type: ignore[attr-defined]
        agency.required = all(scope.agencies is not None for scope in scopes)
        area = self.fields.get("area")
        if area:
            area.queryset = Area.objects.allowed_to(viewer, MANAGE).filter(kind="district")  # type: ignore[attr-defined]
            area.required = all(scope.areas is not None for scope in scopes)


class PersonForm(PlacedForm):
    """Opening an account."""

    display_name = forms.CharField(label=pgettext_lazy("core", "Name"), max_length=80)
    username = forms.CharField(
        label=_("Account name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters, digits and @ . + - _ only; used to sign in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person sets a password by “Forgot your password?” with this address."),
    )
    agency = NamedChoice(
        queryset=Agency.objects.none(), label=_("Agency"), empty_label=_("None"), required=False
    )
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES)


class GrantForm(PlacedForm):
    """Giving a role."""

    role = NamedChoice(queryset=Role.objects.all(), label=_("Role"))
    agency = NamedChoice(
        queryset=Agency.objects.none(),
        label=_("Agency"),
        empty_label=_("All agencies"),
        required=False,
        help_text=_("The role also reaches the agencies below it."),
    )
    area = NamedChoice(
        queryset=Area.objects.none(),
        label=_("District"),
        empty_label=_("The whole city"),
        required=False,
    )
    starts_on = CityDateField(
        label=_("First day"), required=False, help_text=_("Leave empty to begin now.")
    )
    ends_on = CityDateField(
        label=_("Last day"), required=False, help_text=_("Leave empty if no end is known.")
    )
    why = forms.CharField(label=_("Reason"), max_length=200)

    def terms(self) -> dict[str, Any]:
        """Return what ``role_grant`` takes, days turned into moments."""
        given = dict(self.cleaned_data)
        first, last = given.pop("starts_on"), given.pop("ends_on")
        return given | {
            "valid_from": start_of(first) if first else None,
            "valid_to": start_of(last + timedelta(days=1)) if last else None,
        }


class ReasonForm(forms.Form):
    """An act that asks why."""

    why = forms.CharField(label=_("Reason"), max_length=200)


class MessagesForm(forms.Form):
    """In which language messages are written to a person, and whether they go by e-mail too."""

    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES)
    notices_by_email = forms.BooleanField(
        label=_("Send me notices by e-mail as well"), required=False,
        help_text=_(
            "All of them stay on the site. They go only to an address that you have confirmed."
        ),
    )  # fmt: skip


class TokenForm(forms.Form):
    """A token for a program: what for, how long, whether it may act."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=60, help_text=_("Such as the name of the program.")
    )
    days = forms.TypedChoiceField(
        label=pgettext_lazy("core", "Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("1 year"))],
    )
    is_read_only = forms.BooleanField(label=_("It reads only"), required=False, initial=True)
