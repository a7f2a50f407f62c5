"""What the lights would be under another version of the rule (燈號試算); nothing is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shizheng.plan.domain.lights import LightRule
from shizheng.plan.evidence.figures import bindings_live, snapshots_newest
from shizheng.plan.evidence.wording import names_of, reason_shown
from shizheng.plan.models import Edition, Item
from shizheng.plan.register.lights import lights_of, reasons_as_json
from shizheng.plan.register.rules import light_rule


@dataclass(frozen=True, slots=True)
class Difference:
    """An item whose light would be another: its colour now and then, and why then."""

    code: str
    title: Mapping[str, str]
    now: str
    then: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lights under two versions of the rule on one day."""

    standing: LightRule
    other: LightRule
    now: Mapping[str, int]
    then: Mapping[str, int]
    differences: Sequence[Difference]


def lights_compare(
    edition: Edition, other: LightRule, *, on: date, at: datetime | None = None
) -> Comparison:
    """Compute an edition's lights under the rule in force and under another, on the same facts.

    Raises:
        LightRuleMissing: the city has no rule.
    """
    standing = light_rule()
    items = Item.objects.filter(edition=edition)
    bindings = bindings_live(items, at)
    newest = snapshots_newest(bindings, at)
    names = names_of({binding: newest.get(binding.pk) for binding in bindings})
    now, then = (lights_of(edition, rule, on, at) for rule in (standing, other))
    rows = items.order_by("chapter__number", "number")
    differences = [
        Difference(
            code, title or {}, now[key].item.colour, then[key].item.colour,
            [reason_shown(each, names).text for each in reasons_as_json(then[key].item)],
        )
        for key, code, title in rows.values_list("id", "code", "annotation__title")
        if now[key].item.colour != then[key].item.colour
    ]  # fmt: skip
    return Comparison(
        standing=standing,
        other=other,
        now=Counter(str(each.item.colour) for each in now.values()),
        then=Counter(str(each.item.colour) for each in then.values()),
        differences=differences,
    )
