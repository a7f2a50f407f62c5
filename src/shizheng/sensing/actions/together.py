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
    waits: threading.Lock
    found: Found | None = None
    problem: Exception | None = None


class Together(Generic[Row, Found]):
    """Takes what comes in several threads at once.

    One thread leads: it takes what waits, wakes each whose message was taken, and hands the lead
    to the next that still waits. So who is done answers at once, and only who leads stands in line
    with other processes.

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
        self._is_led = False

    def taken(self, rows: Sequence[Row], by: Gateway, at: datetime) -> Found:
        """Take readings, together with what waits of the same gateway, and say what became of them.

        Raises:
            Exception: what taking these raises.
        """
        mine: _Message[Row, Found] = _Message(rows, by, at, threading.Lock())
        with self._lock:
            leads, self._is_led = not self._is_led, True
            if not leads:
                mine.waits.acquire()
                self._waiting.append(mine)
        if not leads:
            mine.waits.acquire()  # until it was taken, or until the lead came here
        if mine.found is None and mine.problem is None:
            self._lead(mine)
        if mine.found is None:
            raise mine.problem or RuntimeError("nothing became of it")
        return mine.found

    def _lead(self, mine: _Message[Row, Found]) -> None:
        others: list[_Message[Row, Found]] = []
        try:
            with turn():
                others = self._beside(mine)
                self._take([mine, *others])
        finally:
            with self._lock:
                self._is_led = bool(self._waiting)
                if self._waiting:
                    others.append(self._waiting.popleft())
            for each in others:
                each.waits.release()

    def _beside(self, mine: _Message[Row, Found]) -> list[_Message[Row, Found]]:
        """Return what waits beside a message of the same gateway; it is in the line no more."""
        with self._lock:
            some, left, count = [], deque[_Message[Row, Found]](), len(mine.rows)
            for each in self._waiting:
                if each.by.pk == mine.by.pk and count + len(each.rows) <= MOST:
                    some.append(each)
                    count += len(each.rows)
                else:
                    left.append(each)
            self._waiting = left
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
