"""Writes docs/reference/definitions.md: every kind of definition and its keys, from the models.

Usage: python scripts/definitions_reference.py [check]

With ``check`` nothing is written; exit code 1 where the page is not what the models say.
"""

import inspect
import re
import sys
import types
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shizheng.packs.reading import every_kind
from shizheng.packs.schema import Body, FileRef, Ref, Words
from shizheng.packs.validation import inner_models

PAGE = Path(__file__).parents[1] / "docs/reference/definitions.md"
HEAD = """# Definitions

Every kind of definition that a pack may hold, and its keys. Made from the models by
`python scripts/definitions_reference.py`; do not edit by hand. How packs are written is told in
[Write a pack](../how-to/write-a-pack.md).

Every definition has `schema`, `id` (lower-case letters, digits, `_`) and may have `version` (1
unless given), `plan_items` (items it carries out) and `systems` (systems of the catalogue that it
implements). A key in **bold** must be given.
"""
PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    Decimal: "number",
    bool: "true or false",
    date: "date",
    datetime: "date and time",
    Any: "any value",
    Words: "text in each language",
    FileRef: "`!file`",
}


def main() -> int:
    """Write the page, or compare it."""
    page = written()
    if "check" not in sys.argv[1:]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page)
        return 0
    is_current = PAGE.exists() and PAGE.read_text() == page
    if not is_current:
        print(f"{PAGE} is not what the models say: run scripts/definitions_reference.py")
    return 0 if is_current else 1


def written() -> str:
    """Return the page."""
    return "\n".join(
        [HEAD, *(line for item in sorted(every_kind().items()) for line in _kind(*item))]
    )


def _kind(schema: str, model: type[Body]) -> Iterator[str]:
    times = "exactly one" if model.required else "at most one" if model.single else "any number"
    yield f"## {schema}\n\n{_doc(model)} A pack holds {times}.\n"
    yield from _keys(model, skip=set(Body.model_fields))
    yield ""
    seen: list[type[BaseModel]] = []
    _collect(model, seen)
    for part in seen:
        yield f"### {schema.partition('/')[0]}: {_spaced(part)}\n\n{_doc(part)}\n"
        yield from _keys(part, skip=set())
        yield ""


def _collect(model: type[BaseModel], seen: list[type[BaseModel]]) -> None:
    """List the parts of a model, each once, in the order of the keys."""
    for field in model.model_fields.values():
        for part in inner_models(field.annotation):
            if part not in seen:
                seen.append(part)
                _collect(part, seen)


def _keys(model: type[BaseModel], skip: set[str]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name in skip:
            continue
        key = f"`{field.alias or name}`"
        shown = f"**{key}**" if field.is_required() else key
        yield f"- {shown}: {_words(field.annotation)}{_default(field)}"


def _default(field: FieldInfo) -> str:
    if field.is_required() or field.default in (None, (), {}):
        return ""
    if isinstance(field.default, BaseModel):  # its own keys say what holds unless given
        return ""
    value = field.default
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return f"; `{str(value).lower() if isinstance(value, bool) else value}` unless given"


def _words(annotation: Any) -> str:
    """Return a type in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_words(each) for each in arguments if each is not type(None))
    if origin is dict:
        return f"{_words(arguments[1])}, each by its key"
    if origin is tuple:
        return f"list of {_words(arguments[0])}"
    if origin is Literal:
        values = (str(each).lower() if isinstance(each, bool) else each for each in arguments)
        return ", ".join(f"`{value}`" for value in values)
    if hasattr(annotation, "__metadata__"):
        return _words(annotation.__origin__)
    return _word(annotation)


def _word(kind: Any) -> str:
    if kind in PLAIN:
        return PLAIN[kind]
    if issubclass(kind, Ref):
        thing = kind.namespace.replace("_", " ")
        return f"id of {'an' if thing[0] in 'aeiou' else 'a'} {thing}"
    if issubclass(kind, Enum):
        return ", ".join(f"`{each.value}`" for each in kind)
    return f"*{_spaced(kind)}*"


def _spaced(model: type) -> str:
    """Return ``MarkedDay`` as “marked day”."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()


def _doc(model: type) -> str:
    return " ".join((inspect.getdoc(model) or "").replace("``", "`").split())


if __name__ == "__main__":
    sys.exit(main())
