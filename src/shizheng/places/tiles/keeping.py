"""Tiles that were made are kept, as long as the layer is what it was.

The key says everything that a tile depends on: the mark of the register's newest state, the
version of its declaration, how much the viewer sees, the day, the tile. So nothing is ever taken
out for being old; what is asked for least recently makes room.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

ROOM = 64 * 1024 * 1024
"""Bytes that a process keeps."""
_OVERHEAD = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A tile as it is sent: its bytes, the same compressed, what changes when they do."""

    content: bytes
    compressed: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes) -> "Made":
        """Return a tile ready to be sent.

        The tag comes from the content alone: of a change that a viewer does not see, nothing shows.
        """
        etag = hashlib.blake2b(content, digest_size=12).hexdigest()
        return cls(content, gzip.compress(content, 3, mtime=0), f'"{etag}"')

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.content) + len(self.compressed) + _OVERHEAD


class Kept:
    """Tiles by key, within a number of bytes; those asked for least recently go first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._tiles: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Made:
        """Return the tile of a key; make it where there is none."""
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
                return found
        made = Made.of(make())
        with self._lock:
            before = self._tiles.pop(key, None)
            self._used += made.size - (before.size if before else 0)
            self._tiles[key] = made
            while self._used > self._room and self._tiles:
                _key, gone = self._tiles.popitem(last=False)
                self._used -= gone.size
        return made


kept = Kept()
