"""The evidence part of loading a pack: which source shows that which commitment is kept."""

from collections import Counter
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from shizheng.core.loading import Loading
from shizheng.plan.evidence.definitions import AwaitedOf, BoundOf, EvidenceTable
from shizheng.plan.models import Edition, EvidenceBinding, Item

Place = tuple[UUID, int, int]


def bindings_load(run: Loading, outline: str, edition: Edition, items: dict[str, Item]) -> None:
    """Hold to each binding of the pack; one that the pack says differently begins anew.

    What a binding showed stays with it; one that is unchanged keeps its history.
    """
    standing = {
        (row.item_id, row.number, row.position): row
        for row in EvidenceBinding.objects.filter(item__edition=edition, held_to=None)
    }
    start = timezone.make_aware(datetime.combine(edition.in_force_from or run.at, time.min))
    wanted = {
        place: fields
        for table in run.pack.bodies(EvidenceTable)
        if table.outline == outline
        for place, fields in _rows(table, items)
    }
    ended = [
        row.pk
        for place, row in standing.items()
        if place not in wanted or not _is_same(row, wanted[place])
    ]
    EvidenceBinding.objects.filter(pk__in=ended).update(held_to=run.at)
    EvidenceBinding.objects.bulk_create(
        [
            EvidenceBinding(
                item_id=place[0],
                number=place[1],
                position=place[2],
                held_from=run.at if place in standing else start,
                recorded_by=run.by,
                **fields,
            )
            for place, fields in wanted.items()
            if place not in standing or standing[place].pk in ended
        ],
        batch_size=200,
    )
    run.counts["evidence"] = run.counts.get("evidence", 0) + len(wanted)


def _rows(table: EvidenceTable, items: dict[str, Item]) -> list[tuple[Place, dict[str, Any]]]:
    """Return place and fields of every row, those with a source first."""
    positions: Counter[tuple[UUID, int]] = Counter()
    rows: list[tuple[Place, dict[str, Any]]] = []
    every: tuple[BoundOf | AwaitedOf, ...] = (*table.bound, *table.awaited)
    for each in every:
        if each.item not in items:
            continue
        key = items[each.item].pk
        source, reference = getattr(each, "source", ""), getattr(each, "reference", "")
        body = each.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        fields = {
            "source": source,
            "reference": reference,
            "is_awaited": not source,
            "body": body,
        }
        rows.append(((key, each.number, positions[key, each.number]), fields))
        positions[key, each.number] += 1
    return rows


def _is_same(row: EvidenceBinding, fields: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())
