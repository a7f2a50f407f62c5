"""What a thing is looked up by: the street and house, or section and lot, that its values say."""

from collections.abc import Mapping
from dataclasses import dataclass

from shizheng.kernel.errors import DomainError
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.addresses import LONGEST, english_key, lot_parsed, parsed
from shizheng.places.domain.values import Value


@dataclass(frozen=True, slots=True)
class Lookup:
    """Street or section, the street in English, and house or lot as one number; None if none."""

    words: str | None = None
    english: str | None = None
    number: int | None = None


NOWHERE = Lookup()


def lookup_of(body: RegisterBody, values: Mapping[str, Value]) -> Lookup:
    """Return what a thing with these values is looked up by; nothing where it cannot be read."""
    wish = body.lookup
    if wish is None:
        return NOWHERE
    text = str(values.get(wish.field) or "")
    if not text:
        return NOWHERE
    if wish.kind == "lot":
        lot = lot_parsed(f"{text}{values.get(wish.number or '') or ''}")
        return Lookup(lot.section[:LONGEST], None, lot.number) if lot else NOWHERE
    try:
        address = parsed(text)
    except DomainError:
        return NOWHERE
    english = english_key(str(values.get(wish.english or "") or ""))
    return Lookup(address.street[:LONGEST], english and english[0][:LONGEST], address.house)
