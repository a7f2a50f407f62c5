"""What the catalogue lists: indicators and datasets as one kind of entry (資料集目錄).

Whatever is to be in DCAT, in the CKAN interface and in the feed enters a source here; entries know
nothing of the format in which they are told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from shizheng.core.models import Agency
from shizheng.kernel.registry import Registry
from shizheng.statistics.published.licence import Licence

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """One file of an edition, at an address that stays (配布).

    Args:
        digest: SHA-256 of its bytes.
        size: in bytes.
        file_type: code in the EU's authority table of file types.
    """

    ending: str
    name: str
    url: str
    media_type: str
    file_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of an entry that was or is public (版次); of older ones files may be left out."""

    number: int
    uri: str
    released_at: datetime
    note: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset of the catalogue (資料集).

    Args:
        frequency: code in the EU's authority table of frequencies.
        first, last: the days that the figures are about.
        editions: in order of time; at least one.
        formats: names of those in which the newest edition can be had.
    """

    kind: str
    code: str
    uri: str
    title: Words
    description: Words
    source: Words
    owner: Agency
    licence: Licence
    frequency: str
    keywords: Mapping[str, Sequence[str]]
    theme: str
    first: date | None
    last: date | None
    editions: tuple[Edition, ...]
    is_synthetic: bool
    formats: tuple[str, ...]

    @property
    def newest(self) -> Edition:
        """The edition that is public now."""
        return self.editions[-1]

    @property
    def issued_at(self) -> datetime:
        """When the first edition came out."""
        return self.editions[0].released_at


class Files(Enum):
    """Of which editions of an entry the files are told: to tell them takes time the first time."""

    NONE = "none"
    NEWEST = "newest"
    ALL = "all"


class Source(Protocol):
    """Gives the entries of one kind that are public at a moment."""

    def __call__(
        self, *, at: datetime, codes: Sequence[str] | None = None, files: Files = Files.NEWEST
    ) -> Iterable[Entry]:
        """Return all entries, or those with these codes, in order."""
        ...


sources: Registry[Source] = Registry("Sources of the catalogue")


def entries(
    *, at: datetime, codes: Sequence[str] | None = None, files: Files = Files.NEWEST
) -> Iterator[Entry]:
    """Yield what everybody may have at a moment: indicators first, then datasets."""
    for source in sources.values():
        yield from source(at=at, codes=codes, files=files)
