"""Computes the light of every item and keeps each change with its day."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.core.models import PublishedDefinition
from shizheng.core.publishing import open_counts
from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.publishing import Published
from shizheng.plan.domain.lights import LightRule, Reading, light
from shizheng.plan.evidence import Findings, findings_of
from shizheng.plan.models import Edition, Item, Light


class LightRuleMissing(DomainError):
    """The pack has published no rule for lights."""

    code = "plan.light_rule_missing"
    message = N_("The city's pack has no light rule, so no light can be computed.")
    hint = N_("Add a definition of kind light_rule to the pack and load it again.")


def light_rule() -> LightRule:
    """Return the newest light rule that the city has published.

    Raises:
        LightRuleMissing: there is none.
    """
    published = PublishedDefinition.objects.filter(kind="light_rule").order_by("-version").first()
    if published is None:
        raise LightRuleMissing
    return LightRule(
        id=published.identifier,
        version=published.version,
        fresh_days=published.body["fresh_days"],
        warn_days=published.body["warn_days"],
    )


@open_counts.register("light_rule")
def _lights_in_force(published: Published) -> int:
    """Lights that stand by this version of the rule."""
    lights = Light.objects.filter(until=None, rule=published.id)
    return lights.filter(rule_version=published.version).count()


@transaction.atomic
def lights_recompute(*, edition: Edition, at: datetime, rule: LightRule | None = None) -> int:
    """Compute every light of an edition and record those that changed; return how many did.

    A light's row ends when another colour, reason or rule version follows it, so the light of any
    past day can be shown with the rule that gave it.
    """
    rule = rule or light_rule()
    on = timezone.localdate(at)
    current = {row.item_id: row for row in Light.objects.filter(item__edition=edition, until=None)}
    items = Item.objects.filter(edition=edition)
    found = findings_of(items)
    ended: list[UUID] = []
    started: list[Light] = []
    for item in items.values_list("id", flat=True):
        fresh = _row(item, rule, on, found.get(item, Findings()), at)
        standing = current.get(item)
        if standing and _same(standing, fresh):
            continue
        if standing:
            ended.append(standing.id)
        started.append(fresh)
    Light.objects.filter(id__in=ended).update(until=at)
    Light.objects.bulk_create(started, batch_size=500)
    return len(started)


def _row(item: UUID, rule: LightRule, on: date, found: Findings, at: datetime) -> Light:
    reading = light(rule, on, found.evidence, found.obligations)
    return Light(
        item_id=item,
        colour=reading.colour,
        reasons=_reasons(reading),
        is_synthetic=any(fact.is_synthetic for fact in found.evidence),
        rule=rule.id,
        rule_version=rule.version,
        since=at,
    )


def _reasons(reading: Reading) -> list[dict[str, Any]]:
    return [
        {**asdict(reason), "on": reason.on.isoformat() if reason.on else None}
        for reason in reading.reasons
    ]


def _same(standing: Light, fresh: Light) -> bool:
    """Age alone does not make a new light: the days in a reason follow from its date."""

    def essence(row: Light) -> tuple[object, ...]:
        reasons = [(r["code"], r["source"], r["reference"], r["on"]) for r in row.reasons]
        return row.colour, reasons, row.rule, row.rule_version, row.is_synthetic

    return essence(standing) == essence(fresh)
