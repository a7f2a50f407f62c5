"""Keys of rows: UUIDs in order of time, so that an index grows at its end."""

import os
import time
import uuid

from django.db import models

from shizheng.kernel.identifiers import COUNTER_LIMIT, RANDOM_BYTES, uuid7


def new_key() -> uuid.UUID:
    """Return a fresh UUID of version 7 (RFC 9562)."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def new_keys(count: int) -> list[uuid.UUID]:
    """Return so many fresh keys, as ``new_key`` makes one; they sort as they stand here.

    Those of one call share a millisecond, up to as many as can be counted in one; then the next.
    """
    at_ms, chance = time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES * count)
    return [
        uuid7(
            at_ms + number // COUNTER_LIMIT,
            chance[number * RANDOM_BYTES : (number + 1) * RANDOM_BYTES],
            number % COUNTER_LIMIT,
        )
        for number in range(count)
    ]


class Keyed(models.Model):
    """A row whose key can be made anywhere and tells its age."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    class Meta:
        abstract = True
