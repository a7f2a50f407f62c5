"""The page of a case by its number: for everybody, and more for its parties."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import Viewer
from shizheng.core.downloads import sent
from shizheng.core.models.file import Attachment
from shizheng.core.pages import add_refusal, see_other
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.kernel.identifiers import parse_number
from shizheng.services.access import staff_cases
from shizheng.services.following import forms, sessions
from shizheng.services.following.actions.messages import WRITERS, message_send
from shizheng.services.following.actions.rating import case_rate
from shizheng.services.following.actions.subscribing import case_follow, case_unfollow
from shizheng.services.following.selectors.party import ForParty, case_for_party
from shizheng.services.following.selectors.shown import case_shown
from shizheng.services.following.words import address_of
from shizheng.services.models import Case, CaseDocument, CaseParty, Output
from shizheng.services.versions import definition_by

TEMPLATE = "services/following/status.html"


def _case(number: str) -> Case | None:
    try:
        wanted = str(parse_number(number))
    except DomainError:
        return None
    known = Case.objects.select_related("service", "agency", "district", "village", "reporter")
    return known.filter(number=wanted).first()


def _found(request: HttpRequest, number: str) -> tuple[Case, CaseParty | None]:
    """Return a case and the visitor's part in it.

    Raises:
        Http404: none, or one of which this visitor may know nothing.
    """
    case = _case(number)
    if case is None:
        raise Http404
    party = sessions.party_of(request, case)
    if party is None and case_shown(case).is_empty:
        raise Http404
    return case, party


@require_safe
def status(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case: what everybody may see, and to a party what is theirs."""
    try:
        case, party = _found(request, number)
    except Http404:
        form = forms.TrackForm(initial={"number": number[:60]})
        shown = {"form": form, "number": number[:60], "crumbs": [(_("Follow a case"), "")]}
        return render(request, "services/following/unknown.html", shown, status=404)
    if number != case.number:
        return see_other(reverse("services:status", args=[case.number]))
    return render(request, TEMPLATE, page_of(request, case, party))


def page_of(
    request: HttpRequest, case: Case, party: CaseParty | None, **forms_sent: object
) -> dict[str, Any]:
    """Return what the page of a case shows to a visitor."""
    shown, mine = case_shown(case), None
    is_writer = party is not None and party.role in WRITERS
    if party is not None and is_writer:
        mine = case_for_party(case, party, by=sessions.as_person(request), at=timezone.now())
    definition = definition_by(case.version_id)
    return {
        "case": case,
        "shown": shown,
        "mine": mine,
        "party": party,
        "is_follower": party is not None and party.role == "follower",
        "steps": mine.steps if mine else shown.steps,
        "files": mine.files if mine else shown.files,
        "letters": mine.messages if mine else shown.messages,
        "message_form": forms.MessageForm(),
        "rating_form": _rating_form(mine),
        "follow_form": forms.FollowForm(),
        "question": in_language(definition.satisfaction.question)
        if definition.satisfaction
        else "",
        "desk": address_of("case", case.number) if _works_on(request, case) else "",
        "is_by_code": party is not None and party.person_id is None,
        "crumbs": [(_("Follow a case"), reverse("services:track")), (case.number, "")],
        **forms_sent,
    }


def _rating_form(mine: ForParty | None) -> forms.RatingForm:
    given = mine.rating if mine else None
    return forms.RatingForm(
        initial={"stars": given.act.get("stars"), "comment": given.note} if given else None
    )


def _works_on(request: HttpRequest, case: Case) -> bool:
    viewer = Viewer(request.user)
    return Case.objects.filter(staff_cases(viewer), pk=case.pk).exists()


def _party(request: HttpRequest, number: str) -> tuple[Case, CaseParty]:
    case, party = _found(request, number)
    if party is None:
        raise Http404
    return case, party


@limited("20/h")
@require_POST
def message(request: HttpRequest, number: str) -> HttpResponse:
    """Send a message to the office."""
    case, party = _party(request, number)
    form = forms.MessageForm(request.POST)
    refused = 422
    if form.is_valid():
        try:
            message_send(
                case=case, text=form.cleaned_data["text"], as_party=party, at=timezone.now(),
                by=sessions.as_person(request),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            refused = refusal.status
        else:
            messages.success(request, _("Your message was sent."))
            return see_other(reverse("services:status", args=[case.number]) + "#messages")
    shown = page_of(request, case, party, message_form=form, form=form)
    return render(request, TEMPLATE, shown, status=refused)


@limited("20/h")
@require_POST
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the question after closing."""
    case, party = _party(request, number)
    form = forms.RatingForm(request.POST)
    refused = 422
    if form.is_valid():
        try:
            case_rate(
                case=case, stars=form.cleaned_data["stars"], comment=form.cleaned_data["comment"],
                as_party=party, by=sessions.as_person(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            refused = refusal.status
        else:
            messages.success(request, _("Thank you. You can change your answer until the end."))
            return see_other(reverse("services:status", args=[case.number]) + "#rating")
    shown = page_of(request, case, party, rating_form=form, form=form)
    return render(request, TEMPLATE, shown, status=refused)


@limited("20/h")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Follow a public case instead of reporting the same again."""
    case, party = _found(request, number)
    form = forms.FollowForm(request.POST or None)
    back = reverse("services:status", args=[case.number])
    refused = 200
    if request.method == "POST":
        refused = 422
    if request.method == "POST" and form.is_valid():
        try:
            found = case_follow(
                case=case, by=sessions.as_person(request), email=form.cleaned_data["email"],
                language=sessions.language_of(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            refused = refusal.status
        else:
            return _followed(request, found.party, found.code, back)
    shown = {"case": case, "shown": case_shown(case), "form": form, "party": party, "back": back}
    crumbs = [(_("Follow a case"), reverse("services:track")), (case.number, back)]
    shown["crumbs"] = [*crumbs, (_("I met it too"), "")]
    return render(request, "services/following/follow.html", shown, status=refused)


def _followed(request: HttpRequest, party: CaseParty, code: str, back: str) -> HttpResponse:
    if code:
        sessions.remember(request, party)
        said = _("You follow this case now. Your follow code, to stop later: {code}")
        messages.success(request, said.format(code=code))
    else:
        messages.success(request, _("You follow this case now."))
    return see_other(back)


@require_POST
def unfollow(request: HttpRequest, number: str) -> HttpResponse:
    """Follow a case no longer."""
    case, party = _party(request, number)
    if party.role == "follower":
        case_unfollow(party=party, by=sessions.as_person(request), at=timezone.now())
        sessions.forget(request, case)
        messages.success(request, _("You do not follow this case any more."))
    is_left = case_shown(case).is_empty
    return see_other(reverse("services:track" if is_left else "services:status",
                             args=[] if is_left else [case.number]))  # fmt: skip


@require_POST
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Forget the follow code that was entered on this device."""
    case, _party_known = _party(request, number)
    sessions.forget(request, case)
    return see_other(reverse("services:track"))


@require_safe
def file(request: HttpRequest, number: str, key: UUID) -> FileResponse:
    """Send a file of a case to a party, with an account or by follow code, or a public one."""
    case, party = _found(request, number)
    attachment = get_object_or_404(Attachment.objects.select_related("file"), pk=key)
    if not _may_have(attachment.thing, case, party):
        raise Http404
    return sent(attachment)


def _may_have(thing: object, case: Case, party: CaseParty | None) -> bool:
    is_party = party is not None and party.role in WRITERS
    if isinstance(thing, CaseDocument):
        is_public = thing.visibility == "public" and case.access_class == "normal"
        return thing.case_id == case.pk and (
            is_public or (is_party and thing.visibility in ("party", "public"))
        )
    if isinstance(thing, Output):
        return thing.case_id == case.pk and is_party and thing.status in ("valid", "expired")
    return False
