"""Counting property: open a round, count by number, correct with a reason."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.photos import Photo, store_photo
from shizheng.places.tenure.city import reason_of, said, today_at
from shizheng.places.tenure.domain.errors import (
    CountedAlready,
    CountedElsewhere,
    NumberUnknown,
    RoundClosed,
)
from shizheng.places.tenure.models import PropertyItem, StockFinding, StockRound

Result = StockFinding.Result


@transaction.atomic
def round_open(
    *, agency: Agency, title: str, categories: Sequence[str], first: date, last: date, by: User,
    at: datetime,
) -> StockRound:  # fmt: skip
    """Open a stock-taking (辦理盤點) of what an agency keeps.

    Raises:
        NotPermitted: ``by`` does not manage property of ``agency``.
        RoundClosed: its last day comes before its first, or is over.
    """
    require(by, MANAGE, agency)
    if not first <= last or last < today_at(at):
        raise RoundClosed(first=first, last=last)
    made = StockRound.objects.create(
        agency=agency, title=said(title, 80), categories=list(categories), first=first, last=last,
        opened_at=at, opened_by=by,
    )  # fmt: skip
    facts = {"agency": agency.code, "first": first.isoformat(), "last": last.isoformat()}
    journal.record("places.stock.opened", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def item_count(
    *, round_: StockRound, number: str, result: str, by: User, at: datetime, note: str = "",
    longitude: float | None = None, latitude: float | None = None, photo: Photo | None = None,
    replaces: bool = False,
) -> StockFinding:  # fmt: skip
    """Say what was found of a thing (盤點): as in the ledger, different, or not there.

    Args:
        number: as on its label.
        photo: an uploaded picture, if one was taken.
        replaces: correct an earlier finding of this round; ``note`` says why.

    Raises:
        NotPermitted: ``by`` does not manage property of the agency.
        NumberUnknown: there is no such property, or none that the round counts.
        CountedElsewhere: another agency keeps it.
        RoundClosed: today is none of the days of the round.
        CountedAlready: somebody counted it.
        ReasonMissing: something differs or is missing, and ``note`` does not say how.
    """
    require(by, MANAGE, round_)
    if not round_.first <= today_at(at) <= round_.last:
        raise RoundClosed(first=round_.first, last=round_.last)
    item = _counted(round_, number)
    words = said(note, 300)
    if result != Result.FOUND or replaces:
        words = reason_of(note, 300)
    if longitude is not None and not (-180 <= longitude <= 180 and -90 <= (latitude or 0) <= 90):
        longitude = latitude = None
    if replaces:
        StockFinding.objects.filter(round=round_, item=item, is_replaced=False).update(
            is_replaced=True
        )
    made = StockFinding(
        round=round_, item=item, result=result, note=words, longitude=longitude,
        latitude=latitude, by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        other = StockFinding.objects.select_related("by").get(
            round=round_, item=item, is_replaced=False
        )
        raise CountedAlready(number=item.number, who=other.by.display_name) from None
    if photo is not None:
        store_photo(made, photo, by=by, at=at)
    facts = {"number": item.number, "result": str(result), "round": str(round_.pk)}
    journal.record("places.stock.counted", made, by=by, at=at, why=words, now=facts)
    outbox.publish("places.stock.counted", made, at=at, payload=facts)
    return made


def _counted(round_: StockRound, number: str) -> PropertyItem:
    wanted = said(number, 40)
    item = PropertyItem.objects.select_related("agency").filter(number=wanted).first()
    if item is None or not item.is_held:
        raise NumberUnknown(number=wanted)
    if item.agency_id != round_.agency_id:
        raise CountedElsewhere(number=item.number, agency=item.agency.name)
    if round_.categories and item.category not in round_.categories:
        raise NumberUnknown(number=wanted)
    return item
