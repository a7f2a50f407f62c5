"""The door of payment gateways: a signed notice in, one answer out, however often it comes."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shizheng.kernel.errors import DomainError
from shizheng.services.models import Payment
from shizheng.services.payments.actions.receiving import payment_receive
from shizheng.services.payments.domain.notices import LARGEST_BODY
from shizheng.services.refusals import shown


@csrf_exempt
@require_POST
def receive(request: HttpRequest, gateway: str) -> JsonResponse:
    """Take a notice; its signature says who sent it, so that no cookie is looked at."""
    body = request.read(LARGEST_BODY + 1)
    try:
        payment = payment_receive(
            gateway=gateway, body=body, headers=dict(request.headers), at=timezone.now()
        )
    except DomainError as refusal:
        said = shown(refusal)
        told = {"code": said.code, "message": said.message, "hint": said.hint}
        return JsonResponse(told, status=refusal.status)
    return JsonResponse(answer_of(payment))


def answer_of(payment: Payment) -> dict[str, object]:
    """Return what a gateway is told of a payment, the same each time it reports it."""
    return {
        "reference": payment.reference,
        "charge": payment.account,
        "amount_twd": payment.amount,
        "verdict": payment.verdict,
    }
