"""The city that is loaded, as this process knows it."""

from datetime import datetime

from shizheng.core.fresh import Fresh, forget_all
from shizheng.core.models import City

current: Fresh[City | None] = Fresh(lambda: City.objects.order_by("-loaded_at").first())
"""Returns the city that is loaded, as it was at most a second ago; None before the first."""


def loaded_at() -> datetime | None:
    """Return when a pack was last loaded; what is cached by it stays until the next time."""
    city = current()
    return city.loaded_at if city else None


def writes_roc() -> bool:
    """Tell whether the city writes years of the Republic (民國) in Chinese; so does no city yet."""
    city = current()
    return city is None or bool(city.manifest.get("dates", "roc") == "roc")


def forget() -> None:
    """Read everything anew at the next question, after a pack was loaded in this process."""
    forget_all()
