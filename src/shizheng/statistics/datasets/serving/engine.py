"""One DuckDB for all questions of a process: files only, bounded memory and time."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from shizheng.statistics.datasets.domain.errors import TookTooLong
from shizheng.statistics.datasets.reading.workshop import CLOSED, shut

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"
LIMIT_S = 10
_known: dict[tuple[int, str], "DuckDBPyConnection"] = {}
_making = threading.Lock()


@contextmanager
def asking(limit_s: float = LIMIT_S) -> Iterator["DuckDBPyConnection"]:
    """Yield a cursor whose questions are stopped after some seconds.

    Raises:
        TookTooLong: they were.
    """
    import duckdb

    cursor = _engine().cursor()
    alarm = threading.Timer(limit_s, cursor.interrupt)
    alarm.daemon = True
    alarm.start()
    try:
        yield cursor
    except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
        raise TookTooLong(limit=limit_s) from error
    finally:
        alarm.cancel()
        cursor.close()


def _engine() -> "DuckDBPyConnection":
    """Return this process's database; a forked one makes its own."""
    import duckdb

    known = (os.getpid(), str(settings.MEDIA_ROOT))
    with _making:
        if known not in _known:
            connection = duckdb.connect(config={**CLOSED, "memory_limit": MEMORY})
            connection.execute("SET parquet_metadata_cache = true")
            shut(connection, [Path(settings.MEDIA_ROOT)])
            _known[known] = connection
        return _known[known]
