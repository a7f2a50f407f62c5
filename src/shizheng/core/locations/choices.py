"""Districts and villages as the choices of lists, villages grouped by their district."""

from datetime import date
from functools import lru_cache
from typing import TypeAlias

from django.utils import timezone
from django.utils.translation import get_language

from shizheng.core import areas
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.core.words import in_language

Pairs: TypeAlias = list[tuple[str, str]]


def district_choices() -> Pairs:
    """Return (code, name) of every district today, after an empty choice."""
    districts, _ = _today(timezone.localdate(), get_language() or "", areas.version())
    return [("", ""), *districts]


def village_choices() -> list[tuple[str, str | Pairs]]:
    """Return the villages of today in groups by district, after an empty choice."""
    _, villages = _today(timezone.localdate(), get_language() or "", areas.version())
    return [("", ""), *villages.items()]


@lru_cache(maxsize=4)
def _today(on: date, language: str, version: areas.Version) -> tuple[Pairs, dict[str, str | Pairs]]:
    districts = [
        (row.code, in_language(row.name, language))
        for row in areas_on(on, Area.Kind.DISTRICT).only("code", "name")
    ]
    groups: dict[str, Pairs] = {name: [] for _, name in districts}
    names = dict(districts)
    rows = areas_on(on, Area.Kind.VILLAGE).values_list("code", "name", "parent__code")
    for code, name, parent in rows:
        if parent in names:
            groups[names[parent]].append((code, in_language(name, language)))
    return districts, {name: pairs for name, pairs in groups.items() if pairs}
