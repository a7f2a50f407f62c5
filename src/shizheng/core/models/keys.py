"""Keys of rows: UUIDs in order of time, so that an index grows at its end."""

import os
import time
import uuid

from django.db import models


def new_key() -> uuid.UUID:
    """Return a fresh UUID of version 7 (RFC 9562)."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return uuid.UUID(int=value)


class Keyed(models.Model):
    """A row whose key can be made anywhere and tells its age."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True
