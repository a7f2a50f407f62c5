"""Filling in the words of a notice: a closed list of places, nothing else is replaced."""

import re
from collections.abc import Iterator, Mapping

PLACES = frozenset({
    "number", "service", "state", "agency", "due", "opened", "closed", "link", "name", "city",
    "note", "outcome", "amount", "account", "code", "review", "document", "expires", "telephone",
    "crew", "address", "linked", "changes", "reason",
    "reply", "subject", "authority",
})  # fmt: skip
_PLACE = re.compile(r"\{([a-z_]+)\}")


def unknown_places(text: str) -> Iterator[str]:
    """Yield the places of a template that no notice fills in."""
    yield from (name for name in _PLACE.findall(text) if name not in PLACES)


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return a template's text with its places filled in; a place without a value is empty.

    A value is never read as a template itself.
    """
    return _PLACE.sub(lambda found: str(values.get(found[1], "") or ""), text)
