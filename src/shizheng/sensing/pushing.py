"""The door for gateways that push over HTTP: one message, as a broker would carry it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shizheng.kernel.errors import DomainError
from shizheng.sensing.actions.intake import REASONS
from shizheng.sensing.errors import KeyMissing
from shizheng.sensing.messages import Message, message_taken, opened
from shizheng.sensing.models import Gateway
from shizheng.sensing.sensorthings.views import actor_of, refused


def _queued(body: bytes, gateway: Gateway) -> HttpResponse:
    """Put a message that can be read into the stream; what becomes of it is counted later."""
    from shizheng.sensing import streaming  # only here: most cities have no stream

    opened(Message(body), timezone.now(), gateway)
    streaming.put([Message(body, gateway=gateway.pk)])
    return JsonResponse({"queued": True}, status=202)


@csrf_exempt
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Take the readings of a message; say of each that was not taken why."""
    try:
        actor, may_write = actor_of(request)
        if not may_write:
            raise KeyMissing
        if settings.NATS and isinstance(actor, Gateway):
            return _queued(request.body, actor)
        taken = message_taken(request.body, at=timezone.now(), by=actor)
    except DomainError as refusal:
        answer = refused(refusal)
        return JsonResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    not_taken = [
        {"place": place, "reason": REASONS[outcome]}
        for place, outcome in enumerate(taken.outcomes)
        if outcome in REASONS
    ]
    counts = taken.counts
    return JsonResponse(
        {"new": counts["new"], "same": counts["same"], "not_taken": not_taken[:1000]}
    )
