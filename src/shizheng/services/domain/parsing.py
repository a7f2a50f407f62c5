"""Reading one answer: from a form, an API or a file, into the value that its kind has."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.national_identifiers.kinds import Kind, parse_identifier
from shizheng.kernel.text import cleaned, normalise
from shizheng.services.domain.errors import (
    AnswerNotOffered,
    AnswerOutOfRange,
    AnswerTooLong,
    AnswerUnfit,
    Fault,
)
from shizheng.services.schema.form import Field, FieldKind

LONGEST = {FieldKind.LONG_TEXT: 4_000, FieldKind.TEXT: 300, FieldKind.ADDRESS: 200}
_VERBATIM = frozenset({FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.ADDRESS})
"""Kept as written: wide 「，」 and the forms of characters in names are the person's own."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9()#\- ]{6,30}")
_TRUE = frozenset({"true", "on", "yes", "1", "是"})
_FALSE = frozenset({"false", "off", "no", "0", "否", ""})
_MOST_VERTICES = 500

Reader = Callable[[Field, Any], Any]


def read_answer(field: Field, raw: Any, *, choices: Sequence[str] = ()) -> Any:
    """Return the value of an answer; None (or an empty list) where nothing was answered.

    Args:
        raw: text as typed, or a JSON value.
        choices: ids that may be chosen, of a field that offers some.

    Raises:
        Fault: the answer does not fit the field; says why.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return () if field.kind is FieldKind.CHOICES else None
    if field.kind is FieldKind.CHOICE:
        return _chosen(field, _text(field, raw), choices)
    if field.kind is FieldKind.CHOICES:
        many = raw if isinstance(raw, list | tuple) else str(raw).split(",")
        found = [_chosen(field, _text(field, each), choices) for each in many if each != ""]
        return tuple(dict.fromkeys(found))
    return _READERS[field.kind](field, raw)


def _chosen(field: Field, answer: str, choices: Sequence[str]) -> str:
    if answer not in choices:
        raise AnswerNotOffered(value=answer[:60], choices=", ".join(choices[:20]))
    return answer


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str | int | float | Decimal) or isinstance(raw, bool):
        raise AnswerUnfit(value=str(raw)[:60], expected=N_("a text"))
    limit = field.max_length or LONGEST.get(field.kind, 300)
    text = str(raw)
    if len(text) > 4 * limit + 1_000:  # not worth looking at
        raise AnswerTooLong(length=len(text), limit=limit)
    text = (cleaned(text) if field.kind in _VERBATIM else normalise(text)).strip()
    if len(text) > limit:
        raise AnswerTooLong(length=len(text), limit=limit)
    return text


def _number(field: Field, raw: Any, expected: str) -> Decimal:
    text = _text(field, raw).replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not text.isascii() or not number.is_finite() or abs(number.adjusted()) > 15:
        raise AnswerUnfit(value=str(raw)[:60], expected=expected)
    if (field.min is not None and number < field.min) or (
        field.max is not None and number > field.max
    ):
        least = "-∞" if field.min is None else f"{field.min.normalize():f}"
        most = "∞" if field.max is None else f"{field.max.normalize():f}"
        raise AnswerOutOfRange(value=f"{number:f}", least=least, most=most)
    return number


def _integer(field: Field, raw: Any) -> int:
    number = _number(field, raw, N_("a whole number"))
    if number != number.to_integral_value():
        raise AnswerUnfit(value=str(raw)[:60], expected=N_("a whole number"))
    return int(number)


def _money(field: Field, raw: Any) -> int:
    amount = _integer(field, raw)
    if amount < 0:
        raise AnswerOutOfRange(value=amount, least=0, most="∞")
    return amount


def _date(field: Field, raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return parse_date(_text(field, raw))
    except Fault:
        raise
    except DomainError:
        raise AnswerUnfit(value=str(raw)[:60], expected=N_("a date such as 109-03-02")) from None


def _time(field: Field, raw: Any) -> str:
    try:
        return time.fromisoformat(_text(field, raw)).strftime("%H:%M")
    except ValueError:
        raise AnswerUnfit(value=str(raw)[:60], expected=N_("a time such as 14:30")) from None


def _moment(field: Field, raw: Any) -> datetime:
    try:
        found = raw if isinstance(raw, datetime) else datetime.fromisoformat(_text(field, raw))
    except ValueError:
        found = datetime.min
    if found.utcoffset() is None:
        expected = N_("a moment with its zone, such as 2020-03-02T14:30+08:00")
        raise AnswerUnfit(value=str(raw)[:60], expected=expected)
    return found


def _bool(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text not in _TRUE | _FALSE:
        raise AnswerUnfit(value=text[:60], expected=N_("yes or no"))
    return text in _TRUE


def _email(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise AnswerUnfit(value=text[:60], expected=N_("an e-mail address"))
    return text


def _phone(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if not _PHONE.fullmatch(text):
        raise AnswerUnfit(value=text[:60], expected=N_("a telephone number"))
    return text


def _geometry(field: Field, raw: Any) -> dict[str, Any]:
    """Return GeoJSON of the kind of the field; coordinates are longitude and latitude."""
    kind = {FieldKind.POINT: "Point", FieldKind.LINE: "LineString", FieldKind.POLYGON: "Polygon"}
    wanted = kind[field.kind]
    if not isinstance(raw, Mapping) or raw.get("type") != wanted:
        raise AnswerUnfit(value=str(raw)[:60], expected=f"GeoJSON {wanted}")
    coordinates = raw.get("coordinates")
    rings = coordinates if wanted == "Polygon" else [coordinates]
    points = [coordinates] if wanted == "Point" else [p for ring in rings or [] for p in ring or []]
    if not points or len(points) > _MOST_VERTICES or not all(map(_is_position, points)):
        expected = N_("a shape of longitude and latitude, with at most 500 points")
        raise AnswerUnfit(value=str(raw)[:60], expected=expected)
    return {"type": wanted, "coordinates": coordinates}


def _is_position(point: Any) -> bool:
    return (
        isinstance(point, list | tuple)
        and len(point) == 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in point)
        and abs(point[0]) <= 180
        and abs(point[1]) <= 90
    )


def _identifier(kind: Kind) -> Reader:
    def read(field: Field, raw: Any) -> str:
        text = _text(field, raw)
        try:
            return parse_identifier(kind, text)
        except DomainError as refusal:
            raise IdentifierWrong(refusal) from None

    return read


class IdentifierWrong(Fault):
    """An identifier fails its own rules (證號有誤); says what that rule said."""

    code = "services.answer.identifier"
    message = N_("{words}")

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(words=str(refusal))
        self.message = type(refusal).message  # type: ignore[misc]  # its own words, translated
        self.hint = type(refusal).hint  # type: ignore[misc]
        self.parameters = refusal.parameters


_READERS: Mapping[FieldKind, Reader] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.ADDRESS: _text,
    FieldKind.AREA: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: lambda field, raw: _number(field, raw, N_("a number")),
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.TIME: _time,
    FieldKind.MOMENT: _moment,
    FieldKind.BOOL: _bool,
    FieldKind.EMAIL: _email,
    FieldKind.PHONE: _phone,
    FieldKind.POINT: _geometry,
    FieldKind.LINE: _geometry,
    FieldKind.POLYGON: _geometry,
    FieldKind.TW_ID: _identifier(Kind.NATIONAL_ID),
    FieldKind.TW_RESIDENCE: _identifier(Kind.RESIDENCE_NUMBER),
    FieldKind.TW_BUSINESS: _identifier(Kind.BUSINESS_NUMBER),
    FieldKind.TW_PARCEL: _identifier(Kind.PARCEL_NUMBER),
}


def stored(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple | list):
        return [stored(each) for each in value]
    if isinstance(value, Mapping):
        return {key: stored(each) for key, each in value.items()}
    return value


def restored(field: Field, value: Any) -> Any:
    """Return what ``stored`` kept as the value that expressions read."""
    if value is None:
        return None
    if field.kind is FieldKind.DATE:
        return date.fromisoformat(value)
    if field.kind is FieldKind.MOMENT:
        return datetime.fromisoformat(value)
    if field.kind is FieldKind.DECIMAL:
        return Decimal(value)
    if field.kind is FieldKind.TABLE:
        columns = {each.id: each for each in field.columns}
        return tuple(
            {key: restored(columns[key], cell) for key, cell in row.items() if key in columns}
            for row in value
        )
    return tuple(value) if isinstance(value, list) else value
