"""Pages of who belongs to a case: for its parties, for an appointed proxy, for the counter."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import require
from shizheng.core.pages import add_refusal, save, see_other
from shizheng.core.ratelimit import limited
from shizheng.kernel.errors import DomainError
from shizheng.services.desk.frame import casework, staff
from shizheng.services.desk.words import masked_name
from shizheng.services.following import sessions
from shizheng.services.models import Case, CaseParty
from shizheng.services.parties import forms
from shizheng.services.parties.actions import contact, proxies
from shizheng.services.parties.actions.rights import WORK, Mover
from shizheng.services.refusals import shown as said

PEOPLE = "services/parties/people.html"
ROLES = ("applicant", "proxy", "helper")


def _mine(request: HttpRequest, number: str) -> tuple[Case, CaseParty]:
    """Return a case and the visitor's part in it.

    Raises:
        Http404: none, or only as a follower.
    """
    case = Case.objects.select_related("service", "agency").filter(number=number).first()
    party = sessions.party_of(request, case) if case else None
    if case is None or party is None or party.role not in ROLES:
        raise Http404
    return case, party


def _mover(request: HttpRequest, party: CaseParty | None) -> Mover:
    return Mover(sessions.as_person(request), party, timezone.now())


@require_safe
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Show who belongs to a case, and how the visitor is told."""
    case, party = _mine(request, number)
    return render(request, PEOPLE, _page(case, party))


def _page(case: Case, party: CaseParty, **sent: object) -> dict[str, Any]:
    rows = CaseParty.objects.filter(case=case, ended_at=None).exclude(role="follower")
    own = {name: getattr(party, name) for name in forms.ReachForm.base_fields}
    return {
        "case": case,
        "party": party,
        "is_applicant": party.role == "applicant",
        "others": [row for row in rows if row.pk != party.pk],
        "contact_form": forms.ReachForm(initial=own, prefix="contact"),
        "helper_form": forms.HelperForm(initial={"notice_by": "none"}, prefix="helper"),
        "proxy_form": forms.AppointForm(prefix="proxy"),
        "crumbs": [
            (_("Follow a case"), reverse("services:track")),
            (case.number, reverse("services:status", args=[case.number])),
            (_("People of the case"), ""),
        ],
        **sent,
    }


def _changed(
    request: HttpRequest, page: tuple[Case, CaseParty], name: str, form: Form, act: Any
) -> HttpResponse:
    """Act on a form and go back to the page, or show it with what was wrong."""
    case, party = page
    status = 422
    if form.is_valid():
        try:
            sentence = act()
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, sentence)
            return see_other(reverse("services:people", args=[case.number]))
    shown = _page(case, party, **{f"{name}_form": form, "form": form})
    return render(request, PEOPLE, shown, status=status)


@limited("30/h")
@require_POST
def contact_change(request: HttpRequest, number: str) -> HttpResponse:
    """Change how the visitor is reached and told."""
    case, party = _mine(request, number)
    form = forms.ReachForm(request.POST, prefix="contact")

    def act() -> str:
        given = form.reach(party.language)
        contact.contact_change(party=party, given=given, mover=_mover(request, party))
        return _("Changed. From now on you are told this way.")

    return _changed(request, (case, party), "contact", form, act)


@limited("30/h")
@require_POST
def helper_add(request: HttpRequest, number: str) -> HttpResponse:
    """Add a helper, and show their follow code once."""
    case, party = _mine(request, number)
    form = forms.HelperForm(request.POST, prefix="helper")

    def act() -> str:
        given = form.reach(sessions.language_of(request))
        added = contact.helper_add(case=case, given=given, mover=_mover(request, party))
        words = _("{name} may read the case and write. Hand over this follow code: {code}")
        return words.format(name=added.party.name, code=added.code)

    return _changed(request, (case, party), "helper", form, act)


@limited("30/h")
@require_POST
def proxy_appoint(request: HttpRequest, number: str) -> HttpResponse:
    """Appoint a proxy."""
    case, party = _mine(request, number)
    form = forms.AppointForm(request.POST, prefix="proxy")

    def act() -> str:
        proxies.proxy_appoint(
            case=case, name=form.cleaned_data["name"], email=form.cleaned_data["email"],
            language=sessions.language_of(request), mover=_mover(request, party),
        )  # fmt: skip
        return _("A link to confirm was sent. Until it is used they have no part in the case.")

    return _changed(request, (case, party), "proxy", form, act)


@limited("60/h")
@require_POST
def part_end(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """End a part: of a helper or proxy, by the applicant or themselves."""
    case, party = _mine(request, number)
    row = get_object_or_404(CaseParty.objects.select_related("case", "acts_for"), pk=key, case=case)
    if row.role not in ("proxy", "helper", "invited"):
        raise Http404
    try:
        end = contact.helper_end if row.role == "helper" else proxies.proxy_end
        end(party=row, mover=_mover(request, party))
    except DomainError as refusal:
        words = said(refusal)
        messages.error(request, f"{words.message} {words.hint}")
    else:
        messages.success(request, _("The part has ended."))
    if row.pk == party.pk:
        sessions.forget(request, case)
        return see_other(reverse("services:track"))
    return see_other(reverse("services:people", args=[case.number]))


@login_required
@limited("30/h")
@require_http_methods(["GET", "HEAD", "POST"])
def proxy_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let an appointed proxy confirm; says for which case before anything is done."""
    template = "services/parties/confirm.html"
    form, party, status = Form(request.POST or None), None, 200
    try:
        party = proxies.invitation(token)
        if request.method == "POST":
            proxies.proxy_confirm(token=token, mover=_mover(request, None))
            messages.success(request, _("You act for the applicant from now on."))
            return see_other(reverse("services:status", args=[party.case.number]))
    except DomainError as refusal:
        form = Form({})
        add_refusal(form, refusal)
        status = refusal.status
    return render(request, template, {"party": party, "form": form, "token": token}, status=status)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def proxy_enter(request: HttpRequest, number: str) -> HttpResponseBase:
    """Enter a proxy who came to the counter with a paper."""
    work = casework(request, number)
    require(work.person, WORK, work.case)
    form = forms.CounterForm(request.POST or None, initial={"notice_by": "none"})

    def act() -> None:
        added = proxies.proxy_enter(
            case=work.case, given=form.reach(""), paper=form.cleaned_data["paper"],
            mover=Mover(work.person, None, work.viewer.at),
        )  # fmt: skip
        words = _("{name} is entered as proxy. Their follow code, shown once: {code}")
        messages.success(request, words.format(name=added.party.name, code=added.code))

    back = reverse("services:case", args=[number])
    rows = CaseParty.objects.filter(case=work.case, role__in=("proxy", "invited"), ended_at=None)
    known = [(row, masked_name(row.name)) for row in rows]
    shown = {"case": work.case, "back": back, "proxies": known}
    return save(
        request, form, act, to=back, template="services/parties/counter.html", context=shown
    )


@staff
@require_POST
def proxy_end(request: HttpRequest, number: str, key: UUID) -> HttpResponseBase:
    """End the part of a proxy at the counter, where the applicant said so."""
    work = casework(request, number)
    rows = CaseParty.objects.select_related("case", "acts_for")
    party = get_object_or_404(rows, pk=key, case=work.case, role__in=("proxy", "invited"))
    try:
        proxies.proxy_end(party=party, mover=Mover(work.person, None, work.viewer.at))
    except DomainError as refusal:
        words = said(refusal)
        messages.error(request, f"{words.message} {words.hint}")
    else:
        messages.success(request, _("The part has ended."))
    return see_other(reverse("services:proxy_enter", args=[number]))
