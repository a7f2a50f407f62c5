"""The door for gateways that push over HTTP: one message, as a broker would carry it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shizheng.kernel.errors import DomainError
from shizheng.sensing.actions.intake import REASONS
from shizheng.sensing.errors import KeyMissing
from shizheng.sensing.messages import message_taken
from shizheng.sensing.sensorthings.views import actor_of, refused


@csrf_exempt
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Take the readings of a message; say of each that was not taken why."""
    try:
        actor, may_write = actor_of(request)
        if not may_write:
            raise KeyMissing
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
