"""The quick report on a map: one page, parts of which come as one fills it in."""

import uuid
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.idempotency import KeyUsedOtherwise, answered_once
from shizheng.core.locations.located import located
from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited
from shizheng.kernel.errors import DomainError
from shizheng.services import refusals
from shizheng.services.actions.documents import ATTACHMENT
from shizheng.services.actions.opening import Contact, Intake, Opened, case_open
from shizheng.services.applying.forms import AnswerForm
from shizheng.services.following import sessions
from shizheng.services.following.errors import FormSentAlready
from shizheng.services.following.reporting.forms import MORE, ReportForm, more_form
from shizheng.services.following.reporting.nearby import Near, reports_near
from shizheng.services.following.reporting.offers import Offer, choices, offers
from shizheng.services.following.reporting.photos import taken_at_place
from shizheng.services.following.words import state_words
from shizheng.services.models import Case
from shizheng.services.places import Place
from shizheng.services.versions import definition_by

TEMPLATE = "services/following/report.html"
CODES = "services.codes"
HEAD_BYTES = 256 * 1024


def _offered() -> dict[str, Offer]:
    return {each.code: each for each in offers()}


@limited("30/h")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """Show the form; take the report in, once however often it is sent."""
    offered = _offered()
    if request.method != "POST":
        if not request.session.session_key:
            request.session.create()  # the receipt of a report sent twice is found by it
        asked = str(request.GET.get("service", ""))
        initial = {"token": str(uuid.uuid4()), "service": asked if asked in offered else ""}
        return _page(request, ReportForm(offered=offered, initial=initial))
    form = ReportForm(request.POST, request.FILES, offered=offered)
    if "look" in request.POST:
        return _looked(request, form)
    try:
        token = str(request.POST.get("token") or uuid.uuid4())[:64]
        return answered_once(request, lambda request: _sent(request, form), key=token)
    except KeyUsedOtherwise:
        raise FormSentAlready from None


def _looked(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Show the same page with what is near and what is asked further; nothing is judged."""
    kept = {name: form[name].value() for name in form.fields if name != "photos"}
    fresh = ReportForm(offered=form.offered, initial=kept)
    more = _more(form.chosen, None, None)
    return _page(request, fresh, near=_near(form), more=more, place=form.place_given())


def _sent(request: HttpRequest, form: ReportForm) -> HttpResponse:
    is_asked = f"{MORE}-asked" in request.POST
    is_valid = form.is_valid()
    more = _more(form.chosen, request.POST if is_asked else None, request.FILES)
    near = _near(form)
    has_looked = not near or "seen" in request.POST
    if is_valid and has_looked and (more is None or (is_asked and more.is_valid())):
        try:
            return _taken(request, form, more)
        except DomainError as refusal:
            _tell(form, more, refusal)
    elif is_valid:
        form.add_error(None, _("Nearly done: look at what is marked below, then send it."))
    return _page(request, form, near=near, more=more, place=form.place_given(), status=422)


def _tell(form: ReportForm, more: AnswerForm | None, refusal: DomainError) -> None:
    is_of_more = more is not None and any(
        key.partition(".")[0] in more.fields for key in getattr(refusal, "faults", {})
    )
    refusals.add_refusal(more if more is not None and is_of_more else form, refusal)


def _more(offer: Offer | None, data: Any, files: Any) -> AnswerForm | None:
    return more_form(offer, at=timezone.now(), data=data, files=files) if offer else None


def _near(form: ReportForm) -> list[Near]:
    return reports_near(
        form.place_given(), list(form.offered.values()), at=timezone.now(), chosen=form.chosen,
        words=form.words,
    )  # fmt: skip


def _taken(request: HttpRequest, form: ReportForm, more: AnswerForm | None) -> HttpResponse:
    person, found = sessions.as_person(request), form.cleaned_data
    files = dict(more.uploads) if more else {}
    if found["photos"]:
        files[ATTACHMENT] = form.uploads()
    language = sessions.language_of(request)
    opened = case_open(
        service=form.offered[found["service"]].service,
        given=Intake(
            channel="web", answers=more.raw() if more else {}, description=found["description"],
            place=form.place_given(), files=files, reporter=person,
            contact=Contact(email=found["email"], language=language),
        ),
        by=person,
        at=timezone.now(),
    )  # fmt: skip
    _keep_code(request, opened)
    return see_other(reverse("services:report_sent", args=[opened.case.number]))


def _keep_code(request: HttpRequest, opened: Opened) -> None:
    if opened.party is None or not opened.code:
        return
    sessions.remember(request, opened.party)
    kept = {**request.session.get(CODES, {}), opened.case.number: opened.code}
    request.session[CODES] = dict(list(kept.items())[-10:])


def _page(
    request: HttpRequest, form: ReportForm, *, near: list[Near] | None = None,
    more: AnswerForm | None = None, place: Place | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    offered = list(form.offered.values())
    chosen = form.chosen
    if more is None and not form.is_bound and chosen is not None:
        more = _more(chosen, None, None)
    shown = {
        "form": form,
        "more": more,
        "choices": choices(offered, form.words, chosen.code if chosen else ""),
        "near": near or [],
        "has_looked": near is not None,
        "has_place": bool(place and place.is_given),
        "crumbs": [(_("Report something"), "")],
    }
    return render(request, TEMPLATE, shown, status=status)


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """Send the open reports near a place, as a part of the page."""
    form = ReportForm(request.GET, offered=_offered())
    place = form.place_given()
    shown = {"near": _near(form), "has_looked": place.is_given}
    response = render(request, "services/following/_near.html", shown)
    response["Cache-Control"] = "private, no-store"
    return response


@limited("120/m")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Send the list of matters anew, those first that the words are likely about."""
    offered = _offered()
    text, chosen = request.POST.get("description", "")[:2_000], request.POST.get("service", "")
    shown = {"choices": choices(list(offered.values()), text, chosen)}
    return render(request, "services/following/_matters.html", shown)


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """Send what a service asks beside, as a part of the page."""
    offer = _offered().get(request.GET.get("service", ""))
    shown = {"more": _more(offer, None, None)}
    return render(request, "services/following/_more.html", shown)


@limited("30/m")
@require_POST
def photo_place(request: HttpRequest) -> HttpResponse:
    """Say where a photo was taken; the body is the beginning of its file."""
    position, _moment = taken_at_place(BytesIO(request.read(HEAD_BYTES)))
    if position is None:
        return HttpResponse(status=204)
    found = located(*position, on=timezone.localdate())
    if not found.in_city:
        return HttpResponse(status=204)
    answer = {"longitude": position[0], "latitude": position[1], "sentence": found.sentence()}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@require_safe
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """Show the receipt to whoever sent the report; to others the page of the case."""
    case = Case.objects.filter(number=number).select_related("agency").first()
    if case is None or sessions.party_of(request, case) is None:
        return see_other(reverse("services:status", args=[number]))
    definition = definition_by(case.version_id)
    shown = {
        "case": case,
        "code": request.session.get(CODES, {}).get(number, ""),
        "service": definition.name,
        "state": state_words(definition, case.state),
        "after": definition.guide.after,
        "crumbs": [(_("Report something"), reverse("services:report")), (_("Receipt"), "")],
    }
    return render(request, "services/following/report_sent.html", shown)
