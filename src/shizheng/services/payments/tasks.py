"""Background work of payments: refunds on their way, fees that ran out."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import every, job
from shizheng.services.models import Refund
from shizheng.services.payments.actions.expiring import charges_expire
from shizheng.services.payments.actions.refunding import refund_send

log = structlog.get_logger()


@job("services.send_refund", retries=8)
def send_refund(refund: str) -> None:
    """Send one refund through its gateway; done again, it is sent once.

    Raises:
        GatewayUnavailable, GatewayNotInUse: it is tried again later.
    """
    row = Refund.objects.select_related("payment__charge__case").get(pk=refund)
    refund_send(refund=row, at=timezone.now())


@every(minutes=5)
@job("services.expire_charges", retries=2)
def expire_charges() -> None:
    """End the charges that were not paid in time."""
    count = charges_expire(at=timezone.now())
    if count:
        log.info("charges_expired", count=count)
