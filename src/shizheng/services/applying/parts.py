"""The forms of the parts beside the pages: the place, and how the person can be reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.locations import place as core_places
from shizheng.core.locations.fields import LineField, PlaceField, PolygonField
from shizheng.core.locations.shapes import Kind
from shizheng.kernel.text import normalise
from shizheng.services.actions.opening import Contact
from shizheng.services.domain.errors import Fault
from shizheng.services.domain.parsing import read_answer
from shizheng.services.models import CaseParty
from shizheng.services.places import Place
from shizheng.services.schema.form import Field, FieldKind
from shizheng.services.schema.service import Location

SHAPES: dict[str, type[PlaceField]] = {
    "point": PlaceField,
    "line": LineField,
    "polygon": PolygonField,
}


class PlaceForm(forms.Form):
    """Where it is (地點): by a point or a shape on the map, or by its address."""

    use_required_attribute = False

    def __init__(self, location: Location, *, shape: str, **options: Any) -> None:
        super().__init__(**options)
        self.shape = shape
        self.fields["place"] = SHAPES[shape](
            label=_("Where is it?"),
            required=location.required,
            help_text=_("Mark it on the map, or write the address and choose the district."),
        )

    def place(self) -> Place:
        """Return the place; nothing where none was given."""
        return of_core(self.cleaned_data.get("place"))


def shape_of(location: Location, asked: str, place: Place) -> str:
    """Return the shape to draw: the one asked for, the one that was drawn, else the first."""
    drawn = str((place.geometry or {}).get("type", "")).lower().replace("linestring", "line")
    for shape in (asked, drawn):
        if shape in location.geometry:
            return shape
    return location.geometry[0]


def of_core(place: core_places.Place | None) -> Place:
    """Return a place of the map as a case takes it."""
    if place is None:
        return Place()
    is_point = place.geometry is None or place.geometry.get("type") == "Point"
    return Place(
        longitude=place.longitude,
        latitude=place.latitude,
        address=normalise(place.address).strip(),
        district=place.district_code,
        village=place.village_code,
        geometry=None if is_point else dict(place.geometry or {}),
    )


def to_core(place: Place, shape: str) -> core_places.Place | None:
    """Return a place as the map shows it."""
    if place.longitude is None and not place.address:
        return None
    geometry = None if shape == Kind.POINT else place.geometry
    return core_places.Place(
        place.longitude, place.latitude, place.address, place.district, place.village, geometry
    )


class ContactForm(forms.Form):
    """How the person can be reached (聯絡方式)."""

    use_required_attribute = False

    name = forms.CharField(
        label=pgettext_lazy("services", "Name"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("We send the receipt and the result there."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    notice_by = forms.ChoiceField(
        label=_("How shall we tell you?"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *, is_required: bool, is_for_another: bool, **options: Any) -> None:
        super().__init__(**options)
        self.is_required = is_required
        self.fields["name"].required = is_required
        self.fields["notice_by"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("email", _("By e-mail")),
            ("sms", _("By text message")),
            ("none", _("Not at all: I look it up myself")),
        ]
        if is_for_another:
            for name in ("name", "email", "phone"):
                self.fields[name].widget.attrs["autocomplete"] = "off"
            self.fields["email"].help_text = _("The receipt and the result go there.")
            self.fields["notice_by"].label = _("How shall the person be told?")

    def clean_email(self) -> str:
        """Return the address by the rules of answers."""
        return _read(FieldKind.EMAIL, self.cleaned_data["email"])

    def clean_phone(self) -> str:
        """Return the number by the rules of answers."""
        return _read(FieldKind.PHONE, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Ask for one way to answer, and for the one by which they want to be told."""
        found = super().clean() or {}
        email, phone = found.get("email"), found.get("phone")
        if self.is_required and not (email or phone or self.errors):
            self.add_error(
                "email", gettext("Give an e-mail address or a telephone number: we answer there.")
            )
        if found.get("notice_by") == "email" and not email and "email" not in self.errors:
            self.add_error("email", gettext("To be told by e-mail, give the address."))
        if found.get("notice_by") == "sms" and not phone and "phone" not in self.errors:
            self.add_error("phone", gettext("To be told by text message, give the number."))
        return found

    def contact(self, language: str) -> Contact:
        """Return the contact."""
        found = self.cleaned_data
        notice_by = found.get("notice_by") or (
            CaseParty.NoticeBy.EMAIL if found.get("email") else ""
        )
        return Contact(
            name=normalise(found.get("name", "")).strip(),
            email=found.get("email", ""),
            phone=found.get("phone", ""),
            language=language,
            notice_by=str(notice_by),
        )


def _read(kind: FieldKind, text: str) -> str:
    from shizheng.services.refusals import as_error

    try:
        found = read_answer(Field(id="contact", kind=kind, label={"zh-Hant": "-"}), text)
    except Fault as fault:
        raise as_error(fault) from None
    return found or ""
