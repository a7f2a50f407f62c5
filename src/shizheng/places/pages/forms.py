"""Forms of the registers, made from what a declaration says of its fields."""

import uuid
from typing import Any

import shapely
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from shizheng.core.forms import CityDateField, as_error
from shizheng.core.locations.shapes import Kind as DrawnKind
from shizheng.core.locations.shapes import ShapeUnreadable, as_geojson, as_text, read_shape
from shizheng.core.locations.widgets import ShapeInput
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.definitions import FieldOf
from shizheng.places.domain.shaping import Kind
from shizheng.places.domain.values import read
from shizheng.places.selectors.showing import Shown, Sight

DRAWN = {Kind.POINT: DrawnKind.POINT, Kind.LINE: DrawnKind.LINE, Kind.POLYGON: DrawnKind.POLYGON}


class ActForm(forms.Form):
    """Base of forms that act: the version that the person saw, and a token so that it acts once."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *positional: Any, seen: int = 0, **named: Any) -> None:
        fresh = {"version": seen, "token": uuid.uuid4()}
        named["initial"] = fresh | named.get("initial", {})
        super().__init__(*positional, **named)


class ThingForm(ActForm):
    """What a thing is from a day on; only the fields that the person sees are there."""

    def __init__(self, *positional: Any, sight: Sight, shown: Shown | None, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.sight, self.shown = sight, shown
        body = sight.body
        if shown is None:
            self.fields["key"] = forms.CharField(
                label=in_language(body.key.name), max_length=80,
                help_text=gettext("Such as {example}.").format(example=body.key.example),
            )  # fmt: skip
        for each in sight.fields:
            value = shown.values.get(each.id) if shown else None
            self.fields[f"field_{each.id}"] = _made(each, sight, value)
        self.fields["state"] = forms.ChoiceField(
            label=gettext("State"), required=False,
            initial=shown.state if shown else body.states[0].id,
            choices=[(each.id, in_language(each.name)) for each in body.states],
        )  # fmt: skip
        if Kind(body.geometry.kind) in DRAWN and (shown is None or sight.is_exact):
            self.fields["points"] = self._points()
        self.fields["valid_from"] = CityDateField(
            label=gettext("From which day on"), initial=named.get("initial", {}).get("on")
        )
        self.fields["reason"] = forms.CharField(
            label=gettext("Why"), max_length=500, widget=forms.Textarea({"rows": 2}),
            help_text=gettext("What did you see, or which document says so?"),
        )  # fmt: skip

    def _points(self) -> forms.CharField:
        geometry = self.shown.geometry if self.shown else None
        drawn = "" if geometry is None or "Multi" in geometry.geom_type else _text(geometry)
        return forms.CharField(
            label=gettext("Place"), required=self.shown is None and
            self.sight.body.geometry.required, initial=drawn,
            widget=ShapeInput(DRAWN[Kind(self.sight.body.geometry.kind)]),
            help_text=gettext(
                "Draw it on the map, or write one point a line, longitude and latitude: "
                "120.301, 22.631"
            ),
        )  # fmt: skip

    def clean_points(self) -> BaseGeometry | None:
        """Return the shape that was typed; None where nothing was or nothing changed."""
        text = self.cleaned_data.get("points", "").strip()
        if not text or text == self.fields["points"].initial:
            return None
        kind = DRAWN[Kind(self.sight.body.geometry.kind)]
        try:
            points = read_shape(text, kind)
            if kind is DrawnKind.POINT and len(points) > 1:
                raise ShapeUnreadable(text=text[:40])
            return shape(as_geojson(points, kind))
        except DomainError as refusal:
            raise as_error(refusal) from None

    def clean(self) -> dict[str, Any]:
        """Hold each value to what the register says of its field."""
        given = super().clean() or self.cleaned_data
        for each in self.sight.fields:
            name = f"field_{each.id}"
            if name in given:
                try:
                    read(each, self.sight.body, given[name])
                except DomainError as refusal:
                    self.add_error(name, as_error(refusal))
        return dict(given)

    @property
    def values(self) -> dict[str, Any]:
        """What changes, by field; everything for a new thing."""
        had = self.shown.values if self.shown else {}
        found = {}
        for each in self.sight.fields:
            value = self.cleaned_data.get(f"field_{each.id}")
            text = "" if value is None else str(value)
            before = "" if had.get(each.id) is None else _typed(had[each.id])
            if text != before:
                found[each.id] = value if value != "" else None
        return found


class EndForm(ActForm):
    """The day from which a thing exists no longer."""

    valid_from = CityDateField(label=_("From which day on"))
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 2}),
        help_text=_("What did you see, or which document says so?"),
    )  # fmt: skip


class DecideForm(ActForm):
    """What the owner answers to a proposal."""

    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("accept", _("Accept: it is done at once")), ("refuse", _("Refuse"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Answer to who proposed it"), required=False, max_length=500,
        widget=forms.Textarea({"rows": 2}), help_text=_("Needed for a refusal."),
    )  # fmt: skip


def _typed(value: Any) -> str:
    return (
        {True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )


def _text(geometry: BaseGeometry) -> str:
    if geometry.geom_type == "Polygon" and len(geometry.interiors):  # type: ignore[attr-defined]  # a polygon
        return ""
    return as_text(mapping(shapely.force_2d(geometry)))


def _made(field: FieldOf, sight: Sight, value: Any) -> forms.Field:
    """Return the form's field for one of the register's."""
    label = in_language(field.name)
    help_text = in_language(field.note) if field.note else ""
    if field.unit:
        label = f"{label} ({field.unit})"
    common: dict[str, Any] = {"label": label, "required": field.required, "help_text": help_text}
    empty = [("", gettext("Not known"))]
    if field.type == "code":
        codes = [(code, in_language(name)) for code, name in sight.body.codes_of(field).items()]
        return forms.ChoiceField(choices=empty + codes, initial=value or "", **common)
    if field.type == "boolean":
        answers = [("true", gettext("Yes")), ("false", gettext("No"))]
        initial = "" if value is None else _typed(value)
        return forms.ChoiceField(choices=empty + answers, initial=initial, **common)
    most = field.longest if field.type == "text" else 500
    return forms.CharField(max_length=most, initial="" if value is None else value, **common)
