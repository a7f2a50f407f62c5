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

from shizheng.core.words import in_language
from shizheng.plan.domain.outline.compare import Pair
from shizheng.plan.evidence.drawing import Drawing
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.evidence.showing import ItemProof, ProofShown
from shizheng.plan.register.words import LIGHTS, PAIR_KINDS, WORDS

register = template.Library()
register.filter("period_name", period_name)


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


@register.simple_tag
def curve_label(name: Mapping[str, str], drawing: Drawing, value: str, target: str = "") -> str:
    """Say in one sentence what a drawing of a figure shows."""
    said = gettext("{name} from {first} to {last}, last {value}").format(
        name=in_language(name),
        first=period_name(drawing.first_name),
        last=period_name(drawing.last_name),
        value=value,
    )
    return gettext("{said}; target {target}").format(said=said, target=target) if target else said


@register.filter
def below(y: float) -> str:
    """Return where a word stands under a line of a drawing."""
    return f"{y + 13:g}"


@register.simple_tag
def proof_for(proof: ItemProof, number: int) -> ProofShown:
    """Return the evidence of one commitment."""
    return proof.by_number.get(number, ProofShown())


@register.simple_tag
def commitment_light(colours: Mapping[str, str], number: int) -> str:
    """Return the colour of one commitment; one that was not there has no evidence."""
    return colours.get(str(number), "grey")


@register.filter
def word(code: str, of: str) -> str:
    """Return the word for a code of the register: ``{{ item.kind|word:"item" }}``."""
    return str(WORDS[of].get(code, code))


@register.filter
def value_of(values: Mapping[str, str], key: str) -> str:
    """Return what a mapping holds under a key: ``{{ scores|value_of:each.code }}``."""
    return values.get(key, "")


@register.filter
def as_date(value: str | None) -> date | None:
    """Return the day that JSON holds as text."""
    return date.fromisoformat(value) if value else None


@register.filter
def figure(value: Decimal) -> str:
    """Write a target's figure without the zeros that its column adds."""
    plain = value.normalize()
    return number_format(plain if plain.as_tuple().exponent < 0 else int(plain), use_l10n=True)  # type: ignore[operator]


@register.filter
def comparison_summary(pairs: Iterable[Pair]) -> str:
    """Say in one sentence how two editions differ."""
    counts = Counter(pair.kind for pair in pairs if pair.level == "item")
    parts = [f"{PAIR_KINDS[kind]} {counts[kind]}" for kind in PAIR_KINDS if counts[kind]]
    return gettext("Items: {counts}.").format(counts=gettext(", ").join(parts))
