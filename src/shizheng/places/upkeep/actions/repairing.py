"""Work orders: given out, worked on, with parts and cost, repaired and verified by another."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.places.models import Crew, SparePart, StockMove, Upkeep, WorkOrder
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.actions.reporting import register_tell
from shizheng.places.upkeep.actions.telling import said, tell, tell_order
from shizheng.places.upkeep.city import body_of
from shizheng.places.upkeep.domain.errors import (
    AmountUnfit,
    AssigneeUnfit,
    CrewEnded,
    NotYours,
    OrderMoved,
    PartShort,
    PartUnknown,
    SamePerson,
    WhyMissing,
)
from shizheng.places.upkeep.selectors import crews_of, in_crew
from shizheng.places.upkeep.shifts.selectors import standing_of

State = WorkOrder.State
LEAST_WHY, MOST_PARTS, MOST_TWD = 2, 10_000, 100_000_000
STATES = {
    State.OPEN: N_("open"), State.ASSIGNED: N_("given out"), State.IN_WORK: N_("in work"),
    State.DONE: N_("repaired, to be verified"), State.VERIFIED: N_("verified"),
    State.CANCELLED: N_("cancelled"),
}  # fmt: skip


def _move(
    order: WorkOrder, was: tuple[str, ...], state: str, *, by: User, at: datetime, why: str = "",
    **values: object,
) -> WorkOrder:  # fmt: skip
    """Move an order on if it is still where it may be, and tell of it."""
    rows = WorkOrder.objects.filter(pk=order.pk, state__in=was)
    if not rows.update(state=state, **values):
        order.refresh_from_db()
        raise OrderMoved(number=order.number, state=STATES[State(order.state)])
    order.refresh_from_db()
    tell_order(state, order, by=by, at=at, why=why)
    return order


def _mine(order: WorkOrder, by: User) -> None:
    require(by, DO, order)
    if order.assigned_to_id not in (None, by.pk):
        raise NotYours(person=str(order.assigned_to))
    if order.assigned_to_id is None and order.crew is not None and not in_crew(by, order.crew):
        raise NotYours(person=str(order.crew))


def _why(text: str) -> str:
    why = said(text)
    if len(why) < LEAST_WHY:
        raise WhyMissing(least=LEAST_WHY)
    return why


def amount(given: int, least: int, most: int) -> int:
    """Return a whole number within its limits.

    Raises:
        AmountUnfit: it is not.
    """
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise AmountUnfit(given=given, least=least, most=most)
    return given


@transaction.atomic
def order_assign(*, order: WorkOrder, to: User | Crew, by: User, at: datetime) -> WorkOrder:
    """Give an order to somebody or to a crew (派工); to another until work begins.

    Of a crew whoever begins has it from then on. That a crew is off duty or only on call does not
    stop it; the journal says so.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        AssigneeUnfit: ``to`` may not repair there.
        CrewEnded: the crew was dissolved, or is another agency's.
        OrderMoved: work has begun, or it ended.
    """
    require(by, LEAD, order)
    if isinstance(to, Crew):
        if to not in crews_of(order.upkeep.agency):
            raise CrewEnded(name=to.name)
    elif not may(to, DO, order):
        raise AssigneeUnfit(person=str(to))
    crew, person = (to, None) if isinstance(to, Crew) else (None, to)
    found = standing_of(crew, at=at)
    moved = _move(
        order, (State.OPEN, State.ASSIGNED), State.ASSIGNED, by=by, at=at, assigned_to=person,
        crew=crew,
    )  # fmt: skip
    if crew and found and not found.is_on_duty:
        tell_order(
            "given_off_duty", moved, by=by, at=at, crew=str(crew.pk), is_on_call=found.is_on_call
        )
    return moved


@transaction.atomic
def order_begin(*, order: WorkOrder, by: User, at: datetime) -> WorkOrder:
    """Begin to repair (開始維修); who takes an order that nobody has is given it.

    Raises:
        NotPermitted, NotYours: ``by`` may not, or it is another's.
        OrderMoved: somebody else began, or it ended.
    """
    _mine(order, by)
    was = (State.OPEN, State.ASSIGNED)
    return _move(order, was, State.IN_WORK, by=by, at=at, assigned_to=by, began_at=at)


@transaction.atomic
def part_use(*, order: WorkOrder, part: str, count: int, by: User, at: datetime) -> StockMove:
    """Take parts from the stock for an order in work (領用備品); they are gone at once.

    Raises:
        NotPermitted, NotYours, OrderMoved: it is not in ``by``'s work.
        PartUnknown, AmountUnfit, PartShort: which, how many, and whether there are any.
    """
    _mine(order, by)
    declared = body_of(order.upkeep).part(part)
    row = SparePart.objects.filter(upkeep=order.upkeep, code=part).first()
    if declared is None or row is None:
        raise PartUnknown(part=part[:60])
    amount(count, 1, MOST_PARTS)
    cost = F("parts_twd") + count * declared.price_twd
    working = WorkOrder.objects.filter(pk=order.pk, state=State.IN_WORK)
    if not working.update(parts_twd=cost):
        order.refresh_from_db()
        raise OrderMoved(number=order.number, state=STATES[State(order.state)])
    if not SparePart.objects.filter(pk=row.pk, there__gte=count).update(there=F("there") - count):
        row.refresh_from_db()
        raise PartShort(part=dict(declared.name), there=row.there, wanted=count)
    order.refresh_from_db()
    move = StockMove.objects.create(
        part=row, order=order, count=-count, price_twd=declared.price_twd, by=by, at=at
    )
    tell_order("part_used", order, by=by, at=at, part=part, count=count)
    return move


@transaction.atomic
def order_finish(
    *, order: WorkOrder, by: User, at: datetime, result: str, labour_twd: int = 0
) -> WorkOrder:
    """Say that it is repaired (修復回報), how, and what the work cost besides parts.

    Raises:
        NotPermitted, NotYours, OrderMoved: it is not in ``by``'s work.
        WhyMissing, AmountUnfit: what to correct.
    """
    _mine(order, by)
    told = _why(result)
    amount(labour_twd, 0, MOST_TWD)
    return _move(
        order, (State.IN_WORK,), State.DONE, by=by, at=at, done_at=at, done_by=by, result=told,
        labour_twd=labour_twd,
    )  # fmt: skip


@transaction.atomic
def order_verify(
    *, order: WorkOrder, by: User, at: datetime, is_sound: bool, why: str = ""
) -> WorkOrder:
    """Look whether a repair is sound (複查): it ends, or goes back into work with the reason.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        SamePerson: ``by`` repaired it.
        WhyMissing: it is not sound and nothing says why.
        OrderMoved: it is not repaired, or was verified before.
    """
    require(by, LEAD, order)
    if order.done_by_id == by.pk:
        raise SamePerson
    if not is_sound:
        return _back(order, by, at, _why(why))
    done = _move(order, (State.DONE,), State.VERIFIED, by=by, at=at, verified_by=by, ended_at=at)
    register_tell(done, at=at, is_faulty=False)
    return done


def _back(order: WorkOrder, by: User, at: datetime, reason: str) -> WorkOrder:
    rows = WorkOrder.objects.filter(pk=order.pk, state=State.DONE)
    if not rows.update(state=State.IN_WORK, done_at=None, done_by=None, why=reason):
        order.refresh_from_db()
        raise OrderMoved(number=order.number, state=STATES[State(order.state)])
    order.refresh_from_db()
    tell_order("sent_back", order, by=by, at=at, why=reason)
    return order


@transaction.atomic
def order_cancel(*, order: WorkOrder, by: User, at: datetime, why: str) -> WorkOrder:
    """Cancel an order (取消維修單), because there is no fault, or it is repaired elsewhere.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        WhyMissing: nothing says why.
        OrderMoved: it is repaired or ended.
    """
    require(by, LEAD, order)
    reason = _why(why)
    WorkOrder.objects.filter(pk=order.pk, state__in=WorkOrder.WAITING).update(why=reason)
    ended = _move(order, WorkOrder.WAITING, State.CANCELLED, by=by, at=at, why=reason, ended_at=at)
    register_tell(ended, at=at, is_faulty=False)
    return ended


@transaction.atomic
def stock_add(*, upkeep: Upkeep, part: str, count: int, by: User, at: datetime) -> SparePart:
    """Enter parts that were delivered (備品入庫).

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        PartUnknown, AmountUnfit: which, or how many.
    """
    require(by, LEAD, upkeep)
    declared = body_of(upkeep).part(part)
    if declared is None:
        raise PartUnknown(part=part[:60])
    amount(count, 1, MOST_PARTS)
    row, _ = SparePart.objects.get_or_create(upkeep=upkeep, code=part)
    SparePart.objects.filter(pk=row.pk).update(there=F("there") + count)
    StockMove.objects.create(part=row, count=count, price_twd=declared.price_twd, by=by, at=at)
    row.refresh_from_db()
    tell("places.stock.added", row, by=by, at=at, part=part, count=count, there=row.there)
    return row
