"""What a process reads again and again and may believe for a second."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

FRESH_S = 1.0
"""So long a process believes what it read; what another process wrote counts by then."""
MOST = 50_000
"""So many answers are kept; then all are read anew, so that memory stays flat."""

Read = TypeVar("Read")
_all: list["Fresh[Any]"] = []


class Fresh(Generic[Read]):
    """Reads something, and gives it again to who asks within a second.

    Args:
        read: reads it; what comes of other arguments is kept apart, None is never kept.
        seconds: so long it is believed, where it costs much and a second is not needed.
    """

    def __init__(self, read: Callable[..., Read], seconds: float | None = None) -> None:
        self._read = read
        self._seconds = seconds
        self._known: dict[tuple[Hashable, ...], tuple[float, Read]] = {}
        _all.append(self)

    def __call__(self, *arguments: Hashable) -> Read:
        """Return it, as it was at most a second ago."""
        now = time.monotonic()
        known = self._known.get(arguments)
        if known is not None and now - known[0] <= (self._seconds or FRESH_S):
            return known[1]
        found = self._read(*arguments)
        if found is not None:
            self.keep(found, *arguments)
        return found

    def known(self, *arguments: Hashable) -> Read | None:
        """Return it if it was read within the second; None if it must be read."""
        kept = self._known.get(arguments)
        if kept is None or time.monotonic() - kept[0] > (self._seconds or FRESH_S):
            return None
        return kept[1]

    def keep(self, found: Read, *arguments: Hashable) -> None:
        """Keep what was read together with others, as if it had been asked for."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[arguments] = (time.monotonic(), found)

    def forget(self) -> None:
        """Read it anew at the next question, after this process changed it."""
        self._known.clear()


def forget_all() -> None:
    """Read everything anew at the next question."""
    for each in _all:
        each.forget()
