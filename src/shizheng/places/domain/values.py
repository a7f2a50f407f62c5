"""Values of fields as people and files give them, read by what a register says of each."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.definitions import FieldOf, RegisterBody
from shizheng.places.domain.errors import (
    FieldMissing,
    FieldOutOfRange,
    FieldUnknown,
    FieldUnreadable,
    KeyUnfit,
    StateUnknown,
)
from shizheng.places.domain.rules import MEASURED, broken

Value = str | int | float | bool | None
TRUE = frozenset({"true", "yes", "y", "1", "是", "有", "t"})
FALSE = frozenset({"false", "no", "n", "0", "否", "無", "f"})
EXPECTED = {
    "text": N_("text"),
    "link": N_("an address that begins with https://"),
    "integer": N_("a whole number"),
    "decimal": N_("a number"),
    "boolean": N_("yes or no"),
    "date": N_("a date such as 2020-01-31"),
    "code": N_("one of the values of its list"),
}
LARGEST = 2**53
MOST_KNOWN = 20_000


def read(field: FieldOf, body: RegisterBody, given: object) -> Value:
    """Return one value as it is kept: text, number, true or false, a code, a day as ISO text.

    Raises:
        FieldMissing, FieldUnreadable, FieldOutOfRange: it cannot be kept.
    """
    if isinstance(given, str):
        given = cleaned(given).strip()
    if given is None or given == "":
        if field.required:
            raise FieldMissing(field=dict(field.name))
        return None
    try:
        return _READERS[field.type](field, body, given)
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        raise FieldUnreadable(
            field=dict(field.name), expected=EXPECTED[field.type], value=str(given)[:60]
        ) from None


def _text(field: FieldOf, body: RegisterBody, given: object) -> str:
    text = str(given)
    if len(text) > field.longest or (field.pattern and not re.fullmatch(field.pattern, text)):
        raise ValueError
    return text


def _link(field: FieldOf, body: RegisterBody, given: object) -> str:
    text = str(given)
    if len(text) > 500 or not re.fullmatch(r"https?://[^\s<>\"']+", text):
        raise ValueError
    return text


def _number(given: object) -> Decimal:
    if isinstance(given, bool):
        raise ValueError
    number = Decimal(str(given).replace(",", "").strip())
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError
    return number


def _integer(field: FieldOf, body: RegisterBody, given: object) -> int:
    number = _number(given)
    if number != number.to_integral_value():
        raise ValueError
    return int(_ranged(field, number))


def _decimal(field: FieldOf, body: RegisterBody, given: object) -> float:
    return float(round(_ranged(field, _number(given)), field.places))


def _ranged(field: FieldOf, number: Decimal) -> Decimal:
    least, most = field.min, field.max
    below = least is not None and number < Decimal(str(least))
    if below or (most is not None and number > Decimal(str(most))):
        raise FieldOutOfRange(
            field=dict(field.name), value=str(number), unit=field.unit or "–",
            least="–" if least is None else f"{least:g}", most="–" if most is None else f"{most:g}",
        )  # fmt: skip
    return number


def _boolean(field: FieldOf, body: RegisterBody, given: object) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, int | float) and given in (0, 1):
        return bool(given)
    word = str(given).strip().casefold()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise ValueError


def _date(field: FieldOf, body: RegisterBody, given: object) -> str:
    if isinstance(given, date):
        return given.isoformat()[:10]
    return parse_date(str(given)).isoformat()


def _code(field: FieldOf, body: RegisterBody, given: object) -> str:
    codes, text = body.codes_of(field), str(given)
    if text in codes:
        return text
    for code, words in codes.items():
        if text in words.values():
            return code
    raise ValueError


_READERS: dict[str, Callable[[FieldOf, RegisterBody, object], Value]] = {
    "text": _text, "link": _link, "integer": _integer, "decimal": _decimal,
    "boolean": _boolean, "date": _date, "code": _code,
}  # fmt: skip


Read: TypeAlias = "Value | DomainError"


class Reader:
    """Reads the values of things of a register; in a file most stand many times, and are read once.

    It remembers ``MOST_KNOWN`` of each field at most.
    """

    def __init__(self, body: RegisterBody) -> None:
        self._body = body
        self._known: dict[str, dict[tuple[type, object], Read]] = {
            each.id: {} for each in body.fields
        }

    def all(self, given: Mapping[str, object]) -> tuple[dict[str, Value], list[DomainError]]:
        """Return the values of a thing by field, without those that are empty; what is wrong."""
        values: dict[str, Value] = {}
        problems = [*self.unknown(given)]
        for field in self._body.fields:
            (found,) = self.column(field, (given.get(field.id),))
            if isinstance(found, DomainError):
                problems.append(found)
            elif found is not None:
                values[field.id] = found
        return values, problems

    def unknown(self, given: Iterable[str]) -> Iterator[DomainError]:
        """Yield what is wrong with the names of fields that the register does not have."""
        for name in given:
            if name not in self._known:
                yield FieldUnknown(field=name, known=", ".join(self._known))

    def column(self, field: FieldOf, cells: Iterable[object]) -> list[Read]:
        """Return what each cell of a column says, or why it cannot be kept."""
        known = self._known[field.id]
        found: list[Read] = []
        for cell in cells:
            named = (cell.__class__, cell)
            try:
                found.append(known[named])
                continue
            except (KeyError, TypeError):  # a list has no hash
                read_now = _read_or_refused(field, self._body, cell)
            if isinstance(cell, str | int | float | None):
                if len(known) >= MOST_KNOWN:
                    known.clear()
                known[named] = read_now
            found.append(read_now)
        return found


def _read_or_refused(field: FieldOf, body: RegisterBody, given: object) -> Read:
    try:
        return read(field, body, given)
    except DomainError as problem:
        return problem


def given_to_rules(
    body: RegisterBody, values: Mapping[str, Value], state: str,
    length_m: float | None = None, area_m2: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return values as expressions read them: numbers exact, days as days, None where empty."""
    given: dict[str, Any] = {"state": state}
    for name, measure in zip(MEASURED, (length_m, area_m2), strict=True):
        given[name] = None if measure is None else Decimal(str(round(measure, 3)))
    for field in body.fields:
        value = values.get(field.id)
        if value is not None and field.type == "decimal":
            given[field.id] = Decimal(str(value))
        elif value is not None and field.type == "date":
            given[field.id] = date.fromisoformat(str(value))
        else:
            given[field.id] = value
    return given


def checked_key(body: RegisterBody, key: object) -> str:
    """Return a key as it is kept.

    Raises:
        KeyUnfit: it is not of the register's form.
    """
    text = cleaned(str(key if key is not None else "")).strip()
    if not 0 < len(text) <= 80 or not re.fullmatch(body.key.pattern, text):
        raise KeyUnfit(key=text[:80], example=body.key.example)
    return text


def checked_state(body: RegisterBody, state: object) -> str:
    """Return a state; the first where none is given.

    Raises:
        StateUnknown: the register has no such state.
    """
    if state is None or state == "":
        return body.states[0].id
    text = str(state)
    if body.state(text) is None:
        raise StateUnknown(state=text[:60], known=", ".join(each.id for each in body.states))
    return text


def examined(body: RegisterBody, given: Mapping[str, object]) -> Iterator[str]:
    """Yield the field or rule that refuses each wrong thing of an example in the pack."""
    fields = {**given}
    state = str(fields.pop("state", body.states[0].id))
    values: dict[str, Value] = {}
    yield from {*fields} - {each.id for each in body.fields}
    for field in body.fields:
        try:
            values[field.id] = read(field, body, fields.get(field.id))
        except DomainError:
            yield field.id
    for rule, _ in broken(body, given_to_rules(body, values, state)):
        if rule.severity == "refuse":
            yield rule.id
