"""The page of the built-in test bank (示範銀行), on which one plays the payer; no real money."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.models.keys import new_key
from shizheng.core.pages import add_refusal, see_other
from shizheng.core.ratelimit import limited
from shizheng.kernel.errors import DomainError
from shizheng.services.models import Charge
from shizheng.services.payments.actions.receiving import payment_receive
from shizheng.services.payments.connections import TEST_BANK, the_test_bank
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.forms import PracticeForm

TEMPLATE = "services/payments/test_bank.html"
ACTS = ("pay", "twice", "wrong")


@require_http_methods(["GET", "HEAD", "POST"])
def test_bank(request: HttpRequest) -> HttpResponse:
    """Show what is to be paid, with buttons to pay it, twice, or wrongly.

    Raises:
        GatewayNotInUse: this installation has no test bank (404).
    """
    the_test_bank()
    sent = request.POST or request.GET
    names = ("charge", "amount_twd")
    initial = {name: sent.get(name, "")[:40] for name in names}
    initial["method"] = sent.get("method", "") or "card"
    return _page(request, PracticeForm(initial=initial))


@limited("60/m")
@require_POST
def test_bank_pay(request: HttpRequest) -> HttpResponse:
    """Pay at the test bank, which then sends its signed notice to the door of payments.

    Raises:
        GatewayNotInUse: this installation has no test bank (404).
    """
    the_test_bank()
    form = PracticeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    act = request.POST.get("act", "pay")
    try:
        for payment in _played(given, act if act in ACTS else "pay", timezone.now()):
            _report(payment)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(request, form, status=refusal.status)
    if Charge.objects.filter(number=given["charge"]).exists():
        return see_other(reverse("services:pay_done", args=[given["charge"]]))
    messages.success(request, _("The test bank has reported the payment."))
    return see_other("services:test_bank")


def _page(request: HttpRequest, form: PracticeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "crumbs": [(_("Test bank"), "")]}
    return render(request, TEMPLATE, context, status=status)


def _played(given: dict[str, object], act: str, at: datetime) -> Iterator[Incoming]:
    """Yield the payments that a button stands for."""
    amount = int(str(given["amount_twd"]))
    if act == "wrong":
        amount = max(1, amount - 1) if amount > 1 else amount + 1
    for _number in range(2 if act == "twice" else 1):
        yield Incoming(
            gateway=TEST_BANK,
            reference=f"TB-{new_key().hex}",
            charge=str(given["charge"]),
            amount_twd=amount,
            paid_at=at,
            method=Method(str(given["method"])),
        )


def _report(payment: Incoming) -> None:
    at = payment.paid_at
    notice = the_test_bank().pay(payment, at=at)
    payment_receive(gateway=TEST_BANK, body=notice.body, headers=notice.headers, at=at)
