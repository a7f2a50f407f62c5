"""What owners and contractors are charged: a price of the pack times a quantity, an event."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.places.digging.access import REVIEW
from shizheng.places.digging.actions.applying import reason_of
from shizheng.places.digging.city import digging_rules
from shizheng.places.digging.errors import PriceUnknown, QuantityUnfit
from shizheng.places.digging.models import DigCharge, DigPermit
from shizheng.places.roads.models import RoadDefect

MOST = Decimal(100_000)
TENTH = Decimal("0.1")


@transaction.atomic
def charge_make(
    *, of: DigPermit | RoadDefect, price: str, quantity: Decimal, by: User, at: datetime,
    why: str = "",
) -> DigCharge:  # fmt: skip
    """Charge who answers for a dig or a defect (代辦費、保固追償).

    The rate is that of the rules in force on the day of the charge; the amount is rounded half
    up to whole NTD. The event ``places.digging.fee_due`` tells the money side.

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PriceUnknown, QuantityUnfit: not to be charged like this.
        AnswerMissing: it does not say what for.
    """
    require(by, REVIEW, of)
    said, found = reason_of(why), digging_rules().body.price(price)
    if found is None:
        raise PriceUnknown(price=price[:50])
    if not 0 < quantity <= MOST or quantity != quantity.quantize(TENTH):
        raise QuantityUnfit(quantity=quantity)
    is_permit = isinstance(of, DigPermit)
    thing = {"permit": of} if is_permit else {"defect": of}
    made = DigCharge.objects.create(
        **thing, number=f"{of.number}-F{of.charges.count() + 1:02d}", agency=of.agency,
        payer=_payer(of), price=price, quantity=quantity, rate_twd=found.twd,
        amount_twd=int((quantity * found.twd).quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        why=said, made_by=by, made_at=at,
    )  # fmt: skip
    facts = {
        "number": made.number, "payer": made.payer, "price": price, "quantity": str(quantity),
        "rate_twd": made.rate_twd, "amount_twd": made.amount_twd, "of": of.number,
        "agency": made.agency.code,
    }  # fmt: skip
    journal.record("places.digging.charged", made, by=by, at=at, why=said, now=facts)
    outbox.publish("places.digging.fee_due", made, at=at, payload=facts)
    return made


def _payer(of: DigPermit | RoadDefect) -> str:
    if isinstance(of, DigPermit):
        return of.record.owner
    return of.permit.record.owner if of.permit else of.liable_name
