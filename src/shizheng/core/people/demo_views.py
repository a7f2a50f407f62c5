"""Stepping into an invented account."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shizheng.core.models import User
from shizheng.core.ratelimit import limited


@require_POST
@limited("60/m")
def step_in(request: HttpRequest) -> HttpResponse:
    """Sign in as an account of the demonstration and go on where the visitor was."""
    if not settings.IS_DEMO:
        raise Http404
    username = request.POST.get("username", "")
    person = get_object_or_404(User, username=username, is_demo=True, is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = settings.LOGIN_REDIRECT_URL
    return redirect(onward)
