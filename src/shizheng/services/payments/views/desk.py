"""The money of a case, for those who work on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import Viewer
from shizheng.core.pages import actor, see_other
from shizheng.kernel.errors import DomainError
from shizheng.services.access import staff_cases
from shizheng.services.models import Case, Charge, Payment, Refund
from shizheng.services.outputs.selectors.documents import documents_of
from shizheng.services.payments import forms
from shizheng.services.payments.actions.receiving import charge_pay_at_counter
from shizheng.services.payments.actions.refunding import payment_refund, refund_mark_sent
from shizheng.services.payments.selectors.fees import money_of
from shizheng.services.refusals import add_refusal


@login_required
@require_safe
def payments(request: HttpRequest, number: str) -> HttpResponse:
    """Show the fees, payments, refunds and documents of a case."""
    return page(request, case_of(request, number))


@login_required
@require_POST
def counter(request: HttpRequest, number: str) -> HttpResponse:
    """Take a fee at the counter."""
    case, form = case_of(request, number), forms.CounterForm(request.POST)

    def act(given: dict[str, Any]) -> str:
        charge = get_object_or_404(Charge, case=case, number=given["charge"])
        charge_pay_at_counter(
            charge=charge, receipt=given["receipt"], by=actor(request), at=timezone.now()
        )
        return _("The payment was booked.")

    return acted(request, case, form, act)


@login_required
@require_POST
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Order a refund."""
    case, form = case_of(request, number), forms.RefundForm(request.POST)

    def act(given: dict[str, Any]) -> str:
        payment = get_object_or_404(Payment, charge__case=case, pk=given["payment"])
        payment_refund(
            payment=payment, amount=given["amount"], note=given["note"], by=actor(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("The refund was ordered.")

    return acted(request, case, form, act)


@login_required
@require_POST
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """Note that a refund was paid out by hand."""
    case, form = case_of(request, number), forms.SentForm(request.POST)

    def act(given: dict[str, Any]) -> str:
        found = get_object_or_404(Refund, payment__charge__case=case, pk=given["refund"])
        refund_mark_sent(
            refund=found, reference=given["reference"], by=actor(request), at=timezone.now()
        )
        return _("The refund is noted as sent.")

    return acted(request, case, form, act)


def case_of(request: HttpRequest, number: str) -> Case:
    """Return a case for those who work on it.

    Raises:
        Http404: none, or none that the visitor sees as staff.
    """
    known = Case.objects.select_related("service", "agency")
    case = known.filter(staff_cases(Viewer(request.user)), number=number).first()
    if case is None:
        raise Http404
    return case


def acted(
    request: HttpRequest, case: Case, form: Form, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Carry out what a form asks for, then show the money of the case; or say why not."""
    status = 422
    if form.is_valid():
        try:
            said = act(form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, said)
            return see_other(reverse("services:case_payments", args=[case.number]))
    return page(request, case, form=form, status=status)


def page(
    request: HttpRequest, case: Case, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of the money and documents of a case."""
    context = {
        "case": case,
        "form": form,
        "money": money_of(case, request.user),
        "documents": documents_of(case, request.user),
        "crumbs": [(_("Desk"), ""), (case.number, _case_page(case)), (_("Fees and documents"), "")],
    }
    return render(request, "services/payments/case.html", context, status=status)


def _case_page(case: Case) -> str:
    from shizheng.services.following.words import address_of

    return address_of("case", case.number)
