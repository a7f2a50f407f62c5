"""A place as plain inputs, which the element ``location-field`` joins with a map."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from shizheng.core.locations.choices import district_choices, village_choices
from shizheng.core.locations.place import Place
from shizheng.core.locations.shapes import Kind, as_text

PARTS = ("address", "district", "village", "longitude", "latitude", "points")
LABELS = {
    "address": _("Address or description of the place"),
    "district": _("District"),
    "village": _("Village (if you know it)"),
    "longitude": _("Longitude"),
    "latitude": _("Latitude"),
    "points": _("Points, one a line: longitude, latitude"),
}


class LocationInput(forms.MultiWidget):
    """Address, district, village and coordinates; a map joins where the browser can draw one."""

    template_name = "components/location_field.html"
    use_fieldset = True

    def __init__(self, kind: Kind = Kind.POINT, attrs: dict[str, Any] | None = None) -> None:
        """Make the inputs that a place of this kind needs."""
        self.kind = kind
        number = {"class": "govuk-input", "inputmode": "decimal", "autocomplete": "off"}
        choose = {"class": "govuk-select"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "address": forms.TextInput({"class": "govuk-input", "maxlength": "200"}),
            "district": forms.Select(choose, CallableChoiceIterator(district_choices)),
            "village": forms.Select(choose, CallableChoiceIterator(village_choices)),
            "longitude": forms.TextInput(number),
            "latitude": forms.TextInput(number),
        }
        if kind is not Kind.POINT:
            widgets["points"] = forms.Textarea(
                {"class": "govuk-textarea", "rows": "5", "spellcheck": "false"}
            )
        super().__init__(widgets, attrs)

    def use_required_attribute(self, initial: Any) -> bool:
        """No single input is required: a point or an address will do."""
        return False

    def decompress(self, value: Place | Mapping[str, str] | None) -> list[str]:
        """Return the texts of the inputs for a place, or for what was typed."""
        texts = _texts(value) if isinstance(value, Place) else dict(value or {})
        return [texts.get(part, "") for part in self._parts()]

    def value_from_datadict(  # type: ignore[override]  # texts by name, as the field reads them
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> dict[str, str]:
        """Return what was typed, by the name of the part."""
        sent = super().value_from_datadict(data, files, name)
        return {part: (text or "").strip() for part, text in zip(self._parts(), sent, strict=True)}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add labels, the addresses that the map asks, and what lies under it."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["parts"] = dict(zip(self._parts(), widget["subwidgets"], strict=True))
        for part, shown in widget["parts"].items():
            shown["label"] = LABELS[part]
        widget["kind"] = self.kind.value
        widget["map"] = map_sources()
        return context

    def _parts(self) -> tuple[str, ...]:
        return PARTS[: len(self.widgets)]


class ShapeInput(forms.Textarea):
    """The points of a shape in one input, and a map to draw it where the browser can draw one."""

    template_name = "components/shape_field.html"

    def __init__(self, kind: Kind, attrs: dict[str, Any] | None = None) -> None:
        """Make the input for a point, a line or a polygon."""
        self.kind = kind
        rows = "1" if kind is Kind.POINT else "5"
        super().__init__({"rows": rows, "spellcheck": "false"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the addresses that the map asks, and what lies under it."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"kind": self.kind.value, "map": map_sources()}
        return context


def _texts(place: Place) -> dict[str, str]:
    return {
        "address": place.address,
        "district": place.district_code,
        "village": place.village_code,
        "longitude": "" if place.longitude is None else f"{place.longitude}",
        "latitude": "" if place.latitude is None else f"{place.latitude}",
        "points": as_text(place.geometry) if place.geometry else "",
    }


def map_sources() -> dict[str, str]:
    """Return where a map gets areas and places from, and the outside map under them if any."""
    return {
        "areas": reverse("map_areas"),
        "place": reverse("map_place"),
        "style": settings.MAP_STYLE,
        "tiles": settings.MAP_TILES,
        "credit": settings.MAP_CREDIT,
    }
