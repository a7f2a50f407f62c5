"""Searching the catalogue as CKAN's clients ask: words, field:value, facets, order, pages."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.core.words import in_language
from shizheng.kernel.text import fold
from shizheng.statistics.published.catalogue.entries import Entry
from shizheng.statistics.published.ckan.errors import SearchUnreadable
from shizheng.statistics.published.ckan.packages import group, identifier, organization, tags_of

ANY = "*"
PART = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<field>[A-Za-z_*]+):)?"
    r'(?:"(?P<phrase>[^"]*)"|\((?P<several>[^()]*)\)|(?P<word>[^\s()":]+))(?:\s+|$)'
)
ALTERNATIVE = re.compile(r'"([^"]*)"|([^\s"]+)')
JOINS = frozenset({"AND", "&&"})
Read = Callable[[Entry], Sequence[str]]


def _titles(entry: Entry) -> list[str]:
    return list(entry.title.values())


def _texts(entry: Entry) -> list[str]:
    return [
        entry.code,
        *_titles(entry),
        *entry.description.values(),
        *tags_of(entry),
        *entry.owner.name.values(),
    ]


FIELDS: Mapping[str, Read] = {
    "id": lambda entry: [identifier(entry)],
    "name": lambda entry: [entry.code],
    "title": _titles,
    "notes": lambda entry: list(entry.description.values()),
    "text": _texts,
    "tags": tags_of,
    "organization": lambda entry: [entry.owner.code],
    "owner_org": lambda entry: [entry.owner.code],
    "groups": lambda entry: [entry.theme.lower()],
    "res_format": lambda entry: entry.formats,
    "license_id": lambda entry: [entry.licence.id],
    "type": lambda entry: ["dataset"],
    "dataset_type": lambda entry: ["dataset"],
    "state": lambda entry: ["active"],
    "private": lambda entry: ["false"],
    "frequency": lambda entry: [entry.frequency],
    "kind": lambda entry: [entry.kind],
}
WITHIN = frozenset({"title", "notes", "text"})
"""Fields in which a word may stand anywhere; of all others it is the whole value."""
ORDERS: Mapping[str, Callable[[Entry], Any]] = {
    "name": lambda entry: entry.code,
    "title": lambda entry: in_language(entry.title),
    "title_string": lambda entry: in_language(entry.title),
    "metadata_modified": lambda entry: entry.newest.released_at,
    "metadata_created": lambda entry: entry.issued_at,
    "score": lambda entry: 0,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One part of a search: a field has, or has not, one of these values."""

    field: str
    values: tuple[str, ...]
    is_wanted: bool = True

    def holds(self, entry: Entry) -> bool:
        """Whether an entry meets it."""
        texts = [fold(text) for text in FIELDS[self.field](entry)]
        found = any(self._is_met(value, texts) for value in self.values)
        return found == self.is_wanted

    def _is_met(self, value: str, texts: Iterable[str]) -> bool:
        if value == ANY:
            return True
        if value.endswith(ANY):
            return any(text.startswith(value[:-1]) for text in texts)
        if self.field in WITHIN:
            return any(value in text for text in texts)
        return value in texts


def conditions(text: str) -> list[Condition]:
    """Read a search.

    Raises:
        SearchUnreadable: a field that there is not, or signs that do not belong together.
    """
    found: list[Condition] = []
    place, text = 0, text.strip()
    while place < len(text):
        part = PART.match(text, place)
        field = part["field"] if part else None
        if part is None or (field not in (None, ANY) and field not in FIELDS):
            shown = text[place : place + 40]
            raise SearchUnreadable(part=shown, fields=", ".join(sorted(FIELDS)))
        place = part.end()
        if part["word"] in JOINS and field is None:
            continue
        name = field if field and field != ANY else "text"
        found.append(Condition(name, _values(part), part["sign"] != "-"))
    return found


def _values(part: re.Match[str]) -> tuple[str, ...]:
    if part["several"] is None:
        return (fold(part["phrase"] if part["phrase"] is not None else part["word"]),)
    several = ALTERNATIVE.findall(part["several"])
    return tuple(fold(phrase or word) for phrase, word in several if word != "OR") or ("",)


def matching(entries: Iterable[Entry], *searches: str) -> list[Entry]:
    """Return the entries that meet every search.

    Raises:
        SearchUnreadable: a search cannot be read.
    """
    wanted = [condition for text in searches for condition in conditions(text)]
    return [entry for entry in entries if all(each.holds(entry) for each in wanted)]


def ordered(entries: Iterable[Entry], sort: str) -> list[Entry]:
    """Return entries in an order such as ``metadata_modified desc, name asc``.

    Raises:
        SearchUnreadable: no such order.
    """
    found = list(entries)
    for part in reversed([each.split() for each in sort.split(",") if each.strip()]):
        name, direction = part[0], part[-1].lower() if len(part) > 1 else "asc"
        if name not in ORDERS or direction not in ("asc", "desc") or len(part) > 2:
            raise SearchUnreadable(part=" ".join(part)[:40], fields=", ".join(ORDERS))
        found.sort(key=ORDERS[name], reverse=direction == "desc")
    return found


def facets(entries: Sequence[Entry], fields: Iterable[str], most: int) -> dict[str, Any]:
    """Return for each field how many entries have which value, the most frequent first.

    Raises:
        SearchUnreadable: no such field.
    """
    found = {}
    for field in fields:
        if field not in FIELDS:
            raise SearchUnreadable(part=field[:40], fields=", ".join(sorted(FIELDS)))
        counts = Counter(value for entry in entries for value in set(FIELDS[field](entry)))
        names = _names(field, entries)
        items = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        found[field] = {
            "title": field,
            "items": [
                {"name": value, "display_name": names.get(value, value), "count": count}
                for value, count in items[: most if most >= 0 else None]
            ],
        }
    return found


def _names(field: str, entries: Iterable[Entry]) -> dict[str, str]:
    if field in ("organization", "owner_org"):
        owners = [organization(entry.owner) for entry in entries]
        return {each["name"]: each["title"] for each in owners}
    if field == "groups":
        themes = [group(entry.theme) for entry in entries]
        return {each["name"]: each["title"] for each in themes}
    return {}
