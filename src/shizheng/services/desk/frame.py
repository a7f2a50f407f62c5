"""What the pages of the desk share: who may come in, forms sent once, parts of a page, the pane."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from shizheng.core.access import Viewer, require
from shizheng.core.idempotency import KeyUsedOtherwise, answered_once
from shizheng.core.models import User
from shizheng.services.desk.filtering import Narrowing, narrowing
from shizheng.services.models import Case
from shizheng.services.selectors.casework import Casework, case_for_staff

SEE = "services.view_case"
SHOWN = "desk_shown"
Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def staff(page: Page[Given]) -> Page[Given]:
    """Let only those in who see cases somewhere as staff.

    Raises:
        NotPermitted: from the page, for who is signed in but does not (403).
    """

    @login_required
    @wraps(page)
    def guarded(
        request: HttpRequest, *given: Given.args, **named: Given.kwargs
    ) -> HttpResponseBase:
        require(cast(User, request.user), SEE)
        return page(request, *given, **named)

    return cast(Page[Given], guarded)


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who looks, at this moment."""
    return Viewer(cast(User, request.user), timezone.now())


def person_of(request: HttpRequest) -> User:
    """Return who is signed in."""
    return cast(User, request.user)


def casework(request: HttpRequest, number: str) -> Casework:
    """Return the case of a page, as whoever asks may see it.

    Raises:
        Http404: there is none, or none that they may see as staff.
    """
    viewer = viewer_of(request)
    case = case_for_staff(viewer, number)
    if case is None:
        raise Http404
    return Casework(case, viewer, is_shown=_is_shown(request, number, viewer.at))


def _is_shown(request: HttpRequest, number: str, at: datetime) -> bool:
    until = request.session.get(SHOWN, {}).get(number)
    return bool(until and datetime.fromisoformat(until) > at)


def show_until(request: HttpRequest, number: str, until: datetime) -> None:
    """Remember for this session that personal data of a case may be shown until then."""
    now = timezone.now()
    kept = {
        each: moment
        for each, moment in request.session.get(SHOWN, {}).items()
        if datetime.fromisoformat(moment) > now
    }
    request.session[SHOWN] = kept | {number: until.isoformat()}


@dataclass(frozen=True, slots=True)
class Sent:
    """What every form of the desk carries: a token to act once, and the revision seen."""

    token: str
    revision: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Sent":
        """Return what a form carried; a fresh token where it had none."""
        revision = request.POST.get("revision", "")
        return cls(
            request.POST.get("token", "") or new_token(),
            int(revision) if revision.isdecimal() else None,
        )


def new_token() -> str:
    """Return the token of a fresh form."""
    return str(uuid.uuid4())


def once(request: HttpRequest, act: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    """Act on a form once: what is sent again gets the first answer (防止重複送出)."""
    token = request.POST.get("token", "")
    try:
        uuid.UUID(token)
    except ValueError:
        return act(request)
    try:
        return answered_once(request, act, key=token)
    except KeyUsedOtherwise:
        return act(request)  # sent, changed and sent again: the revision it saw decides


def part(
    request: HttpRequest, template: str, shown: dict[str, Any], *, at: str, status: int = 200
) -> HttpResponse:
    """Return a part of a page that takes the place of the element with the id ``at``.

    A refusal says so by headers, as the frame of htmx would otherwise replace the whole page.
    """
    response = render(request, template, shown, status=status)
    if status >= 400:
        response["HX-Retarget"], response["HX-Reswap"] = f"#{at}", "outerHTML"
        response["HX-Reselect"] = f"#{at}"
    response["Cache-Control"] = "private, no-store"
    return response


def is_part(request: HttpRequest) -> bool:
    """Whether only a part of a page is asked for."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def list_of(request: HttpRequest, viewer: Viewer) -> Narrowing | None:
    """Return the list beside which a case was opened, None for a case by itself."""
    if "view" not in request.GET:
        return None
    return narrowing(request.GET, viewer)


def address_of(case: Case | str, request: HttpRequest) -> str:
    """Return the address of a case, beside the same list."""
    number = case if isinstance(case, str) else case.number
    query = request.GET.urlencode()
    return reverse("services:case", args=[number]) + (f"?{query}" if query else "")


def to_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Go back to a case after an act (303)."""
    response = redirect(address_of(case, request))
    response.status_code = 303
    return response
