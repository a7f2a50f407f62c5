"""Works under construction or warranty at a place: whose contractor answers for a defect there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from shizheng.core.models import Agency
from shizheng.services import city
from shizheng.services.models import Case, Zone
from shizheng.services.places import Place

WORKS = "works"


@dataclass(frozen=True, slots=True)
class Works:
    """Works with a contract (工程標案): in their area the contractor answers for defects."""

    code: str
    name: dict[str, str]
    owner: Agency
    contract: str
    contractor: dict[str, str]
    first: date | None
    last: date | None

    def answers_on(self, day: date) -> bool:
        """Whether the contractor answers for defects on a day: from start to end of warranty."""
        has_begun = self.first is None or self.first <= day
        return has_begun and (self.last is None or day <= self.last)


def works_of(case: Case) -> list[Works]:
    """Return the works in whose area a case lies, that answered for it when it was reported."""
    return _works(case.zones, timezone.localdate(case.opened_at))


def works_at_place(place: Place) -> list[Works]:
    """Return the works in whose area a place lies today."""
    if place.longitude is None or place.latitude is None:
        return []
    found = city.zones(city.loaded_at()).at(place.longitude, place.latitude)
    return _works([code for code, kind, _ in found if kind == WORKS], timezone.localdate())


def _works(codes: Sequence[str], on: date) -> list[Works]:
    if not codes:
        return []
    rows = Zone.objects.filter(code__in=codes, kind=WORKS).select_related("owner").defer("shape")
    found = [_read(row) for row in rows]
    return [each for each in found if each.answers_on(on)]


def _read(row: Zone) -> Works:
    detail = row.detail
    return Works(
        code=row.code, name=row.name, owner=row.owner,
        contract=detail.get("contract", ""), contractor=detail.get("contractor", {}),
        first=_day(detail.get("first")), last=_day(detail.get("last")),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
