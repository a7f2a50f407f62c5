"""From the address of a tile to which state of which layer is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.selectors.layers import Question

OWN = ("datetime", "known_at", "f")
MOMENT = N_("a moment of RFC 3339, such as 2020-03-01T00:00:00Z")


@dataclass(frozen=True, slots=True)
class State:
    """Which state of a layer: of a day, as known at a moment, narrowed by values of fields."""

    on: date
    known_at: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()

    def question(self, bounds: tuple[float, float, float, float]) -> Question:
        """Return the question of what lies in a rectangle."""
        return Question(on=self.on, known_at=self.known_at, bounds=bounds, values=dict(self.values))


def state_of(given: Mapping[str, str]) -> State:
    """Return the state that an address asks for; today's as known now if it says nothing.

    Raises:
        QuestionUnfit: what should be a day or moment is none. Fields are checked by the layer.
    """
    plain = {name: cleaned(value).strip()[:100] for name, value in given.items()}
    return State(
        _day(plain.get("datetime", "")),
        _known_at(plain.get("known_at", "")),
        tuple(sorted((name, value) for name, value in plain.items() if name not in OWN)),
    )


def _day(text: str) -> date:
    if not text:
        return timezone.localdate()
    moment = _moment(text, "datetime")
    return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()


def _known_at(text: str) -> datetime | None:
    if not text:
        return None
    moment = _moment(text, "known_at")
    if timezone.is_naive(moment):
        raise QuestionUnfit(part="known_at", value=text[:60], expected=MOMENT)
    return moment


def _moment(text: str, part: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    except ValueError:
        raise QuestionUnfit(part=part, value=text[:60], expected=MOMENT) from None
