"""Following a case by its number, with the code that opens more of it."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.clients import hidden
from shizheng.core.pages import add_refusal, see_other
from shizheng.core.ratelimit import limited, parsed, spend
from shizheng.kernel.errors import DomainError
from shizheng.kernel.identifiers import parse_number
from shizheng.services.following import sessions
from shizheng.services.following.forms import TrackForm
from shizheng.services.following.selectors.mine import by_code, row_of

EACH_CASE = parsed("30/h")
"""How often anybody may try codes of one case: whoever asks from many addresses meets it too."""


@limited("10/m")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, and lead to the case."""
    initial = {"number": request.GET.get("number", "")[:60]}
    form = TrackForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return see_other(reverse("services:status", args=[_opened(request, form)]))
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    rows = [row_of(case) for case in by_code(sessions.followed_keys(request))]
    shown = {"form": form, "rows": rows, "crumbs": [(_("Follow a case"), "")]}
    return render(request, "services/following/track.html", shown, status=status)


def _opened(request: HttpRequest, form: TrackForm) -> str:
    """Return the number to go to; with a right code the case is open in this session.

    Raises:
        NumberUnreadable, NumberDateImpossible: no number.
        CodeWrong: no such case, or another code.
        TooMany: too many codes were tried for this case.
    """
    number = str(parse_number(form.cleaned_data["number"]))
    code = form.cleaned_data["code"]
    if code:
        spend(hidden("services.track", number), *EACH_CASE, now=time.time())
        sessions.remember(request, sessions.party_proven(number=number, code=code))
        request.session.cycle_key()
    return number
