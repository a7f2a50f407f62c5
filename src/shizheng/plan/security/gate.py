"""The door to information security: who holds no permission is told that nothing is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from shizheng.core.access import may
from shizheng.core.models import User
from shizheng.plan.security.access import SEES

View = Callable[..., HttpResponseBase]


def restricted(view: View) -> View:
    """Let a view be for those who see information security somewhere; 404 for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not may(cast(User, request.user), SEES):
            raise Http404
        answer = view(request, *args, **named)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return cast(View, login_required(guarded))
