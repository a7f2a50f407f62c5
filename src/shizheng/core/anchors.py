"""Anchors of the journal (稽核錨點): how far it had come, kept outside the database.

One line each, ``tenant number hash moment``, only ever appended. Whoever rewrites the database
has to rewrite this file too; copies of it kept elsewhere put that out of reach.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shizheng.kernel.errors import N_, DomainError


class AnchorUnreadable(DomainError):
    """An anchor is not of the form that was written (無法讀取的錨點)."""

    code = "core.journal.anchor_unreadable"
    message = N_("“{text}” is not an anchor of the journal.")
    hint = N_("Write CITY NUMBER HASH, as `shizheng journal verify` printed it.")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Number and hash of an entry as they once were."""

    tenant: str
    number: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read ``tenant number hash``; what follows is left alone.

        Raises:
            AnchorUnreadable: the text has another form.
        """
        parts = text.split()
        if len(parts) < 3 or not parts[1].isdecimal() or len(parts[2]) != 64:
            raise AnchorUnreadable(text=text.strip())
        return cls(parts[0], int(parts[1]), parts[2])

    def __str__(self) -> str:
        return f"{self.tenant} {self.number} {self.hash}"


def read_anchors(path: Path) -> list[Anchor]:
    """Return the anchors kept in ``path``; none if there is no such file.

    Raises:
        AnchorUnreadable: a line has another form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Anchor.parse(line) for line in lines if line.strip()]


def keep_anchors(path: Path, anchors: Iterable[Anchor], *, at: datetime) -> None:
    """Append the anchors that are not yet in ``path``."""
    known = set(read_anchors(path))
    fresh = [f"{anchor} {at.isoformat()}\n" for anchor in anchors if anchor not in known]
    if not fresh:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        length = file.tell()
        lines = "".join(fresh).encode()
        try:
            if file.write(lines) != len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:  # no half line, which could not be read again
            file.truncate(length)
            raise
