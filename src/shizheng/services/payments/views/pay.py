"""The page on which a fee is paid, and the one to which a card page comes back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.kernel.errors import DomainError, Refusal
from shizheng.services.following.sessions import party_of
from shizheng.services.models import Charge
from shizheng.services.outputs.selectors.documents import documents_for_party
from shizheng.services.payments.connections import is_test_bank_on
from shizheng.services.payments.domain.gateway import Instructions, Redirect
from shizheng.services.payments.domain.matching import Method
from shizheng.services.payments.selectors.fees import (
    bar_codes,
    charge_by,
    is_payable,
    practice_address,
    started,
    ways_of,
)
from shizheng.services.refusals import shown


@require_safe
def charge(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is to be paid, how much, until when, and how; who knows the number may pay.

    Raises:
        ChargeUnknown: there is no such charge (404).
    """
    found = charge_by(number)
    ways = ways_of(found, request.GET.get("method", ""))
    chosen = next((way.method for way in ways if way.is_chosen), None)
    context: dict[str, Any] = {
        **_about(request, found),
        "ways": ways,
        "chosen": chosen,
        "is_test_bank_on": is_test_bank_on(),
    }
    status = 200
    if chosen is not None and context["is_payable"]:
        found_way, refusal = _way(found, chosen)
        status = 422 if refusal else 200
        context |= {"refusal": refusal, **found_way}
    return render(request, "services/payments/pay.html", context, status=status)


def _way(charge: Charge, method: Method) -> tuple[dict[str, Any], Refusal | None]:
    try:
        way = started(charge, method)
    except DomainError as refusal:
        return {}, shown(refusal)
    if isinstance(way, Redirect):
        return {"redirect": way}, None
    if isinstance(way, Instructions):
        practice = practice_address(charge, method) if is_test_bank_on() else ""
        return {"instructions": way, "bars": bar_codes(way), "practice": practice}, None
    return {}, None


@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """Say how a payment came out, and hand out at once what was paid for.

    Raises:
        ChargeUnknown: there is no such charge (404).
    """
    found = charge_by(number)
    party = party_of(request, found.case)
    is_party = party is not None and party.role != "follower"
    context = _about(request, found)
    context["documents"] = documents_for_party(found.case) if is_party else ()
    context["refunded"] = [
        refund for payment in found.payments.all() for refund in payment.refunds.all()
    ]
    return render(request, "services/payments/done.html", context)


def _about(request: HttpRequest, charge: Charge) -> dict[str, Any]:
    case = charge.case
    return {
        "charge": charge,
        "case": case,
        "is_payable": is_payable(charge, timezone.now()),
        "is_paid": charge.status == Charge.Status.PAID,
        "case_page": reverse("services:status", args=[case.number]),
        "crumbs": [(case.number, reverse("services:status", args=[case.number])), (_("Pay"), "")],
    }
