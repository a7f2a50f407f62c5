"""Journal and events of looking after things; neither holds anything of persons."""

from datetime import datetime

from django.db.models import Model

from shizheng.core import journal, outbox
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.models import WorkOrder


def said(text: str, most: int = 500) -> str:
    """Return text of a person without what cannot be printed."""
    return cleaned(text).strip()[:most]


def tell(
    type_: str, thing: Model, *, by: User | None, at: datetime, why: str = "", **facts: object
) -> None:
    """Write an act to the journal and the outbox."""
    journal.record(type_, thing, by=by, at=at, why=why, now=facts)
    outbox.publish(type_, thing, at=at, payload=facts)


def tell_order(
    verb: str, order: WorkOrder, *, by: User | None, at: datetime, why: str = "", **facts: object
) -> None:
    """Write an act on an order to the journal and the outbox."""
    told = {
        "number": order.number, "register": order.upkeep.register.code, "key": order.thing.key,
        "fault": order.fault, "state": str(order.state), **facts,
    }  # fmt: skip
    tell(f"places.order.{verb}", order, by=by, at=at, why=why, **told)
