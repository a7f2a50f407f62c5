"""A chain of custody: each step holds the hash of the one before, so that a change shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

GENESIS = "0" * 64
SEPARATOR = "\x1f"


class Step(Protocol):
    """A step as it is kept."""

    number: int
    act: str
    at: datetime
    told: str
    previous: str
    sha256: str


def canonical(facts: Mapping[str, object]) -> str:
    """Return facts as JSON that is the same whoever writes it."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(previous: str, number: int, act: str, *, at: datetime, by: str, told: str) -> str:
    """Return the hash of a step; ``by`` is the key of who took it, empty for the system."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (previous, str(number), act, moment, by, told)
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()


def broken_at(steps: Iterable[tuple[Step, str]]) -> int | None:
    """Return the number of the first step that does not follow from the one before; None if all do.

    Args:
        steps: in order, each with the key of who took it.
    """
    before, due = GENESIS, 1
    for step, by in steps:
        found = link(before, step.number, step.act, at=step.at, by=by, told=step.told)
        if step.number != due or step.previous != before or step.sha256 != found:
            return due
        before, due = step.sha256, due + 1
    return None
