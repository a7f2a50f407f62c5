"""Faults: reported by whomever or whatever, each becomes an order or joins the one there is."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.places.access import VIEW
from shizheng.places.actions.things import thing_change
from shizheng.places.models import FaultReport, Inspection, Thing, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.telling import said, tell_order
from shizheng.places.upkeep.city import body_of, feature_of, repair_due
from shizheng.places.upkeep.definitions import FaultOf
from shizheng.places.upkeep.domain.errors import FaultUnknown, ThingGone

State = WorkOrder.State
Source = FaultReport.Source


@dataclass(frozen=True, slots=True)
class Said:
    """Who says so (通報): ``reference`` names it where it came from, so that it counts once."""

    source: str
    reference: str
    text: str = ""
    inspection: Inspection | None = None


@transaction.atomic
def fault_report(
    *, upkeep: Upkeep, thing: Thing, fault: str, given: Said, by: User | None, at: datetime
) -> WorkOrder:
    """Report a fault of a thing (通報故障): a new order, or the one that waits for it already.

    The same report twice is one. A fault that is reported again after its repair, before anybody
    verified it, is open again.

    Args:
        by: None for a sensor, or for a resident whose case is the reference.

    Raises:
        NotPermitted: ``by`` is not of the city's staff.
        FaultUnknown: the declaration has no such fault.
        ThingGone: the thing is not in the register today.
    """
    if by is not None:
        require(by, VIEW)
    body = body_of(upkeep)
    kind = body.fault(fault)
    if kind is None:
        raise FaultUnknown(fault=fault[:60], known=", ".join(each.id for each in body.faults))
    upkeep = Upkeep.objects.select_for_update().get(pk=upkeep.pk)  # numbers and joins take turns
    before = _known(upkeep, thing, fault, given)
    if before is not None:
        return before
    order = WorkOrder.objects.filter(thing=thing, fault=fault, state__in=WorkOrder.LIVE).first()
    if order is None:
        order = _opened(upkeep, thing, kind, at)
    else:
        _joined(order)
    FaultReport.objects.create(
        order=order, source=given.source, reference=given.reference[:80],
        text=said(given.text, 1_000), inspection=given.inspection, reported_by=by, reported_at=at,
    )  # fmt: skip
    verb = "opened" if order.report_count == 1 else "reported_again"
    tell_order(verb, order, by=by, at=at, source=str(given.source), reports=order.report_count)
    if verb == "opened":
        register_tell(order, at=at, is_faulty=True)
    return order


def _known(upkeep: Upkeep, thing: Thing, fault: str, given: Said) -> WorkOrder | None:
    row = FaultReport.objects.filter(
        source=given.source, reference=given.reference[:80], order__upkeep=upkeep,
        order__thing=thing, order__fault=fault,
    ).select_related("order").first()  # fmt: skip
    return row.order if row else None


def _opened(upkeep: Upkeep, thing: Thing, kind: FaultOf, at: datetime) -> WorkOrder:
    today = timezone.localdate(at)
    feature = feature_of(thing, today)
    if feature is None:
        raise ThingGone(key=thing.key, day=today)
    rows = WorkOrder.objects.filter(upkeep=upkeep, year=today.year)
    last = rows.aggregate(last=Max("sequence"))["last"] or 0
    due_at = repair_due(kind.repair, at)
    return WorkOrder.objects.create(
        upkeep=upkeep, thing=thing, district_id=feature.district_id, year=today.year,
        sequence=last + 1, fault=kind.id, severity=kind.severity, opened_at=at, due_at=due_at,
        due_on=timezone.localdate(due_at), is_synthetic=feature.is_synthetic,
    )  # fmt: skip


def _joined(order: WorkOrder) -> None:
    order.report_count = F("report_count") + 1
    order.save(update_fields=["report_count"])
    if order.state == State.DONE:
        again = State.ASSIGNED if order.assigned_to_id else State.OPEN
        order.state, order.done_at, order.done_by = again, None, None
        order.save(update_fields=["state", "done_at", "done_by"])
    order.refresh_from_db()


def register_tell(order: WorkOrder, *, at: datetime, is_faulty: bool) -> None:
    """Let the register say that a thing is at fault, or sound again, as far as it can.

    What the register's own rules refuse is left to its keepers; the order stands all the same.
    """
    written = body_of(order.upkeep).writes
    kind = body_of(order.upkeep).fault(order.fault)
    if (
        not is_faulty
        and WorkOrder.objects.filter(
            thing=order.thing, upkeep=order.upkeep, state__in=WorkOrder.LIVE
        )
        .exclude(pk=order.pk)
        .exists()
    ):
        return
    state = written.faulty if is_faulty else written.sound
    values: dict[str, object] = {}
    if written.fault:
        values[written.fault] = kind.name.get("zh-Hant", order.fault) if is_faulty and kind else ""
    if state is None and not values:
        return
    register_write(order.thing, values, at=at, why=order.number, state=state)


def register_write(
    thing: Thing, values: dict[str, object], *, at: datetime, why: str, state: str | None = None
) -> bool:
    """Change a thing in the register in the name of the system; return whether it was taken."""
    thing = Thing.objects.select_related("register").get(pk=thing.pk)
    try:
        thing_change(
            thing=thing, seen=thing.version, by=None, at=at, valid_from=timezone.localdate(at),
            values=values, state=state, why=why,
        )  # fmt: skip
    except DomainError:
        return False
    return True
