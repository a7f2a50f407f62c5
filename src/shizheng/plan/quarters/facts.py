"""What is known of a quarter at a moment: every light with why, and the evidence that counted.

A quarter is judged on its last day, by everything about it that is known when it is closed. A
figure is that of the last whole period up to then, as it stands by now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shizheng.core.evidence import Observed
from shizheng.plan.domain import snapshots
from shizheng.plan.domain.known import Known
from shizheng.plan.domain.lights import LightRule, light
from shizheng.plan.evidence.figures import (
    Promised,
    bindings_live,
    body_of,
    figure_of,
    numbers_of,
    promised,
    snapshots_newest,
)
from shizheng.plan.evidence.overrides import overrides_in_force
from shizheng.plan.evidence.sources import Findings, findings_of
from shizheng.plan.models import (
    ConfidentialityChoice,
    Directive,
    Edition,
    EvidenceBinding,
    EvidenceSnapshot,
    Item,
)
from shizheng.plan.register.lights import reasons_as_json

Record = dict[str, Any]
OF_DIRECTIVES = ("directive", "directive_report")


@dataclass(frozen=True, slots=True)
class Shown:
    """A binding with what it showed of the quarter (當季證據); ``snapshot`` is None for nothing."""

    binding: EvidenceBinding
    snapshot: EvidenceSnapshot | None
    newest: EvidenceSnapshot | None


def shown_by(edition: Edition, on: date, at: datetime) -> list[Shown]:
    """Return every binding of an edition with what it shows of the time up to a day."""
    bindings = bindings_live(Item.objects.filter(edition=edition), at)
    newest = snapshots_newest(bindings, at)
    return [
        Shown(binding, _by(binding, newest.get(binding.pk), on), newest.get(binding.pk))
        for binding in bindings
    ]


def _by(
    binding: EvidenceBinding, newest: EvidenceSnapshot | None, on: date
) -> EvidenceSnapshot | None:
    """Return the snapshot as its series stood on a day; the row itself is not touched."""
    if newest is None or newest.dated_on is None or newest.dated_on <= on:
        return newest
    numbers = [each for each in numbers_of(newest) if each.dated_on <= on]
    number = snapshots.chosen(numbers, body_of(binding).least_rows)
    if number is None or number.value is None:
        return None
    kept = {field.attname: getattr(newest, field.attname) for field in newest._meta.fields}
    points = [point for point in newest.points if point[1] <= on.isoformat()]
    return EvidenceSnapshot(**kept | _of_number(number) | {"points": points})


def _of_number(number: Observed) -> Record:
    return {
        "period": number.period,
        "dated_on": number.dated_on,
        "value": number.value,
        "rows": number.rows,
        "is_running": number.is_running,
    }


def items_of(
    edition: Edition, rule: LightRule, *, on: date, at: datetime, shown: Iterable[Shown]
) -> list[Record]:
    """Return the record of every item of an edition, in the order of the text."""
    items = Item.objects.filter(edition=edition)
    found = findings_of(items, at, leaving_out="figure")
    of_items = promised(items, at)
    evidence: dict[UUID, list[Shown]] = {}
    for each in shown:
        of = of_items.get((each.binding.item_id, each.binding.number), Promised())
        figure = figure_of(each.binding, each.snapshot, of)
        found.setdefault(each.binding.item_id, Findings()).add(figure)
        evidence.setdefault(each.binding.item_id, []).append(each)
    numbers: dict[UUID, list[int]] = {}
    for key, number in sorted(of_items, key=lambda place: place[1]):
        numbers.setdefault(key, []).append(number)
    notes, open_to_all = _notes(edition, at), _public_directives()
    rows = items.select_related("chapter", "annotation").order_by("chapter__number", "number")
    return [
        _item(
            item,
            _Judge(rule, on, found.get(item.pk, Findings()).known(), open_to_all),
            numbers=numbers.get(item.pk, []),
            note=notes.get(item.pk),
            evidence=evidence.get(item.pk, []),
        )
        for item in rows
    ]


@dataclass(frozen=True, slots=True)
class _Judge:
    """What it takes to judge an item, and which directives may be named in the reasons."""

    rule: LightRule
    on: date
    known: Known
    open_to_all: frozenset[str]


def _item(
    item: Item,
    judge: _Judge,
    *,
    numbers: Iterable[int],
    note: Record | None,
    evidence: Iterable[Shown],
) -> Record:
    reading = light(judge.rule, judge.on, judge.known)
    annotation = getattr(item, "annotation", None)
    return {
        "code": item.code,
        "department": item.chapter.number,
        "title": annotation.title if annotation else {},
        "text": item.text,
        "light": str(reading.colour),
        "reasons": [_open(reason, judge.open_to_all) for reason in reasons_as_json(reading)],
        "commitments": {
            str(number): str(light(judge.rule, judge.on, judge.known.of(number)).colour)
            for number in numbers
        },
        "is_synthetic": reading.is_synthetic,
        "note": note,
        "evidence": [_evidence(each) for each in evidence],
    }


def _evidence(shown: Shown) -> Record:
    snapshot, binding = shown.snapshot, shown.binding
    return {
        "source": binding.source,
        "reference": binding.reference,
        "name": body_of(binding).name,
        "commitment": binding.number,
        "snapshot": str(snapshot.pk) if snapshot else None,
        "gathered_at": snapshot.at.isoformat() if snapshot else None,
        "period": snapshot.period if snapshot else "",
        "on": snapshot.dated_on.isoformat() if snapshot and snapshot.dated_on else None,
        "value": _text(snapshot.value) if snapshot else None,
        "unit_name": snapshot.unit_name if snapshot else {},
        "rows": snapshot.rows if snapshot else 0,
        "digest": snapshot.digest if snapshot else "",
        "definition_version": snapshot.definition_version if snapshot else None,
        "vintage": snapshot.vintage if snapshot else None,
        "is_synthetic": bool(snapshot and snapshot.is_synthetic),
    }


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return format(value.normalize() if value else Decimal(0), "f")


def _notes(edition: Edition, at: datetime) -> Mapping[UUID, Record]:
    """Return what people said beside the lights, with author, reason and last day."""
    rows = overrides_in_force(edition=edition, at=at).select_related("made_by", "confirmed_by")
    return {
        row.item_id: {
            "light": row.colour,
            "reason": row.reason,
            "expires_on": row.expires_on.isoformat(),
            "made_at": row.made_at.isoformat(),
            "made_by": row.made_by.display_name,
            "confirmed_by": row.confirmed_by.display_name if row.confirmed_by else "",
        }
        for row in rows
    }


def _public_directives() -> frozenset[str]:
    rows = Directive.objects.filter(confidentiality=ConfidentialityChoice.PUBLIC)
    return frozenset(rows.values_list("number", flat=True))


def _open(reason: Record, open_to_all: frozenset[str]) -> Record:
    """Return a reason without the number of a directive that not everybody may see."""
    hidden = {}
    for source, reference in (("source", "reference"), ("other_source", "other_reference")):
        if reason[source] in OF_DIRECTIVES and reason[reference] not in open_to_all:
            hidden[reference] = ""
    return reason | hidden
