"""Pages of a form being filled in: the start, each part, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services import refusals
from shizheng.services.applying import actions
from shizheng.services.applying.drafts import address_after, draft_of, filling_of, remember
from shizheng.services.applying.filling import CHECK, Entries, Filling, FormPart
from shizheng.services.applying.forms import AnswerForm
from shizheng.services.applying.partforms import part_form, saved_of
from shizheng.services.domain import intake
from shizheng.services.domain.errors import SignInNeeded
from shizheng.services.models import Draft, Service
from shizheng.services.schema.service import Channel
from shizheng.services.versions import offered

COUNTER = str(Channel.COUNTER)


def visitor(request: HttpRequest) -> User | None:
    """Return who is signed in, None for a visitor without an account."""
    return request.user if isinstance(request.user, User) else None


@require_http_methods(["GET", "HEAD", "POST"])
@limited("60/m")
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Show the first part of a form; a draft is made when it is left."""
    service, definition = offered(code)
    channel = _channel(request)
    person, now = visitor(request), timezone.now()
    try:
        intake.check_intake(definition, channel=channel, on=timezone.localdate(now))
        intake.check_person(
            definition, channel=channel, is_signed_in=person is not None, open_count=0
        )
    except SignInNeeded:
        return redirect_to_login(request.get_full_path())
    entries = Entries(channel=channel, is_signed_in=person is not None)
    filling = Filling(definition, entries, at=now)
    first = filling.parts[0]
    if request.method != "POST":
        form = part_form(filling, first, person=person, shape=request.GET.get("shape", ""))
        return _shown(request, Step(service, filling, first), form)
    if request.htmx and request.POST.get("refresh") and not request.FILES:  # type: ignore[attr-defined]  # of django-htmx
        sent = part_form(filling, first, person=person, data=request.POST)
        if isinstance(sent, AnswerForm):
            return _shown(request, Step(service, filling, first), sent.redrawn())
    draft = actions.draft_start(
        service=service, definition=definition, channel=channel, by=person, at=now
    )
    remember(request, draft)
    return _left(request, draft, filling_of(draft, at=now), first)


def _channel(request: HttpRequest) -> str:
    if request.GET.get("channel") != COUNTER:
        return str(Channel.WEB)
    require(request.user, "services.take_intake")
    return COUNTER


@require_http_methods(["GET", "HEAD", "POST"])
@limited("120/m")
def part(request: HttpRequest, key: UUID, part: str) -> HttpResponse:
    """Show one part of a draft, and save it."""
    draft = draft_of(request, key)
    if draft.sent_at is not None:
        return see_other(address_after(draft))
    filling = filling_of(draft, at=timezone.now())
    shown = filling.part(part)
    if shown is None or shown.key == CHECK:
        raise Http404
    if request.method == "POST":
        return _left(request, draft, filling, shown)
    form = part_form(filling, shown, person=visitor(request), shape=request.GET.get("shape", ""))
    return _shown(request, Step(draft.service, filling, shown, draft), form)


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody is in a form."""

    service: Service
    filling: Filling
    part: FormPart
    draft: Draft | None = None

    @property
    def address(self) -> str:
        """Where the page posts to: the draft's own address as soon as there is one."""
        if self.draft is None:
            return ""
        return reverse("services:draft_part", args=[self.draft.pk, self.part.key])


def _left(request: HttpRequest, draft: Draft, filling: Filling, part: FormPart) -> HttpResponse:
    """Save what was typed; go on if it is right, else show what is wrong."""
    person = visitor(request)
    form = part_form(
        filling, part, person=person, data=request.POST, files=request.FILES,
        shape=request.POST.get("shape", ""),
    )  # fmt: skip
    is_button = bool(request.POST.get("drop_file")) or getattr(form, "wants_redraw", False)
    is_valid = form.is_valid() and not is_button
    draft, refused = _save(request, draft, form, part, is_valid=is_valid)
    fresh = filling_of(draft, at=filling.at)
    step = Step(draft.service, fresh, part, draft)
    if request.POST.get("later") and not refused:
        return see_other(reverse("services:draft_later", args=[draft.pk]))
    if is_button and isinstance(form, AnswerForm) and not refused:
        return _redrawn(request, step, form)
    if is_valid and not refused:
        is_back = request.POST.get("return") == "check"
        following = CHECK if is_back and CHECK in draft.parts_done else fresh.after(part.key).key
        return see_other(_address(draft, following))
    again = part_form(
        fresh, part, person=person, data=request.POST, shape=request.POST.get("shape", "")
    )
    again.is_valid()
    for name in form.uploads if isinstance(form, AnswerForm) else ():
        for error in form.errors.as_data().get(name, ()):  # of files that are gone by now
            again.add_error(name, error)
    for name, refusal in refused.items():
        again.add_error(name, refusals.as_error(refusal))
    return _shown(request, step, again, status=422)


def _redrawn(request: HttpRequest, step: Step, form: AnswerForm) -> HttpResponse:
    """Answer a button for rows or files, or a changed condition, with the part as it then is."""
    again = part_form(step.filling, step.part, person=visitor(request), data=request.POST)
    assert isinstance(again, AnswerForm)  # noqa: S101 - of the same part as the form
    redrawn = again.redrawn()
    if step.draft is not None and (request.POST.get("row_add") or request.POST.get("row_remove")):
        saved = saved_of(redrawn, step.part, language="", is_valid=False)
        if saved is not None:
            actions.draft_save(
                draft=step.draft, saved=saved, by=visitor(request), at=step.filling.at
            )
    if not request.htmx:  # type: ignore[attr-defined]  # of django-htmx
        return see_other(step.address)
    return _shown(request, step, redrawn)


def _save(
    request: HttpRequest, draft: Draft, form: forms.Form, part: FormPart, *, is_valid: bool
) -> tuple[Draft, dict[str, DomainError]]:
    """Save what was typed, then each file by itself: one that is refused keeps none from it."""
    by, now = visitor(request), timezone.now()
    saved = saved_of(form, part, language=get_language() or "", is_valid=is_valid)
    if saved is not None:
        draft = actions.draft_save(draft=draft, saved=saved, by=by, at=now)
    if dropped := request.POST.get("drop_file", ""):
        gone = actions.Saved(part.key, dropped=dropped, is_done=False)
        draft = actions.draft_save(draft=draft, saved=gone, by=by, at=now)
    refused: dict[str, DomainError] = {}
    uploads = form.uploads if isinstance(form, AnswerForm) else {}
    for field, files in uploads.items():
        if field in form.errors and not form.has_error(field, "services.answer.missing"):
            continue
        for upload in files:
            kept = actions.Saved(part.key, uploads={field: [upload]}, is_done=False)
            try:
                draft = actions.draft_save(draft=draft, saved=kept, by=by, at=now)
            except DomainError as refusal:
                refused[field] = refusal
    return draft, refused


def _address(draft: Draft, part: str) -> str:
    if part == CHECK:
        return reverse("services:draft_check", args=[draft.pk])
    return reverse("services:draft_part", args=[draft.pk, part])


def _shown(request: HttpRequest, step: Step, form: forms.Form, status: int = 200) -> HttpResponse:
    """Show a part with its form, the way through the form, and what a new version changed."""
    if isinstance(form, AnswerForm):
        form.point_to(step.address or request.get_full_path())
    name = in_language(step.filling.definition.name)
    context: Mapping[str, object] = {
        "form": form,
        "step": step,
        "part": step.part,
        "draft": step.draft,
        "service": step.service,
        "definition": step.filling.definition,
        "progress": progress(step.filling, step.part.key, step.draft),
        "back": _back(step),
        "shapes": _shapes(step, form),
        "return": request.POST.get("return") or request.GET.get("return", ""),
        "is_counter": step.filling.entries.channel == COUNTER,
        "crumbs": [
            (_("I want to…"), reverse("services:home")),
            (name, reverse("services:service", args=[step.service.code])),
            (step.part.title, ""),
        ],
    }
    response = render(request, "services/applying/part.html", context, status=status)
    if request.htmx and step.address:  # type: ignore[attr-defined]  # of django-htmx
        response["HX-Replace-Url"] = step.address
    return response


def progress(
    filling: Filling, current: str, draft: Draft | None
) -> list[tuple[str, str, bool, bool]]:
    """Return (title, address, is current, is done) of each part; those reached are links."""
    done = set(draft.parts_done) if draft else set()
    found = []
    for each in filling.parts:
        is_reached = draft is not None and (each.key in done or each.key == current)
        address = _address(draft, each.key) if draft and is_reached else ""
        found.append((each.title, address, each.key == current, each.key in done))
    return found


def _back(step: Step) -> str:
    before = step.filling.before(step.part.key)
    if step.draft is None or before is None:
        return reverse("services:service", args=[step.service.code])
    return _address(step.draft, before.key)


def _shapes(step: Step, form: forms.Form) -> list[tuple[str, str]]:
    """Return the other shapes in which the place can be drawn."""
    location = step.filling.definition.intake.location
    shape = getattr(form, "shape", "")
    words = {"point": _("Mark a point"), "line": _("Draw a line"), "polygon": _("Draw an area")}
    if not shape or location is None:
        return []
    return [(f"?shape={each}", words[each]) for each in location.geometry if each != shape]
