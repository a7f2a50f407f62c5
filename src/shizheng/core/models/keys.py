"""Keys of rows: UUIDs in order of time, so that an index grows at its end."""

import os
import time
import uuid

from django.db import models

from shizheng.kernel.identifiers import uuid7


def new_key() -> uuid.UUID:
    """Return a fresh UUID of version 7 (RFC 9562)."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


class Keyed(models.Model):
    """A row whose key can be made anywhere and tells its age."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True
