"""The call centre of the loaded city: its services, languages and channels."""

from datetime import datetime
from functools import lru_cache

from shizheng.core.models import PublishedDefinition
from shizheng.services import city
from shizheng.services.kinds import CallCentre
from shizheng.services.models import Service

OTHERS_WRITE = "en"


def call_centre() -> CallCentre | None:
    """Return the call centre of the loaded pack, None if the city has none."""
    return _centre(city.loaded_at())


@lru_cache(maxsize=4)
def _centre(at: datetime | None) -> CallCentre | None:
    row = PublishedDefinition.objects.filter(kind="call_centre").order_by("-version").first()
    return CallCentre.model_validate(row.body) if row else None


def services_taken() -> list[Service]:
    """Return the services that a call-taker opens cases of, as the centre lists them."""
    centre = call_centre()
    codes = [str(code) for code in centre.services] if centre else []
    rows = Service.objects.filter(code__in=codes, is_offered=True).exclude(current=None)
    return sorted(rows.select_related("owner"), key=lambda row: codes.index(row.code))


def languages() -> dict[str, dict[str, str]]:
    """Return the languages that the centre speaks: code to name."""
    centre = call_centre()
    return {code: dict(name) for code, name in centre.answers.languages.items()} if centre else {}


def written_language(spoken: str) -> str:
    """Return the language in which somebody is written to who speaks ``spoken``."""
    centre = call_centre()
    return centre.answers.writes.get(spoken, OTHERS_WRITE) if centre else OTHERS_WRITE


def channels() -> tuple[str, ...]:
    """Return by what the centre can be reached."""
    centre = call_centre()
    return tuple(centre.answers.channels) if centre else ()
