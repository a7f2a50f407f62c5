"""Photos from the site: pictures alone, each attached to the report that it came with."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from shizheng.core.files import Readable, store
from shizheng.core.models import User
from shizheng.places.digging.errors import NotAPhoto, PhotosMissing
from shizheng.places.digging.models import SiteReport


class Photo(Readable, Protocol):
    """An uploaded picture."""

    name: str | None


def photos_required(photos: Sequence[Photo], least: int) -> None:
    """Refuse a report with too few photos.

    Raises:
        PhotosMissing: says how many there are and are needed.
    """
    if len(photos) < least:
        raise PhotosMissing(count=len(photos), least=least)


def photos_keep(report: SiteReport, photos: Iterable[Photo], *, by: User, at: datetime) -> None:
    """Keep pictures with a report (照片存證).

    Raises:
        NotAPhoto: a file is no picture; and what ``core.files.store`` raises.
    """
    for photo in photos:
        name = photo.name or "photo"
        stored = store(photo, name=name, by=by, at=at, attach_to=report)
        if not stored.media_type.startswith("image/"):
            raise NotAPhoto(name=name[-60:])
