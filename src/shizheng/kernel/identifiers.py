"""Numbers that people quote (``AB-1090302-0017``) and keys that machines sort by time."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shizheng.kernel.dates import format_roc_compact, parse_date
from shizheng.kernel.errors import N_, DomainError

RANDOM_BYTES = 10
COUNTER_LIMIT = 1 << 12
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_NUMBER = re.compile(r"(?P<prefix>[A-Z][A-Z0-9]{0,7})-(?P<on>\d{7})-(?P<sequence>\d{4,12})")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc_]")


class NumberUnreadable(DomainError):
    """A text is not a public number (案號格式不符)."""

    code = "kernel.number_unreadable"
    message = N_("“{text}” is not a number of this office.")
    hint = N_("It looks like {example}: letters, a date of seven digits, at least four digits.")


class NumberDateImpossible(DomainError):
    """The date inside a public number does not exist (案號日期不存在)."""

    code = "kernel.number_date_impossible"
    message = N_("The middle part of “{text}” is not a day of the calendar.")
    hint = N_("It is the ROC year, month and day, such as 1090302 for 2 March 2020.")


@dataclass(frozen=True, slots=True, order=True)
class PublicNumber:
    """A number that residents quote (案號): the pack's prefix, the day, a count within the day.

    The count has at least four digits and grows: 9999 is followed by 10000.

    Raises:
        ValueError: a prefix that is not 1 to 8 capitals or digits, or a count below 1.
    """

    prefix: str
    on: date
    sequence: int

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(f"a prefix is a capital and up to 7 more, got {self.prefix!r}")
        if not 1 <= self.sequence < 10**12:
            raise ValueError(f"a count within the day is 1 or more, got {self.sequence}")

    def __str__(self) -> str:
        return f"{self.prefix}-{format_roc_compact(self.on)}-{self.sequence:04d}"


def parse_number(text: str) -> PublicNumber:
    """Read a public number as people type it: any case, width or dash, spaces around it.

    Raises:
        NumberUnreadable: it is not of that shape.
        NumberDateImpossible: its date does not exist.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text[:60])).strip().upper()
    found = _NUMBER.fullmatch(plain)
    if not found or not plain.isascii() or int(found["sequence"]) == 0:
        raise NumberUnreadable(text=text[:60], example="AB-1090302-0017")
    if len(found["sequence"]) > 4 and found["sequence"].startswith("0"):
        raise NumberUnreadable(text=text[:60], example="AB-1090302-0017")
    try:
        on = parse_date(found["on"])
    except DomainError as refusal:
        raise NumberDateImpossible(text=text) from refusal
    return PublicNumber(found["prefix"], on, int(found["sequence"]))


def uuid7(at_ms: int, randomness: bytes, counter: int | None = None) -> UUID:
    """Return a key that sorts by time: a UUID of version 7.

    Args:
        at_ms: milliseconds since 1970-01-01 UTC, 48 bits.
        randomness: 10 fresh random bytes.
        counter: place among the keys of the same millisecond, 0 to 4095; with it, keys of one
            millisecond sort by it, without it they sort by chance.

    Raises:
        ValueError: a figure out of its range.

    Source: RFC 9562, 5.7 and 6.2 method 1.
    """
    if not 0 <= at_ms < 1 << 48:
        raise ValueError(f"the moment must fit in 48 bits of milliseconds, got {at_ms}")
    if len(randomness) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed, got {len(randomness)}")
    if counter is not None and not 0 <= counter < COUNTER_LIMIT:
        raise ValueError(f"a counter is 0 to {COUNTER_LIMIT - 1}, got {counter}")
    chance = int.from_bytes(randomness)
    high = (chance >> 62) & 0xFFF if counter is None else counter
    low = chance & ((1 << 62) - 1)
    return UUID(int=at_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def uuid7_ms(key: UUID) -> int:
    """Return the milliseconds since 1970 that a version 7 key carries.

    Raises:
        ValueError: the key is of another version.
    """
    if key.version != 7:
        raise ValueError(f"a key of version 7 is needed, got version {key.version}")
    return key.int >> 80
