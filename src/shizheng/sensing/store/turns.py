"""Who writes many readings waits for its turn, where a database has one writer.

SQLite lets who finds it locked sleep and try again, a tenth of a second apart in the end, and who
comes by chance in between goes first: under load some wait for seconds. Here they stand in line: by
a lock within a process, by a locked file between processes, which a killed one lets go.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

_here = threading.Lock()
_files: dict[int, int] = {}


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn; within a transaction nothing is waited for, since others wait for it."""
    if connection.in_atomic_block:
        yield
        return
    with _here:
        file = _file()
        if file is None:
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _file() -> int | None:
    """Return the file by which processes stand in line; None where the database is a server."""
    if connection.vendor != "sqlite" or "memory" in str(connection.settings_dict["NAME"]):
        return None
    process = os.getpid()
    if process not in _files:  # what was opened before a fork would be locked by both at once
        _files.clear()
        _files[process] = os.open(settings.HOME / "writers.lock", os.O_CREAT | os.O_RDWR, 0o600)
    return _files[process]
