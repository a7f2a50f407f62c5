"""Pages of the call centre: the list of calls, the screen of one, and what it suggests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.core.pages import actor, save, see_other
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.services import refusals
from shizheng.services.actions.opening import Intake
from shizheng.services.applying.forms import AnswerForm
from shizheng.services.calls import actions
from shizheng.services.calls.forms import (
    BeginForm,
    EndForm,
    HandOnForm,
    MatterForm,
    answers_form,
    may_answer,
    place_of,
)
from shizheng.services.calls.suggesting import agencies_found, entries_found, services_found
from shizheng.services.duplicates.selectors import Candidate, likely_duplicates
from shizheng.services.duplicates.works import works_at_place
from shizheng.services.models import Call, Case, KnowledgeEntry, Service
from shizheng.services.versions import offered

ROWS = 40
CODES = "services.codes"
"""Where a session keeps follow codes to be read to the caller; they are stored nowhere else."""
MOST_CODES = 10


@login_required
@require_http_methods(["GET", "POST"])
def calls(request: HttpRequest) -> HttpResponse:
    """List calls, those going on first, and begin a new one."""
    person = actor(request)
    is_taker = may(person, actions.TAKE)
    if not is_taker:
        require(person, "services.view_load")
    form = BeginForm(request.POST or None)
    begun: list[Call] = []

    def act() -> None:
        begun.append(actions.call_begin(by=person, at=timezone.now(), **form.cleaned_data))

    rows = Call.objects.visible_to(person).select_related("agent", "case", "handed_to")
    rows = rows.order_by("-started_at", "-id")
    shown = {
        "going_on": list(rows.filter(agent=person, ended_at=None)[:ROWS]),
        "page": Paginator(rows.exclude(ended_at=None), ROWS).get_page(request.GET.get("page")),
        "is_taker": is_taker,
        "crumbs": [(_("Calls"), "")],
    }
    return save(
        request, form, act, template="services/calls/calls.html", context=shown,
        to=lambda: reverse("services:call", args=[begun[0].pk]),
    )  # fmt: skip


@dataclass(slots=True)
class Screen:
    """What the call-taker has before them: the call, what was typed, what fits it."""

    request: HttpRequest
    person: User
    call: Call
    matter: MatterForm
    answers: AnswerForm | None
    at: datetime

    @property
    def service(self) -> Service | None:
        """The service that was chosen."""
        code = self.matter.typed("service")
        return Service.objects.filter(code=code, is_offered=True).first() if code else None

    def suggestions(self) -> dict[str, Any]:
        """Return what fits the words and the place so far."""
        text, place = self.matter.typed("description"), self.matter.typed_place()
        asked = " ".join((text, self.matter.typed("place_address"))).strip()
        services = services_found(text)
        chosen = self.service
        looked_at = [chosen] if chosen else [each.service for each in services[:2]]
        return {
            "asked": asked,
            "entries": entries_found(text, viewer=self.person),
            "services": [each for each in services if each.service != chosen],
            "agencies": agencies_found(text),
            "duplicates": self._duplicates(looked_at, place, text),
            "works": works_at_place(place),
            "used": set(self.call.entries.values_list("code", flat=True)),
        }

    def _duplicates(self, services: list[Service], place: Any, text: str) -> list[Candidate]:
        best: dict[Any, Candidate] = {}
        for service in services:
            for each in likely_duplicates(
                service=service, place=place, description=text, at=self.at, viewer=self.person
            ):
                known = best.get(each.case.pk)
                if known is None or each.likeness.score > known.likeness.score:
                    best[each.case.pk] = each
        return sorted(best.values(), key=lambda each: -each.likeness.score)[:5]

    def shown(self, template: str = "services/calls/call.html", status: int = 200) -> HttpResponse:
        """Return the page."""
        is_mine = may_answer(self.person, self.call)
        context = {
            "call": self.call,
            "matter": self.matter,
            "answers": self.answers,
            "service": self.service,
            "is_mine": is_mine,
            "is_agent": self.call.agent_id == self.person.pk,
            "end": EndForm(call=self.call),
            "hand_on": HandOnForm(),
            "code": self.request.session.get(CODES, {}).get(
                self.call.case.number if self.call.case else ""
            ),
            "form": _faulty(self.matter, self.answers),
            "crumbs": [
                (_("Calls"), reverse("services:calls")),
                (self.call.get_channel_display(), ""),
            ],
            **(self.suggestions() if is_mine and self.matter.is_bound else {}),
        }
        return render(self.request, template, context, status=status)


def _faulty(matter: Form, answers: Form | None) -> Form:
    return answers if answers is not None and answers.is_bound and answers.errors else matter


def _screen(request: HttpRequest, key: UUID, *, is_judged: bool = False) -> Screen:
    """Return the screen of a call with what was typed.

    Args:
        is_judged: the answers are to be right; else they are shown as they were typed.
    """
    person, at = actor(request), timezone.now()
    call = found(person, Call.objects.select_related("case", "agent", "handed_to"), pk=key)
    matter = MatterForm(request.POST if is_judged else request.POST or None)
    screen = Screen(request, person, call, matter, None, at)
    service = screen.service
    if service is not None and service.current_id is not None:
        _service, definition = offered(service.code)
        screen.answers = answers_form(
            definition, matter, at, data=request.POST, files=request.FILES
        )
        if not is_judged:
            screen.answers = answers_form(definition, matter, at, answers=_typed(screen.answers))
    return screen


def _typed(form: AnswerForm) -> dict[str, Any]:
    return {key: value for key, value in form.raw().items() if value not in (None, "")}


@login_required
@require_http_methods(["GET", "POST"])
def call_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one call; what was typed is looked up, nothing is done yet."""
    screen = _screen(request, key)
    if not may_answer(screen.person, screen.call) and request.method == "POST":
        raise NotPermitted(permission=actions.TAKE)
    return screen.shown()


@login_required
@require_POST
def call_found(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what fits the words so far, as a part of the screen."""
    screen = _screen(request, key)
    context = {"call": screen.call, **screen.suggestions()}
    return render(request, "services/calls/_found.html", context)


@login_required
@require_POST
def call_fields(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the questions of the chosen service, as a part of the screen."""
    screen = _screen(request, key)
    context = {"answers": screen.answers, "service": screen.service}
    return render(request, "services/calls/_fields.html", context)


@login_required
@require_POST
def call_answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note that an entry answered the caller; the screen stays as it is."""
    screen = _screen(request, key)
    visible = KnowledgeEntry.objects.visible_to(screen.person).filter(is_current=True)
    entry = get_object_or_404(visible, code=request.POST.get("entry", ""))
    screen.call = actions.call_answer(call=screen.call, entry=entry, by=screen.person, at=screen.at)
    return screen.shown()


@login_required
@require_POST
def call_case(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open a case from what was typed."""
    screen = _screen(request, key, is_judged=True)
    matter, answers, service = screen.matter, screen.answers, screen.service
    if service is None:
        matter.add_error("service", _("Choose the service that the case is for."))
    is_right = matter.is_valid() and (answers is None or answers.is_valid())
    if service is None or not is_right:
        return screen.shown(status=422)
    given = Intake(
        channel="phone",
        answers=answers.raw() if answers else {},
        description=matter.cleaned_data["description"],
        place=place_of(matter.cleaned_data["place"]),
        files=answers.uploads if answers else {},
    )
    try:
        opened = actions.call_case(
            call=screen.call, service=service, given=given, caller=matter.caller(),
            by=screen.person, at=screen.at,
        )  # fmt: skip
    except DomainError as refusal:
        refusals.add_refusal(matter, refusal)
        return screen.shown(status=refusal.status)
    if opened.code:
        codes = {**request.session.get(CODES, {}), opened.case.number: opened.code}
        request.session[CODES] = dict(list(codes.items())[-MOST_CODES:])
    return see_other(reverse("services:call", args=[key]))


@login_required
@require_POST
def call_join(request: HttpRequest, key: UUID) -> HttpResponse:
    """Add the caller to a case that is open already."""
    screen = _screen(request, key)
    matter = screen.matter
    case = found(screen.person, Case, number=request.POST.get("number", ""))
    if not matter.is_valid():
        return screen.shown(status=422)
    try:
        actions.call_join(
            call=screen.call, case=case, caller=matter.caller(), by=screen.person, at=screen.at
        )
    except DomainError as refusal:
        refusals.add_refusal(matter, refusal)
        return screen.shown(status=refusal.status)
    return see_other(reverse("services:call", args=[key]))


@login_required
@require_POST
def call_hand_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand the caller on to an agency."""
    screen = _screen(request, key)
    form = HandOnForm(request.POST)
    if not form.is_valid():
        return _again(request, screen, form, _("Hand the caller on"))
    agency = Agency.objects.get(code=form.cleaned_data["agency"])
    actions.call_hand_on(
        call=screen.call, to=agency, by=screen.person, at=screen.at,
        reason=form.cleaned_data["reason"],
    )  # fmt: skip
    messages.success(request, _("The caller was handed on; the call counts it."))
    return see_other(reverse("services:call", args=[key]))


@login_required
@require_POST
def call_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """End the call and go back to the list, ready for the next one."""
    screen = _screen(request, key)
    form = EndForm(request.POST, call=screen.call)
    if form.is_valid():
        try:
            actions.call_end(call=screen.call, by=screen.person, at=screen.at, **form.cleaned_data)
        except DomainError as refusal:
            refusals.add_refusal(form, refusal)
        else:
            return see_other("services:calls")
    return _again(request, screen, form, _("End the call"))


def _again(request: HttpRequest, screen: Screen, form: Form, title: str) -> HttpResponse:
    """Show a small form of the screen again with its errors, on a page of its own."""
    back = reverse("services:call", args=[screen.call.pk])
    context = {
        "form": form,
        "title": title,
        "back": back,
        "crumbs": [
            (_("Calls"), reverse("services:calls")),
            (screen.call.get_channel_display(), back),
            (title, ""),
        ],
    }
    return render(request, "services/calls/again.html", context, status=422)
