"""Readings of the past, as from a file of another office: when they came says nothing of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_past: ContextVar[bool] = ContextVar("readings_of_the_past", default=False)


@contextmanager
def of_the_past() -> Iterator[None]:
    """Take readings as history (補登歷史資料): neither late nor of a wrong clock for being old."""
    token = _past.set(True)
    try:
        yield
    finally:
        _past.reset(token)


def is_of_the_past() -> bool:
    """Whether what is being taken is history."""
    return _past.get()
