"""What stands around one item on its page: its light and why, its evidence, history and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from shizheng.core.access import Person
from shizheng.core.models import Agency
from shizheng.plan.domain.known import Evidence
from shizheng.plan.evidence.overrides import counts, overrides_of, waits
from shizheng.plan.evidence.showing import ItemProof, proof_of
from shizheng.plan.evidence.sources import Findings, findings_of
from shizheng.plan.evidence.wording import ReasonShown, reason_shown
from shizheng.plan.midterm.selectors import goals_carried_by
from shizheng.plan.models import Directive, Item, Light, LightOverride, MidtermGoal, System


def neighbours(item: Item) -> tuple[Item | None, Item | None]:
    """The items printed before and after this one."""
    items = Item.objects.filter(edition=item.edition).only("code")
    before = items.filter(source_start__lt=item.source_start).order_by("-source_start").first()
    after = items.filter(source_start__gt=item.source_start).order_by("source_start").first()
    return before, after


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around one item on its page."""

    light: Light | None
    history: Sequence[Light]
    reasons: Sequence[ReasonShown]
    proof: ItemProof
    evidence: Sequence[Evidence]
    notes: Sequence[LightOverride]
    note: LightOverride | None
    note_waiting: LightOverride | None
    partners: Sequence[Agency]
    systems: Sequence[System]
    goals: Sequence[MidtermGoal]
    directives: Sequence[Directive]
    before: Item | None
    after: Item | None
    has_target: bool
    has_due: bool


def surroundings(item: Item, *, viewer: Person, at: datetime | None = None) -> Surroundings:
    """Gather evidence, history and links of an item, as far as ``viewer`` may see them."""
    commitments = list(item.commitments.all())
    lights = [light for light in item.lights.all() if at is None or light.since <= at]
    on = timezone.localdate(at) if at else timezone.localdate()
    items = Item.objects.filter(pk=item.pk)
    found = findings_of(items, at, leaving_out="figure").get(item.pk, Findings())
    proof = proof_of(item, at)
    light = lights[0] if lights else None
    notes, moment = list(overrides_of(item, at)), at or timezone.now()
    before, after = neighbours(item)
    return Surroundings(
        light=light,
        history=changes_of_colour(lights),
        reasons=[reason_shown(each, proof.names) for each in light.reasons] if light else [],
        proof=proof,
        notes=notes,
        note=next((note for note in notes if counts(note, moment)), None),
        note_waiting=next((note for note in notes if waits(note, moment)), None),
        evidence=sorted(
            (fact for fact in found.evidence if fact.dated_on <= on),
            key=lambda fact: fact.dated_on,
            reverse=True,
        ),
        partners=list(dict.fromkeys(p for c in commitments for p in c.partners.all())),
        systems=systems_of(item),
        goals=list(goals_carried_by(item)),
        directives=list(item.directives.visible_to(viewer).order_by("number")),
        before=before,
        after=after,
        has_target=any(commitment.targets.all() for commitment in commitments),
        has_due=any(c.due_on or c.milestones.all() for c in commitments),
    )


def changes_of_colour(lights: Sequence[Light]) -> list[Light]:
    """Return the first of the lights of each colour in a row, of lights with the newest first."""
    older = [*lights[1:], None][: len(lights)]
    return [
        light
        for light, before in zip(lights, older, strict=True)
        if before is None or before.colour != light.colour
    ]


def systems_of(item: Item) -> list[System]:
    """The systems of the catalogue that this item names or presupposes."""
    systems = System.objects.filter(plan=item.edition.plan)
    return [system for system in systems if item.code in system.item_codes]
