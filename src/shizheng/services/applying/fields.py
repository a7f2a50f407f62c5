"""Form fields for every kind of field of a definition: they take what was typed and judge nothing.

What is right is said by ``domain.answers`` alone, for pages, API and files alike. A field here
only turns what a browser sends into what that reads.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import DateParts, as_error
from shizheng.core.locations import place as places
from shizheng.core.locations.choices import district_choices, village_choices
from shizheng.core.locations.fields import LineField, PlaceField, PolygonField
from shizheng.core.locations.shapes import Kind, as_geojson, positions_of
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.services.applying.widgets import (
    Checkboxes,
    FilesInput,
    MomentParts,
    Radios,
    RowsInput,
    UnitInput,
)
from shizheng.services.domain.answers import choices_of
from shizheng.services.domain.names import Vocabulary
from shizheng.services.schema.form import Field, FieldKind

MOST_RADIOS = 7
SHORT_TEXT = 60
Choices = Sequence[tuple[str, Any]]


class RawField(forms.Field):
    """A field whose value is what was typed; ``required`` is for the eye alone."""

    def validate(self, value: Any) -> None:
        """Leave judging to the domain."""

    def clean(self, value: Any) -> Any:
        """Return the value as it is read by ``domain.answers``."""
        return self.to_python(value)


class MomentField(RawField):
    """A date and a time of day (時刻) in the zone of the office."""

    widget = MomentParts

    def to_python(self, value: Any) -> Any:
        """Return the moment in ISO form with its zone.

        Raises:
            ValidationError: no date, or no time of day.
        """
        text = str(value or "").strip()
        if not text:
            return None
        day, _space, clock = text.partition(" ")
        try:
            found = datetime.combine(parse_date(day), time.fromisoformat(clock))
        except DomainError as refusal:
            raise as_error(refusal) from None
        except ValueError:
            raise ValidationError(gettext("Give the time of day, such as 14:30.")) from None
        return found.replace(tzinfo=timezone.get_default_timezone()).isoformat()

    def prepare_value(self, value: Any) -> Any:
        """Return the moment as it is typed."""
        if isinstance(value, str) and "T" in value:
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            local = timezone.localtime(value)
            parts = DateParts().decompress(local.date())
            return f"{'-'.join(parts)} {local:%H:%M}"
        return value


class _Shape:
    """Turns a place into GeoJSON and back, for a field that asks for a shape and no address."""

    kind: Kind

    def clean(self, value: Any) -> Any:
        found = super().clean(value)  # type: ignore[misc]  # of PlaceField, its other parent
        if found is None:
            return None
        if found.longitude is None:
            raise ValidationError(gettext("Mark the place on the map, or give its coordinates."))
        if found.geometry:
            return found.geometry
        return as_geojson([(found.longitude, found.latitude)], Kind.POINT)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping) or "type" not in value:
            return value
        points = positions_of(value)
        first = points[0]
        return places.Place(*first, geometry=None if self.kind is Kind.POINT else value)

    def validate(self, value: Any) -> None:
        pass


class PointAnswer(_Shape, PlaceField):
    """A point."""


class LineAnswer(_Shape, LineField):
    """A line."""


class PolygonAnswer(_Shape, PolygonField):
    """A polygon."""


class RowsField(RawField):
    """Repeated rows (多筆); the form fills in the rows."""

    widget = RowsInput


class FilesField(RawField):
    """Files (檔案); those kept already count too."""

    def to_python(self, value: Any) -> Any:
        """Return the files that came with this form."""
        return [each for each in value or [] if each]

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what came."""
        return data


Maker = Callable[[Field], forms.Field]


def _text(autocomplete: str = "off", kind: str = "text", **attrs: Any) -> Maker:
    def make(field: Field) -> forms.Field:
        widget = forms.TextInput({"type": kind, "autocomplete": autocomplete, **attrs})
        widget.input_type = kind
        return RawField(widget=widget)

    return make


def _long_text(field: Field) -> forms.Field:
    return RawField(widget=forms.Textarea({"rows": 5}))


def _number(mode: str) -> Maker:
    def make(field: Field) -> forms.Field:
        attrs = {"inputmode": mode, "autocomplete": "off", "class": "govuk-input--width-10"}
        unit = in_language(field.unit)
        if field.kind is FieldKind.MONEY and not unit:
            unit = gettext("NTD")
        return RawField(widget=UnitInput(unit, attrs) if unit else forms.TextInput(attrs))

    return make


def _date(field: Field) -> forms.Field:
    return RawField(widget=DateParts())


def _time(field: Field) -> forms.Field:
    widget = forms.TextInput({"class": "govuk-input--width-10"})
    widget.input_type = "time"
    return RawField(widget=widget)


def _bool(field: Field) -> forms.Field:
    return RawField(widget=forms.CheckboxInput())


def _area(field: Field) -> forms.Field:
    groups: Choices = [
        *district_choices(),
        *((gettext("Villages of {district}").format(district=name), villages)
          for name, villages in village_choices()[1:]),
    ]  # fmt: skip
    return RawField(widget=forms.Select(choices=groups))


_MAKERS: Mapping[FieldKind, Maker] = {
    FieldKind.TEXT: _text(),
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.INTEGER: _number("numeric"),
    FieldKind.DECIMAL: _number("decimal"),
    FieldKind.MONEY: _number("numeric"),
    FieldKind.DATE: _date,
    FieldKind.TIME: _time,
    FieldKind.MOMENT: lambda field: MomentField(),
    FieldKind.BOOL: _bool,
    FieldKind.EMAIL: _text("email", "email", spellcheck="false"),
    FieldKind.PHONE: _text("tel", "tel"),
    FieldKind.ADDRESS: _text("street-address"),
    FieldKind.AREA: _area,
    FieldKind.POINT: lambda field: PointAnswer(),
    FieldKind.LINE: lambda field: LineAnswer(),
    FieldKind.POLYGON: lambda field: PolygonAnswer(),
    FieldKind.TABLE: lambda field: RowsField(),
    FieldKind.TW_ID: _text(spellcheck="false", autocapitalize="characters"),
    FieldKind.TW_RESIDENCE: _text(spellcheck="false", autocapitalize="characters"),
    FieldKind.TW_BUSINESS: _text(inputmode="numeric"),
    FieldKind.TW_PARCEL: _text(inputmode="numeric"),
}


def form_field(
    field: Field,
    vocabulary: Vocabulary,
    *,
    is_required: bool,
    kept: Sequence[Any] = (),
    offered: Choices | None = None,
) -> forms.Field:
    """Return the form field for a field of a definition, in the language of the moment.

    Args:
        is_required: as it stands under the answers so far.
        kept: files that are there already, each with ``name``, ``size`` and ``key``.
        offered: choices that take the place of the definition's own.
    """
    if offered is not None:
        made: forms.Field = RawField(widget=forms.Select(choices=[("", ""), *offered]))
    elif field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        made = _choice(field, vocabulary, is_required=is_required)
    elif field.kind is FieldKind.FILE:
        made = _files(field, kept)
    else:
        made = _MAKERS[field.kind](field)
    made.label = in_language(field.label)
    made.help_text = in_language(field.help) or _hint(field)
    made.required = is_required or field.kind is FieldKind.BOOL
    made.widget.is_required = False
    return made


def _choice(field: Field, vocabulary: Vocabulary, *, is_required: bool) -> forms.Field:
    pairs = [(key, in_language(words)) for key, words in choices_of(field, vocabulary).items()]
    hints = {option.id: in_language(option.help) for option in field.options if option.help}
    widget: forms.Widget
    if field.kind is FieldKind.CHOICES:
        widget = Checkboxes(hints)
    elif len(pairs) > MOST_RADIOS:
        widget, pairs = forms.Select(), [("", ""), *pairs]
    else:
        widget = Radios(hints)
        if not is_required:
            pairs.append(("", gettext("No answer")))
    widget.choices = pairs
    return RawField(widget=widget)


def _files(field: Field, kept: Sequence[Any]) -> forms.Field:
    limits = gettext("{kinds}; up to {count} files, each up to {size} MB").format(
        kinds=", ".join(field.accept), count=field.max_files, size=field.max_mb
    )
    attrs = {"accept": ",".join(f".{kind}" for kind in accepted(field.accept))}
    if field.max_files > 1:
        attrs["multiple"] = "multiple"
    return FilesField(widget=FilesInput(kept, limits, attrs))


def accepted(kinds: Sequence[str]) -> list[str]:
    """Return the suffixes of the kinds that a file field takes."""
    return [*kinds, *(["jpeg"] if "jpg" in kinds else [])]


_HINTS = {
    FieldKind.TW_ID: _("One letter and nine digits, such as A123456789."),
    FieldKind.TW_RESIDENCE: _("Two letters and eight digits, or one letter and nine digits."),
    FieldKind.TW_BUSINESS: _("Eight digits."),
    FieldKind.TW_PARCEL: _("Eight digits: four for the parcel, four for its part; or 123-4."),
}


def _hint(field: Field) -> str:
    return str(_HINTS.get(field.kind, ""))


def shown_value(field: Field, value: Any) -> Any:
    """Return a stored answer as its control shows it: dates as dates, so that their years fit."""
    if field.kind is FieldKind.DATE and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
