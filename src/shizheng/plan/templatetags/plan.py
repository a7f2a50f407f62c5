"""Words of the plan's pages that depend on a value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django import template
from django.http import QueryDict
from django.template import Context
from django.utils.formats import number_format
from django.utils.translation import gettext

from shizheng.plan.domain.outline.compare import Pair
from shizheng.plan.register.words import (
    COMMITMENT_KINDS,
    DIRECTIONS,
    EDITION_STATES,
    ENGINES,
    KINDS,
    LIGHTS,
    PAIR_KINDS,
    SOURCES,
    SYSTEM_STATES,
)

register = template.Library()


@register.simple_tag
def strip_label(counts: Mapping[str, int], total: int) -> str:
    """Say in one sentence what a strip of squares shows."""
    return gettext(
        "{total} promises: {green} on course, {yellow} need attention, {red} behind, "
        "{grey} without evidence"
    ).format(total=total, **{c: counts[c] for c in ("green", "yellow", "red", "grey")})


@register.simple_tag(takes_context=True)
def tally(context: Context, counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Return each light with its count and, where the page can filter, a link to its items."""
    path = context["request"].path if "filters" in context else ""
    return [(colour, counts[colour], path and f"{path}?light={colour}") for colour in LIGHTS]


@register.simple_tag(takes_context=True)
def filter_chips(context: Context) -> list[tuple[str, str, bool]]:
    """Return the lights and "has a due date" as links that keep the rest of the address."""
    asked: QueryDict = context["request"].GET
    chips = [(gettext("All"), _with(asked, light=None, dated=None), not context["filters"])]
    chips += [
        (str(word), _with(asked, light=colour, dated=None), asked.get("light") == colour)
        for colour, word in LIGHTS.items()
    ]
    dated = _with(asked, light=None, dated="on")
    chips.append((gettext("Has a due date"), dated, context["filters"].dated))
    return chips


def _with(asked: QueryDict, **changes: str | None) -> str:
    changed = asked.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


@register.filter
def source_word(value: str) -> str:
    """Name the kind of record a piece of evidence comes from."""
    return str(SOURCES.get(value, value))


@register.filter
def as_date(value: str | None) -> date | None:
    """Return the day that JSON holds as text."""
    return date.fromisoformat(value) if value else None


@register.filter
def item_kind(value: str) -> str:
    """Name the kind of an item."""
    return str(KINDS.get(value, value))


@register.filter
def commitment_kind(value: str) -> str:
    """Name the kind of a commitment."""
    return str(COMMITMENT_KINDS.get(value, value))


@register.filter
def engine(value: str) -> str:
    """Name the room that will carry an item."""
    return str(ENGINES.get(value, value))


@register.filter
def direction(value: str) -> str:
    """Name the direction of a target."""
    return str(DIRECTIONS.get(value, value))


@register.filter
def edition_status(value: str) -> str:
    """Name the state of an edition."""
    return str(EDITION_STATES.get(value, value))


@register.filter
def figure(value: Decimal) -> str:
    """Write a target's figure without the zeros that its column adds."""
    plain = value.normalize()
    return number_format(plain if plain.as_tuple().exponent < 0 else int(plain), use_l10n=True)  # type: ignore[operator]


@register.filter
def pair_kind(value: str) -> str:
    """Name what happened to an item between two editions."""
    return str(PAIR_KINDS.get(value, value))


@register.filter
def comparison_summary(pairs: Iterable[Pair]) -> str:
    """Say in one sentence how two editions differ."""
    counts = Counter(pair.kind for pair in pairs if pair.level == "item")
    parts = [f"{PAIR_KINDS[kind]} {counts[kind]}" for kind in PAIR_KINDS if counts[kind]]
    return gettext("Items: {counts}.").format(counts=gettext(", ").join(parts))


@register.filter
def system_state(value: str) -> str:
    """Name the outcome of a system's scenario."""
    return str(SYSTEM_STATES.get(value, value))
