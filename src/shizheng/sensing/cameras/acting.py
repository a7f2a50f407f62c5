"""Pages of footage: what one asked for, what waits, one request with its acts, one copy."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import Viewer, found, may, require
from shizheng.core.downloads import SANDBOX
from shizheng.core.files import path_of
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.places.pages.sending import answered
from shizheng.sensing.cameras import footage
from shizheng.sensing.cameras.access import APPROVE, ASK, KEEP
from shizheng.sensing.cameras.city import camera_rules
from shizheng.sensing.cameras.forms import AskForm, DecideForm, ReleaseForm
from shizheng.sensing.cameras.selectors import releases_of, requests_seen
from shizheng.sensing.cameras.views import crumbs
from shizheng.sensing.models import FootageRelease, FootageRequest

FORM, ROWS = ["GET", "POST"], 50
State = FootageRequest.State
MARKS = {
    FootageRelease.Mark.PIXELS: N_("Marked in its pixels"),
    FootageRelease.Mark.PAGES: N_("Every page is a picture, marked in its pixels"),
    FootageRelease.Mark.TRAILER: N_("Marked at the end of the file; the picture is not marked"),
}


def way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of footage."""
    return crumbs((_("Footage"), reverse("sensing:footage") if more else ""), *more)


@login_required
@require_safe
def footage_list(request: HttpRequest) -> HttpResponse:
    """List what one asked for; for who decides or keeps, what waits as well."""
    person = cast(User, request.user)
    viewer = Viewer(person)
    if not any(viewer.scopes(each) for each in (ASK, APPROVE, KEEP)):
        require(person, ASK)
    state = request.GET.get("state", "")
    page = Paginator(requests_seen(person, state), ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "rows": [(row, _(footage.STATES[State(row.state)])) for row in page],
        "state": state, "states": [(each, _(words)) for each, words in footage.STATES.items()],
        "may_ask": may(person, ASK), "crumbs": way(),
    }  # fmt: skip
    return render(request, "sensing/cameras/footage.html", shown)


@login_required
@require_http_methods(FORM)
def footage_new(request: HttpRequest) -> HttpResponseBase:
    """Ask for footage."""
    person = cast(User, request.user)
    require(person, ASK)
    rules = camera_rules()
    form = AskForm(
        request.POST or None, rules=rules,
        initial={"cameras": request.GET.get("cameras", "")[:400]},
    )  # fmt: skip

    def perform() -> str:
        given = form.cleaned_data
        starts, ends = form.span
        made = footage.footage_ask(
            case_number=given["case_number"], purpose_code=given["ground"],
            purpose=given["purpose"], cameras=form.keys, starts_at=starts, ends_at=ends,
            by=person, at=timezone.now(), search_faces=given["search_faces"],
        )  # fmt: skip
        messages.success(request, _("A second person decides; you find the answer here."))
        return reverse("sensing:footage_request", args=[made.pk])

    def context() -> dict[str, Any]:
        return {
            "title": _("Ask for footage"), "back": reverse("sensing:footage"), "rules": rules,
            "crumbs": way((_("Ask for footage"), "")),
        }  # fmt: skip

    return answered(request, form, "sensing/cameras/ask.html", perform, context)


def _request(request: HttpRequest, key: UUID) -> FootageRequest:
    rows = FootageRequest.objects.select_related("owner", "asked_by", "decided_by")
    return found(request.user, rows, pk=key)


@login_required
@require_http_methods(FORM)
def footage_request(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a request with its copies; decide, withdraw or delete a copy. Reading it is noted."""
    row, person = _request(request, key), cast(User, request.user)
    act = request.POST.get("act", "")
    form = DecideForm(request.POST or None)
    here = reverse("sensing:footage_request", args=[row.pk])

    def perform() -> str:
        now, why = timezone.now(), form.cleaned_data["why"]
        if act in ("approve", "refuse"):
            footage.footage_decide(
                request=row, is_approved=act == "approve", why=why, by=person, at=now
            )
        elif act == "withdraw":
            footage.footage_withdraw(request=row, by=person, at=now)
        elif act == "delete":
            copies = FootageRelease.objects.visible_to(person).filter(request=row, pk=_key(request))
            copy = copies.first()
            if copy is None:
                raise Http404
            footage.release_delete(release=copy, by=person, at=now, why=why)
            footage.deletion_prove(release=copy, at=now)
        else:
            raise Http404
        messages.success(request, _("Noted."))
        return here

    def context() -> dict[str, Any]:
        if request.method == "GET":
            journal.read(
                row, ["case_number", "purpose"], by=person, at=timezone.now(), why=row.number
            )
        return _shown(row, person)

    return answered(request, form, "sensing/cameras/request.html", perform, context)


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("copy", ""))
    except ValueError:
        raise Http404 from None


def _shown(row: FootageRequest, person: User) -> dict[str, Any]:
    now = timezone.now()
    purpose = camera_rules().purpose(row.ground)
    releases = [
        (each, _(MARKS[FootageRelease.Mark(each.mark)]),
         each.file_id is not None and each.expires_at > now)
        for each in releases_of(person, row)
    ]  # fmt: skip
    is_open = row.state in (State.ASKED, State.APPROVED)
    return {
        "asked": row, "state": _(footage.STATES[State(row.state)]),
        "ground": in_language(dict(purpose.name)) if purpose else row.ground,
        "law": in_language(dict(purpose.ground)) if purpose else "",
        "releases": releases,
        "may_decide": row.state == State.ASKED and row.asked_by_id != person.pk
        and may(person, APPROVE, row),
        "must_be_another": row.state == State.ASKED and row.asked_by_id == person.pk
        and may(person, APPROVE, row),
        "may_withdraw": is_open and row.asked_by_id == person.pk,
        "may_release": row.state in (State.APPROVED, State.DONE) and row.asked_by_id != person.pk
        and may(person, KEEP, row),
        "may_delete": may(person, KEEP, row), "crumbs": way((row.number, "")),
    }  # fmt: skip


@login_required
@require_http_methods(FORM)
def footage_release(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Hand out a marked copy."""
    person = cast(User, request.user)
    rows = FootageRequest.objects.select_related("owner", "asked_by", "decided_by")
    row = found(person, rows, KEEP, pk=key)
    form = ReleaseForm(
        request.POST or None, request.FILES or None, cameras=row.cameras,
        most=camera_rules().footage.release_days,
    )  # fmt: skip
    here = reverse("sensing:footage_request", args=[row.pk])

    def perform() -> str:
        given = form.cleaned_data
        footage.footage_release(
            request=row, camera=given["camera"], content=given["file"], name=given["file"].name,
            days=given["days"], by=person, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Handed out: a marked copy that is deleted on its day."))
        return here

    def context() -> dict[str, Any]:
        title = _("Hand out footage")
        return {
            "title": title, "back": here, "lead": f"{row.number} · {row.case_number}",
            "crumbs": way((row.number, here), (title, "")),
        }  # fmt: skip

    return answered(request, form, "sensing/cameras/form.html", perform, context)


@login_required
@require_safe
def footage_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Send a copy to who asked for it or keeps it, and note that it was opened."""
    person, now = cast(User, request.user), timezone.now()
    rows = FootageRelease.objects.select_related("request", "file")
    row = found(person, rows, pk=key)
    if row.request.asked_by_id != person.pk:
        require(person, KEEP, row)
    footage.footage_open(release=row, by=person, at=now)
    try:
        content = path_of(cast(Any, row.file)).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        content, as_attachment=row.mark != FootageRelease.Mark.PIXELS, filename=row.name,
        content_type=row.media_type,
    )  # fmt: skip
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    return answer
