"""Rescue plans: kept per building with the day on which each was drawn; every reading is noted."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.files import Readable, clean_name, store
from shizheng.core.models import User
from shizheng.places.access import EDIT
from shizheng.places.models import RescueSheet, Thing
from shizheng.places.upkeep.access import RESCUE
from shizheng.places.upkeep.actions.telling import said
from shizheng.places.upkeep.city import feature_of, rescue_body
from shizheng.places.upkeep.domain.errors import SheetDated, SheetUnknown, ThingGone

READ: Final = "places.rescue_sheet.read"


@transaction.atomic
def sheet_add(
    *, thing: Thing, kind: str, drawn_on: date, content: Readable, name: str, contents: str,
    by: User, at: datetime,
) -> RescueSheet:  # fmt: skip
    """Add a rescue plan to a building (登錄搶救圖); those before stay.

    Args:
        contents: what in the building burns, explodes or poisons.

    Raises:
        NotPermitted: ``by`` does not keep the register of the buildings.
        SheetUnknown, SheetDated, ThingGone: what to correct.
        TypeNotAllowed, NotWhatItSays, FileTooLarge, FileEmpty, StorageFull: as ``core.files``.
    """
    require(by, EDIT, thing.register)
    declared, today = rescue_body(), timezone.localdate(at)
    if declared is None or declared.sheet(kind) is None:
        raise SheetUnknown(kind=kind[:60])
    if drawn_on > today:
        raise SheetDated(day=drawn_on)
    if thing.register.code != declared.buildings or feature_of(thing, today) is None:
        raise ThingGone(key=thing.key, day=today)
    row = RescueSheet.objects.create(
        thing=thing, kind=kind, drawn_on=drawn_on, contents=said(contents, 1_000),
        file_name=clean_name(name), added_by=by, added_at=at,
    )  # fmt: skip
    store(content, name=name, by=by, at=at, attach_to=row)
    now = {"register": thing.register.code, "key": thing.key, "kind": kind}
    journal.record("places.rescue_sheet.added", row, by=by, at=at, now=now)
    return row


@transaction.atomic
def sheets_read(*, sheets: Iterable[RescueSheet], by: User, at: datetime, why: str) -> None:
    """Note that plans were opened or put onto a device (調閱搶救圖), each in the journal.

    Raises:
        NotPermitted: ``by`` may not open plans of this agency.
    """
    for row in sheets:
        require(by, RESCUE, row)
        journal.record(READ, row, by=by, at=at, why=said(why), now=_of(row))


@transaction.atomic
def sheet_opened(
    *, sheet: RescueSheet, opening: UUID, by: User, at: datetime, why: str, on_scene: datetime
) -> None:
    """Note that a device without signal opened a plan; what it tells twice is noted once.

    Args:
        opening: the number that the device gave this opening.
        on_scene: when the device opened it.

    Raises:
        NotPermitted: ``by`` may not open plans of this agency.
    """
    require(by, RESCUE, sheet)
    RescueSheet.objects.select_for_update().get(pk=sheet.pk)  # a device may tell it from two pages
    if journal.entries_of(sheet, READ).filter(by=by, now__contains=str(opening)).exists():
        return
    now = _of(sheet) | {"opened_at": on_scene.isoformat(), "opening": str(opening)}
    journal.record(READ, sheet, by=by, at=at, why=said(why), now=now)


def _of(row: RescueSheet) -> dict[str, str]:
    return {"key": row.thing.key, "kind": row.kind, "drawn_on": row.drawn_on.isoformat()}
