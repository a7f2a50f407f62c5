"""Readings that several requests bring at the same time are taken in one transaction.

Who comes while another's transaction runs waits for its end anyhow; what has come until then goes
in together, and each is answered after the commit. A message that cannot be taken does not hold up
the others: then each is taken by itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shizheng.sensing.models import Gateway
from shizheng.sensing.store.turns import turn

MOST = 20_000
"""So many readings at most go into one transaction of several messages."""
Row = TypeVar("Row")
Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class _Message(Generic[Row, Found]):
    rows: Sequence[Row]
    by: Gateway
    at: datetime
    found: Found | None = None
    problem: Exception | None = None


class Together(Generic[Row, Found]):
    """Takes what comes in several threads at once.

    Args:
        record: takes readings of a gateway, in a transaction of its own.
        part: returns what became of some of them, from the first to before the last.
    """

    def __init__(
        self,
        record: Callable[[Sequence[Row], Gateway, datetime], Found],
        part: Callable[[Found, int, int], Found],
    ) -> None:
        self._record, self._part = record, part
        self._lock = threading.Lock()
        self._waiting: deque[_Message[Row, Found]] = deque()

    def taken(self, rows: Sequence[Row], by: Gateway, at: datetime) -> Found:
        """Take readings, together with what waits of the same gateway, and say what became of them.

        Raises:
            Exception: what taking these raises.
        """
        mine: _Message[Row, Found] = _Message(rows, by, at)
        with self._lock:
            self._waiting.append(mine)
        with turn():
            if mine.found is None and mine.problem is None:
                self._take(self._with(mine))
        if mine.found is None:
            raise mine.problem or RuntimeError("nothing became of it")
        return mine.found

    def _with(self, mine: _Message[Row, Found]) -> list[_Message[Row, Found]]:
        """Return a message and what waits beside it of the same gateway; they wait no more."""
        with self._lock:
            some, count = [mine], len(mine.rows)
            for each in self._waiting:
                fits = count + len(each.rows) <= MOST
                if each is not mine and each.by.pk == mine.by.pk and fits:
                    some.append(each)
                    count += len(each.rows)
            gone = {id(each) for each in some}
            self._waiting = deque(each for each in self._waiting if id(each) not in gone)
        return some

    def _take(self, some: Sequence[_Message[Row, Found]]) -> None:
        rows = [row for each in some for row in each.rows]
        try:
            found = self._record(rows, some[0].by, max(each.at for each in some))
        except Exception as problem:
            if len(some) == 1:
                some[0].problem = problem
                return
            for each in some:
                self._take([each])
            return
        first = 0
        for each in some:
            last = first + len(each.rows)
            each.found = self._part(found, first, last) if len(some) > 1 else found
            first = last
