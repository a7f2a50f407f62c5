"""Pages that act on permits and changes, and the desk of the reviewing agency."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, require
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.kernel.errors import NotPermitted
from shizheng.places.digging import selectors, wording
from shizheng.places.digging.access import REVIEW
from shizheng.places.digging.actions import deciding, working
from shizheng.places.digging.actions.applying import change_ask
from shizheng.places.digging.actions.charging import charge_make
from shizheng.places.digging.actions.owners import member_appoint, member_dismiss
from shizheng.places.digging.acts import ACTS, Act, acts_open, pipes_to_sign
from shizheng.places.digging.city import rules_of
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.models import DigChange, DigPermit, OwnerMember
from shizheng.places.digging.pages import forms
from shizheng.places.digging.pages.views import crumbs, permit_of, rules_or_404
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import FORM, answered
from shizheng.places.roads.models import RoadDefect

LEAST = {"begin": "begin", "backfill": "backfill", "restored": "restore"}


def _form_of(
    act: Act, request: HttpRequest, permit: DigPermit, body: DiggingBody, person: User
) -> ActForm:
    sent = request.POST or None
    if act.form == "reason":
        return forms.ReasonForm(sent)
    if act.form == "site":
        least = getattr(body.photos, LEAST[act.key])
        return forms.SiteForm(sent, request.FILES or None, least=least)
    if act.form == "sign":
        return forms.SignForm(sent, request.FILES or None, pipes=pipes_to_sign(permit, person))
    if act.form == "change":
        return forms.ChangeForm(sent, initial={"first": permit.first, "last": permit.last})
    if act.form == "charge":
        return forms.ChargeForm(sent, body=body)
    return forms.NoteForm(sent)


@login_required
@require_http_methods(FORM)
def permit_act(request: HttpRequest, number: str, act: str) -> HttpResponseBase:
    """Do one act to a permit."""
    row, person = permit_of(request, number), cast(User, request.user)
    wanted = next((each for each in ACTS if each.key == act), None)
    if wanted is None:
        raise Http404
    if request.method == "GET" and wanted not in acts_open(row, person):
        raise NotPermitted(permission=str(wanted.name))
    rules = rules_or_404()
    body = rules.body if wanted.form == "charge" else rules_of(row.definition, rules)
    form = _form_of(wanted, request, row, body, person)

    def perform() -> str:
        _perform(wanted, row, person, form.cleaned_data)
        messages.success(request, _("Done: {act}.").format(act=wanted.name))
        return reverse("places:permit", args=[row.number])

    def context() -> dict[str, Any]:
        back = reverse("places:permit", args=[row.number])
        return {
            "title": wanted.name, "permit": row, "back": back,
            "work": wording.works_shown([row], body)[0],
            "crumbs": crumbs((row.number, back), (str(wanted.name), "")),
        }  # fmt: skip

    return answered(request, form, "places/digging/act.html", perform, context)


def _perform(act: Act, permit: DigPermit, person: User, given: dict[str, Any]) -> None:
    """Call the action of an act."""
    now, note, photos = timezone.now(), given.get("note", ""), given.get("photos", [])
    common: dict[str, Any] = {"permit": permit, "by": person, "at": now}
    calls: dict[str, Callable[[], object]] = {
        "grant": lambda: deciding.permit_grant(**common, answer=note),
        "refuse": lambda: deciding.permit_refuse(**common, answer=note),
        "return": lambda: deciding.permit_return(**common, answer=note),
        "revoke": lambda: working.permit_revoke(**common, reason=note),
        "sign": lambda: working.operator_sign(
            **common, pipe=given["pipe"], note=note, photos=photos
        ),
        "begin": lambda: working.work_begin(**common, note=note, photos=photos),
        "change": lambda: change_ask(
            **common, first=given["first"], last=given["last"], reason=note
        ),
        "stop": lambda: working.work_stop(**common, reason=note),
        "resume": lambda: working.work_resume(**common, note=note),
        "backfill": lambda: working.trench_backfill(**common, note=note, photos=photos),
        "restored": lambda: working.restoration_report(**common, note=note, photos=photos),
        "accept": lambda: working.road_restore(**common, note=note),
        "charge": lambda: charge_make(
            of=permit, price=given["price"], quantity=given["quantity"], by=person, at=now, why=note
        ),
        "cancel": lambda: working.permit_cancel(**common, reason=note),
    }
    calls[act.key]()


@login_required
@require_http_methods(FORM)
def change(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Answer to a request for other dates."""
    person, rules = cast(User, request.user), rules_or_404()
    rows = DigChange.objects.select_related("permit__record", "permit__definition")
    row = found(person, rows, REVIEW, pk=key)
    form = forms.VerdictForm(request.POST or None)

    def perform() -> str:
        act = (
            deciding.change_grant
            if form.cleaned_data["verdict"] == "agree"
            else deciding.change_refuse
        )
        act(change=row, by=person, at=timezone.now(), answer=form.cleaned_data["note"])
        messages.success(request, _("The change is answered."))
        return reverse("places:permit", args=[row.permit.number])

    def context() -> dict[str, Any]:
        back = reverse("places:permit", args=[row.permit.number])
        return {
            "title": _("Other dates"), "permit": row.permit, "back": back, "change": row,
            "days": wording.days_words(row.first, row.last),
            "work": wording.works_shown([row.permit], rules.body)[0],
            "crumbs": crumbs((row.permit.number, back), (str(row), "")),
        }  # fmt: skip

    return answered(request, form, "places/digging/act.html", perform, context)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reviewing agency, by its clocks."""
    person, rules = cast(User, request.user), rules_or_404()
    require(person, REVIEW)
    now = timezone.now()
    waiting = selectors.desk_of(person, timezone.localdate(now))
    context = {
        "waiting": [
            (work, _clock(work.permit, now))
            for work in wording.works_shown(waiting.waiting[:200], rules.body)
        ],
        "changes": waiting.changes[:200],
        "restored": wording.works_shown(waiting.restored[:200], rules.body),
        "late": wording.works_shown(waiting.late[:200], rules.body),
        "defects": RoadDefect.objects.allowed_to(person, REVIEW).filter(
            state__in=("open", "repaired")
        )[:200],
        "now": now, "crumbs": crumbs((_("Desk"), "")),
    }  # fmt: skip
    return render(request, "places/digging/desk.html", context)


def _clock(permit: DigPermit, now: Any) -> tuple[str, str]:
    """Return light and words of an answer clock; what silence means is said."""
    if now > permit.answer_due_at:
        if permit.silence_grants:
            return "red", _("Over: silence grants it tonight unless a ban holds")
        return "red", _("Over")
    hours = (permit.answer_due_at - now).total_seconds() / 3600
    colour = "yellow" if hours < 24 else "green"
    if permit.silence_grants:
        return colour, _("Silence grants it after this")
    return colour, _("Silence does not grant it")


@login_required
@require_http_methods(FORM)
def owners(request: HttpRequest) -> HttpResponseBase:
    """Show who acts for which owner of pipes; appoint and dismiss."""
    person, rules = cast(User, request.user), rules_or_404()
    require(person, REVIEW)
    if request.method == "POST" and "dismiss" in request.POST:
        rows = OwnerMember.objects.filter(ended_at=None)
        member = found(person, rows, pk=_key(request.POST["dismiss"]))
        member_dismiss(member=member, by=person, at=timezone.now())
        return see_other(reverse("places:dig_owners"))
    form = forms.MemberForm(request.POST or None, body=rules.body)

    def perform() -> str:
        given = form.cleaned_data
        member_appoint(
            owner=given["owner"], username=given["username"], by=person, at=timezone.now()
        )
        messages.success(request, _("The person acts for the owner from now on."))
        return reverse("places:dig_owners")

    def context() -> dict[str, Any]:
        rows = OwnerMember.objects.filter(ended_at=None).select_related("person")
        return {
            "members": [(row, wording.owner_words(rules.body, row.owner)) for row in rows],
            "crumbs": crumbs((_("Desk"), reverse("places:dig_desk")), (_("Owners of pipes"), "")),
        }

    return answered(request, form, "places/digging/owners.html", perform, context)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
