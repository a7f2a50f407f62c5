"""Photos of things: pictures alone, kept where whoever sees the thing sees them."""

from datetime import datetime
from typing import Protocol

from django.db.models import Model

from shizheng.core.files import Readable, store
from shizheng.core.models import User
from shizheng.kernel.errors import N_, DomainError

PICTURES = (".jpg", ".jpeg", ".png", ".webp")


class NoPicture(DomainError):
    """The file is no picture (非圖檔)."""

    code = "places.tenure.no_picture"
    message = N_("“{name}” is no picture.")
    hint = N_("Choose a photo: JPEG, PNG or WebP.")


class Photo(Readable, Protocol):
    """A picture as a form sends it."""

    @property
    def name(self) -> str | None:
        """The name of its file."""
        ...


def store_photo(thing: Model, photo: Photo, *, by: User, at: datetime) -> None:
    """Keep a picture with a thing.

    Raises:
        NoPicture: by its name it is none; and what ``store`` refuses.
    """
    name = photo.name or "photo.jpg"
    if not name.lower().endswith(PICTURES):
        raise NoPicture(name=name[:80])
    store(photo, name=name, by=by, at=at, attach_to=thing)
