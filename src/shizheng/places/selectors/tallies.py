"""How complete, how old and how late a register is, as it was last counted."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Sum

from shizheng.core.access import Person
from shizheng.places.models import Register, RegisterTally

SUMMED = ("things", "cells", "filled", "age_days", "checks", "checks_late", "corrections_late")


@dataclass(frozen=True, slots=True)
class Standing:
    """A register at its last counting (登記簿現況).

    ``filled_percent`` is None where there is nothing to fill in, ``age_days`` the mean of the
    days since each thing was last recorded.
    """

    things: int
    filled_percent: float | None
    age_days: int
    checks: int
    checks_late: int
    corrections_late: int
    counted_at: datetime


def standing_of(register: Register, *, viewer: Person) -> Standing | None:
    """Return how a register stood when it was last counted; None before that, or of nothing."""
    rows = RegisterTally.objects.visible_to(viewer).filter(register=register, until_at=None)
    found = rows.aggregate(
        **{name: Sum(name) for name in SUMMED}, newest=Max("counted_at")
    )  # fmt: skip
    if not found["things"]:
        return None
    return Standing(
        things=found["things"],
        filled_percent=round(100 * found["filled"] / found["cells"], 1) if found["cells"] else None,
        age_days=round(found["age_days"] / found["things"]),
        checks=found["checks"], checks_late=found["checks_late"],
        corrections_late=found["corrections_late"], counted_at=found["newest"],
    )  # fmt: skip
