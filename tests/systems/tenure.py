"""A city of the real pack at a moment of 2020, for the scenarios of property, space and land."""

from datetime import UTC, date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.places.booking.test_booking import Desk
from tests.plan.works.site import PNG

NOON = datetime(2020, 3, 16, 4, tzinfo=UTC)
TODAY = date(2020, 3, 16)
__all__ = ["NOON", "PNG", "TODAY", "Clock", "Desk", "day", "photo", "place"]


class Clock:
    """The city's clock, which a scenario sets forward."""

    def __init__(self, monkeypatch) -> None:
        from django.utils import timezone

        self.now = NOON
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def to(self, on: date) -> None:
        self.now = NOON + timedelta(days=(on - TODAY).days)


def day(name: str, on: date) -> dict[str, str]:
    """Return a day as the three inputs of a form."""
    return {f"{name}_year": str(on.year), f"{name}_month": str(on.month),
            f"{name}_day": str(on.day)}  # fmt: skip


def place(longitude: float, latitude: float, name: str = "place") -> dict[str, str]:
    """Return a point as the inputs of a form."""
    return {f"{name}_longitude": str(longitude), f"{name}_latitude": str(latitude)}


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", PNG, content_type="image/png")
