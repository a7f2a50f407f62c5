"""Form fields that give a place: a point, a line or a polygon."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shizheng.core.areas import CoordinatesUnfit
from shizheng.core.forms import as_error
from shizheng.core.locations.place import Place, place_at, place_by_address, refuse_unknown_areas
from shizheng.core.locations.shapes import Kind, read_shape
from shizheng.core.locations.widgets import LocationInput
from shizheng.kernel.errors import DomainError
from shizheng.kernel.geodesy import Position

ADDRESS_LIMIT = 200
DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,20})?")


class PlaceField(forms.Field):
    """A place (地點); gives a ``Place``, or None where nothing is given and nothing is required."""

    kind: ClassVar[Kind] = Kind.POINT
    default_error_messages = {
        "required": _("Mark the place on the map, or give its address and district."),
        "half": _("Give both longitude and latitude, or neither."),
        "district": _("Without a point on the map the district is needed: choose it."),
        "address": _("Without a point on the map the address is needed: write where it is."),
        "long": _("The address is longer than 200 characters."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": LocationInput(self.kind)} | options)

    def to_python(self, value: Place | Mapping[str, str] | None) -> Place | None:
        """Return the place; the point decides over what was chosen from the lists.

        Raises:
            ValidationError: no place by the rules of ``core.locations``; the error says why.
        """
        if value is None or isinstance(value, Place):
            return value
        if not any(value.values()):
            return None
        if len(value.get("address", "")) > ADDRESS_LIMIT:
            raise self._error("long")
        try:
            return self._place(value)
        except DomainError as refusal:
            raise as_error(refusal) from None

    def _place(self, value: Mapping[str, str]) -> Place:
        points = self._points(value)
        if points is None:
            return self._by_address(value)
        today = timezone.localdate()
        place = place_at(points, self.kind, address=value.get("address", ""), on=today)
        district, village = value.get("district", ""), value.get("village", "")
        if place.district_code or not district:
            return place
        refuse_unknown_areas(district, village, on=today)  # borders unknown: the choice counts
        return replace(place, district_code=district, village_code=village)

    def _points(self, value: Mapping[str, str]) -> tuple[Position, ...] | None:
        longitude, latitude = value.get("longitude", ""), value.get("latitude", "")
        if not longitude and not latitude:
            return None
        if not longitude or not latitude:
            raise self._error("half")
        return ((_degrees(longitude, value), _degrees(latitude, value)),)

    def _by_address(self, value: Mapping[str, str]) -> Place:
        district, address = value.get("district", ""), value.get("address", "")
        if not district:
            raise self._error("district")
        if not address:
            raise self._error("address")
        return place_by_address(
            address=address,
            district_code=district,
            village_code=value.get("village", ""),
            on=timezone.localdate(),
        )

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare places, not how they are written."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class ShapeField(PlaceField):
    """A line or polygon; an address alone does not say where it runs."""

    def _points(self, value: Mapping[str, str]) -> tuple[Position, ...]:
        text = value.get("points", "")
        if not text:
            raise self._error("required")
        return read_shape(text, self.kind)


class LineField(ShapeField):
    """A line such as a stretch of road (路段); gives a ``Place`` with its length."""

    kind = Kind.LINE
    default_error_messages = {
        "required": _("Draw the line on the map, or write its points below it."),
    }


class PolygonField(ShapeField):
    """A polygon such as a site (範圍); gives a ``Place`` with its area."""

    kind = Kind.POLYGON
    default_error_messages = {
        "required": _("Draw the border on the map, or write its points below it."),
    }


def _degrees(text: str, value: Mapping[str, str]) -> float:
    """Return a number as people type it, wide digits too.

    Raises:
        CoordinatesUnfit: anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not DECIMAL.fullmatch(plain):
        raise CoordinatesUnfit(
            number=1, x=value.get("longitude", "")[:20], y=value.get("latitude", "")[:20]
        )
    return float(plain)
