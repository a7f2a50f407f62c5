"""Computes the light of every item and keeps each change with its day."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.plan.domain.lights import Colour, LightRule, Reading, light
from shizheng.plan.evidence.holding import held_at
from shizheng.plan.evidence.sources import Findings, findings_of
from shizheng.plan.models import Commitment, Edition, Item, Light
from shizheng.plan.register.rules import light_rule


@dataclass(frozen=True, slots=True)
class Computed:
    """The light of an item and of each commitment of it."""

    item: Reading
    commitments: Mapping[int, Colour]


@transaction.atomic
def lights_recompute(*, edition: Edition, at: datetime, rule: LightRule | None = None) -> int:
    """Compute every light of an edition and record those that changed; return how many did.

    A light's row ends when another colour, reason, number or rule version follows it, so the light
    of any past day can be shown with the rule and the numbers that gave it. Evidence is not
    gathered here: call ``evidence_gather`` before.
    """
    rule = rule or light_rule()
    current = {row.item_id: row for row in Light.objects.filter(item__edition=edition, until=None)}
    ended: list[UUID] = []
    started: list[Light] = []
    for item, computed in lights_of(edition, rule, timezone.localdate(at)).items():
        fresh = _row(item, computed, rule, at)
        standing = current.get(item)
        if standing and _same(standing, fresh):
            continue
        if standing:
            ended.append(standing.id)
            if standing.colour == fresh.colour:
                fresh.colour_since = standing.colour_since
        started.append(fresh)
    Light.objects.filter(id__in=ended).update(until=at)
    Light.objects.bulk_create(started, batch_size=500)
    return len(started)


def lights_of(
    edition: Edition, rule: LightRule, on: date, at: datetime | None = None
) -> dict[UUID, Computed]:
    """Return the light of every item of an edition on a day; nothing is written.

    Args:
        at: as it was known at that moment; left out, as it is known now.
    """
    items = Item.objects.filter(edition=edition)
    found = findings_of(items, at)
    numbers: dict[UUID, list[int]] = {}
    commitments = Commitment.objects.filter(held_at("held_from", "held_to", at), item__in=items)
    for item, number in commitments.order_by("number").values_list("item_id", "number"):
        numbers.setdefault(item, []).append(number)
    return {
        item: _computed(rule, on, found.get(item, Findings()), numbers.get(item, []))
        for item in items.order_by().values_list("id", flat=True)
    }


def _computed(rule: LightRule, on: date, found: Findings, numbers: list[int]) -> Computed:
    known = found.known()
    return Computed(
        light(rule, on, known),
        {number: light(rule, on, known.of(number)).colour for number in numbers},
    )


def _row(item: UUID, computed: Computed, rule: LightRule, at: datetime) -> Light:
    return Light(
        item_id=item,
        colour=computed.item.colour,
        reasons=reasons_as_json(computed.item),
        commitments={str(number): str(each) for number, each in computed.commitments.items()},
        is_synthetic=computed.item.is_synthetic,
        rule=rule.id,
        rule_version=rule.version,
        colour_since=at,
        since=at,
    )


def reasons_as_json(reading: Reading) -> list[dict[str, Any]]:
    """Return the reasons of a light as JSON values; days as ISO 8601, numbers as text."""
    return [
        {name: _plain(value) for name, value in asdict(reason).items()}
        for reason in reading.reasons
    ]


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        rounded = round(value, 6)
        return format(rounded.normalize() if rounded else Decimal(0), "f")
    return value


def _same(standing: Light, fresh: Light) -> bool:
    """Age alone does not make a new light: the days in a reason follow from its date."""

    def essence(row: Light) -> tuple[object, ...]:
        reasons = [{**reason, "days": 0} for reason in row.reasons]
        return (
            row.colour, reasons, row.commitments, row.rule, row.rule_version, row.is_synthetic,
        )  # fmt: skip

    return essence(standing) == essence(fresh)
