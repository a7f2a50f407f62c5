"""Work on many parts at once, each thread with a connection of its own (平行處理)."""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.db import connection

THREADS = 2
Part = TypeVar("Part")
Result = TypeVar("Result")


def each(
    work: Callable[[Part], Result], parts: Iterable[Part], *, threads: int = THREADS
) -> Iterator[Result]:
    """Do ``work`` on every part; yield what came of each, in no order.

    While the database works on one part, the next is thought about. SQLite lets one writer in at
    a time, and an open transaction is one connection's own: there, one part follows the other.
    The first failure is raised once the parts under way are done; the rest is left.
    """
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        yield from map(work, parts)
        return
    waiting: SimpleQueue[Part] = SimpleQueue()
    for part in parts:
        waiting.put(part)
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(_work_off, work, waiting) for _ in range(threads)]
        for found in done:
            yield from found.result()


def ahead(parts: Generator[Part]) -> Generator[Part]:
    """Yield parts that another thread makes, each while the caller works on the one before it.

    It must not ask the database: it would have a connection of its own, that sees nothing of what
    the caller has not kept yet. What fails there is raised here. Close it, or read to the end.
    """
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(_next, parts)
        try:
            while found := made.result():
                made = pool.submit(_next, parts)
                yield found[0]
        finally:
            pool.submit(parts.close)


def _next(parts: Generator[Part]) -> list[Part]:
    return [*islice(parts, 1)]


def _work_off(work: Callable[[Part], Result], waiting: "SimpleQueue[Part]") -> list[Result]:
    try:
        return [work(part) for part in _taken(waiting)]
    except BaseException:
        for _part in _taken(waiting):  # the others stop after what they are at
            pass
        raise
    finally:
        connection.close()


def _taken(waiting: "SimpleQueue[Part]") -> Iterator[Part]:
    """Yield what waits; between looking and taking another thread may have taken the last."""
    while True:
        try:
            part = waiting.get_nowait()
        except Empty:
            return
        yield part
