"""Acts on contracts: make, renew, end; rent that falls due goes out as an event and is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.places.telling import tell
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.ledger import Use, locked, use_set
from shizheng.places.tenure.city import reason_of, said, today_at
from shizheng.places.tenure.domain.errors import (
    DocumentMissing,
    LeaseEnded,
    LeaseOverlaps,
    LeaseUnfit,
    PropertyGone,
    RentSettled,
)
from shizheng.places.tenure.domain.rent import Step, rent_schedule
from shizheng.places.tenure.models import Lease, PropertyItem, RentDue


@dataclass(frozen=True, slots=True)
class Terms:
    """Term and rent (租期與租金): ``starts_on <= day < ends_on``; rent of a whole period."""

    starts_on: date
    ends_on: date
    rent_twd: int
    period_months: int = 12
    due_days: int = 0
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class PartyOf:
    """Who uses it (承租人); with an account they see the contract."""

    name: str
    contact: str = ""
    person: User | None = None


def leases_at(item: PropertyItem, first: date, until: date) -> Q:
    """Return contracts that hold on some day of ``first <= day < until``."""
    return Q(item=item, starts_on__lt=until, last__gt=first)


def lease_in_the_way(
    item: PropertyItem, first: date, until: date, apart_from: Lease | None = None
) -> None:
    """Do nothing if nobody has a contract then.

    Raises:
        LeaseOverlaps: somebody has.
    """
    rows = Lease.objects.alias(last=Coalesce(F("ended_on"), F("ends_on")))
    rows = rows.filter(leases_at(item, first, until))
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from.pk)
    other = rows.order_by("starts_on").first()
    if other is not None:
        last = other.ended_on or other.ends_on
        raise LeaseOverlaps(
            number=item.number, other=other.number, first=other.starts_on, last=last
        )


@transaction.atomic
def lease_make(
    *, item: PropertyItem, party: PartyOf, terms: Terms, document: str, by: User, at: datetime,
    renews: Lease | None = None,
) -> Lease:  # fmt: skip
    """Make a contract (訂約出租) with the days and amounts on which rent falls due.

    Raises:
        NotPermitted: ``by`` does not manage the property.
        PropertyGone, LeaseOverlaps, LeaseUnfit, DocumentMissing: see there.
    """
    require(by, MANAGE, item)
    item = locked(item)
    if not item.is_held:
        raise PropertyGone(number=item.number)
    number = said(document, 60)
    if len(number) < 2:
        raise DocumentMissing
    name = said(party.name, 80)
    if not name or terms.starts_on < item.acquired_on:
        raise LeaseUnfit
    try:
        rents = rent_schedule(
            terms.starts_on, terms.ends_on, amount_twd=terms.rent_twd,
            period_months=terms.period_months, steps=terms.steps, due_days=terms.due_days,
        )  # fmt: skip
    except ValueError:
        raise LeaseUnfit from None
    lease_in_the_way(item, terms.starts_on, terms.ends_on)
    made = Lease.objects.create(
        number=f"{item.number}/{item.leases.count() + 1}", item=item, person=party.person,
        party_name=name, party_contact=said(party.contact, 200), starts_on=terms.starts_on,
        ends_on=terms.ends_on, rent_twd=terms.rent_twd, period_months=terms.period_months,
        due_days=terms.due_days, document=number, renews=renews, made_at=at, made_by=by,
        steps=[{"from": s.from_.isoformat(), "percent": str(s.percent)} for s in terms.steps],
    )  # fmt: skip
    RentDue.objects.bulk_create(
        RentDue(
            lease=made, due_on=each.due_on, first=each.first, until=each.until,
            amount_twd=each.amount_twd,
        )
        for each in rents
    )  # fmt: skip
    _told("made", made, by, at, rents=len(rents))
    if terms.starts_on <= today_at(at) < terms.ends_on:
        use_set(item, Use.LEASED, by=by, at=at)
    return made


@transaction.atomic
def lease_renew(*, lease: Lease, terms: Terms, document: str, by: User, at: datetime) -> Lease:
    """Go on with the same party from the day on which a contract ends (續約).

    Raises:
        LeaseUnfit: the new term does not begin where the old one ends.
        LeaseEnded: it was ended before its term.
        and what ``lease_make`` refuses.
    """
    if lease.ended_on is not None:
        raise LeaseEnded(number=lease.number)
    if terms.starts_on != lease.ends_on:
        raise LeaseUnfit
    party = PartyOf(lease.party_name, lease.party_contact, lease.person)
    return lease_make(
        item=lease.item, party=party, terms=terms, document=document, by=by, at=at, renews=lease
    )


@transaction.atomic
def lease_end(*, lease: Lease, on: date, why: str, by: User, at: datetime) -> Lease:
    """End a contract before its term (終止租約); rent of periods that begin later is void.

    Raises:
        NotPermitted, ReasonMissing: see there.
        LeaseEnded: it is over.
        LeaseUnfit: the day is not within the term.
    """
    require(by, MANAGE, lease)
    item = locked(lease.item)
    reason = reason_of(why, 300)
    if not lease.starts_on <= on < lease.ends_on:
        raise LeaseUnfit
    rows = Lease.objects.filter(pk=lease.pk, ended_on=None)
    if not rows.update(ended_on=on, ended_why=reason):
        raise LeaseEnded(number=lease.number)
    lease.refresh_from_db()
    lease.rents.filter(first__gte=on, paid_on=None).update(is_void=True)
    _told("ended", lease, by, at, why=reason, on=on.isoformat())
    if item.use == Use.LEASED and on <= today_at(at):
        use_set(item, Use.OWN, by=by, at=at)
    return lease


@transaction.atomic
def rent_pay(*, rent: RentDue, on: date, receipt: str, by: User, at: datetime) -> RentDue:
    """Book that rent was paid (收訖), with the receipt's number.

    Raises:
        NotPermitted: ``by`` does not manage the property.
        DocumentMissing: no receipt.
        RentSettled: it is paid or void.
        LeaseUnfit: the day lies in the future.
    """
    require(by, MANAGE, rent)
    number = said(receipt, 60)
    if len(number) < 2:
        raise DocumentMissing
    if on > today_at(at):
        raise LeaseUnfit
    rows = RentDue.objects.filter(pk=rent.pk, paid_on=None, is_void=False)
    if not rows.update(paid_on=on, receipt=number):
        raise RentSettled
    rent.refresh_from_db()
    facts = {"lease": rent.lease.number, "due_on": rent.due_on.isoformat(),
             "amount_twd": rent.amount_twd, "paid_on": on.isoformat()}  # fmt: skip
    journal.record("places.rent.paid", rent, by=by, at=at, now=facts | {"receipt": number})
    outbox.publish("places.rent.paid", rent, at=at, payload=facts)
    return rent


@transaction.atomic
def rents_announce(*, at: datetime) -> int:
    """Send out rent that has fallen due (應繳租金), once each; whoever has an account is told.

    Returns:
        How many went out.
    """
    today = today_at(at)
    rows = RentDue.objects.select_for_update().filter(
        due_on__lte=today, announced_at=None, paid_on=None, is_void=False
    )
    found = list(rows.order_by("due_on", "pk"))
    leases = Lease.objects.select_related("person", "item").in_bulk(
        {rent.lease_id for rent in found}
    )
    for rent in found:
        lease = leases[rent.lease_id]
        payload = {"lease": lease.number, "property": lease.item.number,
                   "due_on": rent.due_on.isoformat(), "amount_twd": rent.amount_twd}  # fmt: skip
        outbox.publish("places.rent.due", rent, at=at, payload=payload)
        if lease.person is not None:
            tell(
                [lease.person], key=f"rent:{rent.pk}", template="places.rent_due", at=at,
                subject=N_("Rent is due for {number}"),
                text=N_("Rent of NT$ {amount} for {number} is due on {day}. Your contract shows all days and amounts."),  # noqa: E501
                number=lease.number, amount=f"{rent.amount_twd:,}", day=rent.due_on,
            )  # fmt: skip
    RentDue.objects.filter(pk__in=[rent.pk for rent in found]).update(announced_at=at)
    return len(found)


@transaction.atomic
def leases_turn(*, at: datetime) -> int:
    """Bring the use of property to what contracts say today; returns how many changed."""
    today, changed = today_at(at), 0
    rows = Lease.objects.alias(last=Coalesce(F("ended_on"), F("ends_on")))
    running = rows.filter(starts_on__lte=today, last__gt=today).values("item")
    held = PropertyItem.objects.filter(is_held=True)
    over = held.filter(use=Use.LEASED).exclude(pk__in=running)
    begun = held.filter(pk__in=running, use__in=(Use.OWN, Use.IDLE))
    for found, use in ((over, Use.OWN), (begun, Use.LEASED)):
        for item in found:
            use_set(locked(item), use, by=None, at=at)
            changed += 1
    return changed


def percent(text: str) -> Decimal:
    """Return a percentage as people write it.

    Raises:
        ValueError: it is none.
    """
    try:
        return Decimal(text.strip().rstrip("%"))
    except ArithmeticError:
        raise ValueError(text) from None


def _told(
    verb: str, lease: Lease, by: User, at: datetime, *, why: str = "", **more: object
) -> None:
    facts = {"number": lease.number, "property": lease.item.number,
             "starts_on": lease.starts_on.isoformat(),
             "ends_on": lease.ends_on.isoformat(), **more}  # fmt: skip
    journal.record(f"places.lease.{verb}", lease, by=by, at=at, why=why, now=facts)
    outbox.publish(f"places.lease.{verb}", lease, at=at, payload=facts)
