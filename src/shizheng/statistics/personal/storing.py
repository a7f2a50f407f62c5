"""Where the ZIPs of copies lie: a folder of their own, each under the key of its copy."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shizheng.statistics.models import DataCopy

FOLDER, ENDING = "personal-copies", ".zip"
PIECES_KEPT = 24 * 3600


def path_of(copy: DataCopy) -> Path:
    """Return where the ZIP of a copy lies."""
    return _folder() / f"{copy.pk}{ENDING}"


def put(copy: DataCopy, content: bytes) -> None:
    """Put a ZIP in its place, whole or not at all; once more does no harm.

    Readable by this program's account alone.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path_of(copy))
    finally:
        Path(temporary).unlink(missing_ok=True)


def copies_kept() -> Iterator[Path]:
    """Yield every ZIP that is there; pieces that a killed job left for a day are removed."""
    for path in sorted(_folder().glob("*")):
        if path.suffix == ENDING:
            yield path
        elif time.time() - path.stat().st_mtime > PIECES_KEPT:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER
