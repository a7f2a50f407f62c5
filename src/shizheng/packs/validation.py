"""Turns what Pydantic found into sentences that name the value and what is allowed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shizheng.packs.problems import Path, Problem, listed, nearest, problem_at
from shizheng.packs.tree import Companion, Document

_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,49}$": "1 to 50 lower-case letters, digits and underscores, a letter first",
    r"^#[0-9a-f]{6}$": "a colour such as #0b5cad",
    r"^[A-Z]{2,4}$": "two to four capital letters",
    r"^[0-9]{1,3}-[0-9]{1,4}$": "chapter-item, such as 30-15",
    r"^https?://[^\s]+$": "an address such as https://www.example.org",
}
Sentence = tuple[str, str]


def problems_of(
    error: ValidationError, kind: str, model: type[BaseModel], document: Document
) -> list[Problem]:
    """Return one problem for each thing Pydantic found in ``document``.

    A list that seems too short only because some of its entries are wrong is left out.
    """
    found = [each for each in error.errors() if not _is_long_enough(each)]
    return [_problem(details, kind, model, document) for details in found]


def _is_long_enough(details: ErrorDetails) -> bool:
    fewest = details.get("ctx", {}).get("min_length", 0)
    return details["type"] == "too_short" and len(details["input"]) >= fewest


_SHOWN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (type(None), lambda value: "nothing"),
    (date, lambda value: f"the date {value}"),
    (str, lambda value: f"“{value[:60]}{'…' * (len(value) > 60)}”"),
    (dict, lambda value: "a mapping"),
    ((list, tuple), lambda value: "a list"),
    (Companion, lambda value: f"!{value.role}"),
)


def shown(value: Any) -> str:
    """Return ``value`` as a message quotes it: what kind of thing it is, or what it says."""
    for types, words in _SHOWN:
        if isinstance(value, types):
            return words(value)
    return str(value)


def _problem(
    details: ErrorDetails, kind: str, model: type[BaseModel], document: Document
) -> Problem:
    path = _path(details, document)
    if details["type"] == "extra_forbidden":
        message, hint = _unknown_key(details, model)
    else:
        message, hint = _SENTENCES.get(details["type"], _otherwise)(details)
    top = next((part for part in path if isinstance(part, str)), "definition")
    return problem_at(document.place(path), path, message, f"pack.{kind}.{top}", hint)


def _path(details: ErrorDetails, document: Document) -> Path:
    """Return the path of the value as the file has it, without Pydantic's own steps."""
    path: Path = ()
    value = document.value
    for part in details["loc"]:
        is_key = isinstance(value, dict) and part in value
        if is_key or (isinstance(value, list) and isinstance(part, int)):
            path, value = (*path, part), value[part]
    if details["type"] == "missing":
        path = (*path, details["loc"][-1])
    elif details["loc"] and details["loc"][-1] == "[key]":
        path = path or details["loc"][:-1]
    return path


def known_keys(model: type[BaseModel]) -> list[str]:
    """Return the keys a definition may have, as a file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield every model inside a type: ``tuple[Agency, ...] | None`` holds ``Agency``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from inner_models(argument)


def _unknown_key(details: ErrorDetails, model: type[BaseModel]) -> Sentence:
    """Name the key that no model has, and the keys that the model at that place has."""
    *above, key = details["loc"]
    models: Iterable[type[BaseModel]] = [model]
    for part in above:
        fields = [
            field
            for each in models
            for name, field in each.model_fields.items()
            if (field.alias or name) == part
        ]
        if fields:
            models = [inner for field in fields for inner in inner_models(field.annotation)]
    keys = [key for each in models for key in known_keys(each)]
    hint = nearest(str(key), keys)
    return f"unknown key `{key}`.", hint or f"Known here: {listed(keys, 20)}."


def _got(details: ErrorDetails) -> str:
    return shown(details["input"])


def _missing(details: ErrorDetails) -> Sentence:
    return f"`{details['loc'][-1]}` is missing.", ""


def _text(details: ErrorDetails) -> Sentence:
    hint = "Put it in quotes." if isinstance(details["input"], int | float | date | bool) else ""
    return f"must be text, got {_got(details)}.", hint


def _bounds(word: str, key: str) -> Callable[[ErrorDetails], Sentence]:
    def sentence(details: ErrorDetails) -> Sentence:
        bound = details.get("ctx", {})[key]
        return f"must be {word.format(bound)}, got {_got(details)}.", ""

    return sentence


def _length(words: str, key: str) -> Callable[[ErrorDetails], Sentence]:
    def sentence(details: ErrorDetails) -> Sentence:
        bound = details.get("ctx", {})[key]
        return f"must have {bound} {words}, has {len(details['input'])}.", ""

    return sentence


def _simple(words: str) -> Callable[[ErrorDetails], Sentence]:
    def sentence(details: ErrorDetails) -> Sentence:
        return f"must be {words}, got {_got(details)}.", ""

    return sentence


def _choice(details: ErrorDetails) -> Sentence:
    expected = str(details.get("ctx", {})["expected"]).replace("'", "").replace(" or ", ", ")
    allowed = expected.split(", ")
    hint = nearest(str(details["input"]), allowed)
    one_of = f"one of {listed(allowed)}" if len(allowed) > 1 else allowed[0]
    return f"must be {one_of}, got {_got(details)}.", hint


def _pattern(details: ErrorDetails) -> Sentence:
    pattern = str(details.get("ctx", {})["pattern"])
    return f"must be {_PATTERNS.get(pattern, pattern)}; got {_got(details)}.", ""


def _custom(details: ErrorDetails) -> Sentence:
    context: Mapping[str, Any] = details.get("ctx", {})
    said = details["msg"]
    said = said if context else f"{said}, got {_got(details)}"
    return f"{said}.", ""


def _otherwise(details: ErrorDetails) -> Sentence:
    said = details["msg"]
    return f"{said[:1].lower()}{said[1:]}; got {_got(details)}.", ""


_DATE = _simple("a date such as 2020-01-31")
_WHOLE = _simple("a whole number")
_NUMBER = _simple("a number")
_DECIMAL = _simple("a number of at most 16 digits before the point and 4 after it")
_SENTENCES: dict[str, Callable[[ErrorDetails], Sentence]] = {
    "missing": _missing,
    "string_type": _text,
    "string_too_short": _simple("text that is not empty"),
    "string_too_long": _bounds("{} characters or fewer", "max_length"),
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "enum": _choice,
    "greater_than_equal": _bounds("{} or more", "ge"),
    "greater_than": _bounds("more than {}", "gt"),
    "less_than_equal": _bounds("{} or less", "le"),
    "less_than": _bounds("less than {}", "lt"),
    "too_short": _length("or more entries", "min_length"),
    "too_long": _length("or fewer entries", "max_length"),
    "decimal_type": _DECIMAL,
    "decimal_parsing": _DECIMAL,
    "decimal_max_digits": _DECIMAL,
    "decimal_max_places": _DECIMAL,
    "decimal_whole_digits": _DECIMAL,
    "finite_number": _NUMBER,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "tuple_type": _simple("a list"),
    "list_type": _simple("a list"),
    "dict_type": _simple("a mapping"),
    "model_type": _simple("a mapping of keys and values"),
    "model_attributes_type": _simple("a mapping of keys and values"),
    "dataclass_type": _simple("a file beside the definition, written `!file name`"),
    "is_instance_of": _simple("a file beside the definition, written `!file name`"),
    "bool": _custom,
    "int": _custom,
    "order": _custom,
}
