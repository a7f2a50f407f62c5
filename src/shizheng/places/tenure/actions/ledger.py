"""Acts on the ledger of property: record, change a value, hand over, dispose of, stand idle."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, Area, User
from shizheng.places.models import Thing
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.city import said, today_at
from shizheng.places.tenure.domain.errors import (
    AmountUnfit,
    DayUnfit,
    DocumentMissing,
    FigureTaken,
    NumberTaken,
    PropertyGone,
)
from shizheng.places.tenure.models import AccountingFigure, PropertyEntry, PropertyItem

Use, Kind = PropertyItem.Use, PropertyEntry.Kind
MOST_TWD = 10**15


@dataclass(frozen=True, slots=True)
class Described:
    """What property is (財產內容); a place is given in whole or not at all."""

    number: str
    category: str
    name: str
    acquired_on: date
    area_m2: Decimal | None = None
    address: str = ""
    district: Area | None = None
    longitude: float | None = None
    latitude: float | None = None
    thing: Thing | None = None
    is_synthetic: bool = False


def locked(item: PropertyItem) -> PropertyItem:
    """Return the row, held until the transaction ends, so that acts on it take turns."""
    return PropertyItem.objects.select_for_update().get(pk=item.pk)


def value_of(item: PropertyItem) -> int:
    """Return the book value in whole New Taiwan dollars: the sum of the entries (帳面價值)."""
    return int(item.entries.aggregate(sum=Sum("amount_twd"))["sum"] or 0)


@transaction.atomic
def property_record(
    *, agency: Agency, given: Described, value_twd: int, document: str, by: User, at: datetime
) -> PropertyItem:
    """Take property into the ledger (財產增加), with its value and the document that says so.

    Raises:
        NotPermitted: ``by`` does not manage property of ``agency``.
        NumberTaken, AmountUnfit, DayUnfit, DocumentMissing: see there.
    """
    require(by, MANAGE, agency)
    if (given.area_m2 is not None and given.area_m2 <= 0) or not 0 <= value_twd <= MOST_TWD:
        raise AmountUnfit(value=0)
    if given.acquired_on > today_at(at):
        raise DayUnfit(day=given.acquired_on, first=given.acquired_on)
    number = said(given.number, 40)
    item = PropertyItem(
        number=number, category=given.category, name=said(given.name, 120), agency=agency,
        thing=given.thing, address=said(given.address, 200), district=given.district,
        longitude=given.longitude, latitude=given.latitude, area_m2=given.area_m2,
        acquired_on=given.acquired_on, is_synthetic=given.is_synthetic,
    )  # fmt: skip
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        raise NumberTaken(number=number) from None
    _enter(item, Kind.ACQUIRED, value_twd, on=given.acquired_on, document=document, by=by, at=at)
    return item


@transaction.atomic
def value_change(
    *, item: PropertyItem, amount_twd: int, on: date, document: str, by: User, at: datetime,
    why: str = "", is_addition: bool = False,
) -> PropertyEntry:  # fmt: skip
    """Change the value by an amount, up or down (價值異動).

    Args:
        is_addition: something was added to it (增置); otherwise it is revalued (重估).

    Raises:
        NotPermitted, PropertyGone, DocumentMissing, DayUnfit: see there.
        AmountUnfit: the value would fall below zero, or nothing changes.
    """
    item = _open(item, by)
    was = value_of(item)
    is_wrong = amount_twd == 0 or (is_addition and amount_twd < 0)
    if is_wrong or not 0 <= was + amount_twd <= MOST_TWD:
        raise AmountUnfit(value=was)
    kind = Kind.ADDED if is_addition else Kind.REVALUED
    return _enter(item, kind, amount_twd, on=on, document=document, by=by, at=at, why=why)


@transaction.atomic
def property_dispose(
    *, item: PropertyItem, on: date, document: str, why: str, by: User, at: datetime
) -> PropertyItem:
    """Strike property off (財產減損、處分): its value goes to zero, and nothing changes any more.

    Raises:
        NotPermitted, PropertyGone, DocumentMissing, DayUnfit: see there.
        LeaseOverlaps: somebody uses it by contract.
    """
    from shizheng.places.tenure.actions.leases import lease_in_the_way

    item = _open(item, by)
    lease_in_the_way(item, on, date.max)
    _enter(item, Kind.DISPOSED, -value_of(item), on=on, document=document, by=by, at=at, why=why)
    item.use, item.idle_since, item.is_held = Use.OWN, None, False
    item.save(update_fields=["use", "idle_since", "is_held"])
    return item


@transaction.atomic
def property_hand_over(
    *, item: PropertyItem, to: Agency, on: date, document: str, by: User, at: datetime
) -> PropertyItem:
    """Give property to another agency (撥用、移撥): out of one's statement, into the other's.

    Raises:
        NotPermitted, PropertyGone, DocumentMissing, DayUnfit: see there.
    """
    item = _open(item, by)
    value, was = value_of(item), item.agency.code
    if to.pk == item.agency_id:
        raise AmountUnfit(value=value)
    _enter(item, Kind.MOVED_OUT, -value, on=on, document=document, by=by, at=at)
    item.agency = to
    item.save(update_fields=["agency"])
    _enter(item, Kind.MOVED_IN, value, on=on, document=document, by=by, at=at, why=was)
    return item


@transaction.atomic
def property_idle(*, item: PropertyItem, since: date, by: User, at: datetime) -> PropertyItem:
    """Say that property stands idle since a day (列為閒置); the clock for publishing runs.

    Raises:
        NotPermitted, PropertyGone, DayUnfit: see there.
        LeaseOverlaps: somebody uses it by contract.
    """
    from shizheng.places.tenure.actions.leases import lease_in_the_way

    item = _open(item, by)
    _day(item, since, at)
    today = today_at(at)
    lease_in_the_way(item, today, date.max)
    use_set(item, Use.IDLE, by=by, at=at, idle_since=since)
    return item


@transaction.atomic
def property_in_use(*, item: PropertyItem, by: User, at: datetime) -> PropertyItem:
    """Say that the agency uses it itself again (恢復自用).

    Raises:
        NotPermitted, PropertyGone: see there.
    """
    item = _open(item, by)
    use_set(item, Use.OWN, by=by, at=at)
    return item


def use_set(
    item: PropertyItem, use: str, *, by: User | None, at: datetime, idle_since: date | None = None
) -> None:
    """Write how property is used; the caller holds the row and has asked who may."""
    was = item.use
    item.use, item.idle_since = use, idle_since
    item.save(update_fields=["use", "idle_since"])
    facts = {"number": item.number, "use": use}
    journal.record("places.property.used", item, by=by, at=at, was={"use": was}, now=facts)
    outbox.publish("places.property.used", item, at=at, payload=facts)


@transaction.atomic
def accounting_enter(
    *, agency: Agency, month: date, category: str, amount_twd: int, by: User, at: datetime,
    note: str = "",
) -> AccountingFigure:  # fmt: skip
    """Enter what the books of accounting say at the end of a month (登錄帳列數).

    Raises:
        NotPermitted: ``by`` does not manage property of ``agency``.
        AmountUnfit: it is negative.
        FigureTaken: the same figure stands there already.
    """
    require(by, MANAGE, agency)
    if not 0 <= amount_twd <= MOST_TWD:
        raise AmountUnfit(value=0)
    month = month.replace(day=1)
    newest = AccountingFigure.objects.filter(agency=agency, month=month, category=category).first()
    if newest is not None and newest.amount_twd == amount_twd:
        raise FigureTaken(amount=f"{amount_twd:,}")
    made = AccountingFigure.objects.create(
        agency=agency, month=month, category=category, amount_twd=amount_twd,
        note=said(note, 300), entered_at=at, entered_by=by,
    )  # fmt: skip
    facts = {"agency": agency.code, "month": month.isoformat(), "category": category,
             "amount_twd": amount_twd}  # fmt: skip
    journal.record("places.property.accounted", made, by=by, at=at, now=facts)
    return made


def _open(item: PropertyItem, by: User) -> PropertyItem:
    require(by, MANAGE, item)
    item = locked(item)
    if not item.is_held:
        raise PropertyGone(number=item.number)
    return item


def _day(item: PropertyItem, day: date, at: datetime) -> None:
    if not item.acquired_on <= day <= today_at(at):
        raise DayUnfit(day=day, first=item.acquired_on)


def _enter(
    item: PropertyItem, kind: str, amount: int, *, on: date, document: str, by: User,
    at: datetime, why: str = "",
) -> PropertyEntry:  # fmt: skip
    number = said(document, 60)
    if len(number) < 2:
        raise DocumentMissing
    _day(item, on, at)
    made = PropertyEntry.objects.create(
        item=item, agency=item.agency, kind=kind, on=on, amount_twd=amount, document=number,
        why=said(why, 300), recorded_at=at, recorded_by=by,
    )  # fmt: skip
    facts = {"number": item.number, "kind": str(kind), "on": on.isoformat(),
             "amount_twd": amount, "document": number}  # fmt: skip
    journal.record(f"places.property.{kind}", item, by=by, at=at, why=made.why, now=facts)
    outbox.publish(f"places.property.{kind}", item, at=at, payload=facts)
    return made
