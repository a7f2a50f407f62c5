"""Pages that act: the duty board, acknowledging, handing over, drills, one's subscriptions."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Area, User
from shizheng.core.pages import add_refusal, see_other
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.sending import answered
from shizheng.sensing.access import MANAGE
from shizheng.sensing.alerting import actions, showing
from shizheng.sensing.alerting.access import ANSWER, DRILL
from shizheng.sensing.alerting.errors import ReceiverUnfit
from shizheng.sensing.alerting.forms import AnswerForm, DrillForm, SubscribeForm
from shizheng.sensing.alerting.selectors import (
    alerts_open,
    body_of,
    places_of,
    posts_resting,
    posts_silent,
    streams_watched,
    subscriptions_of,
)
from shizheng.sensing.alerting.subscribing import subscription_end, subscription_make
from shizheng.sensing.alerting.views import SHOWN, crumbs, page_of
from shizheng.sensing.judging.forecasts import ahead
from shizheng.sensing.models import Alert, Subscription, WarningRule

FORM = ["GET", "POST"]


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show who is on duty what stands, the most urgent first; the list renews itself."""
    person, now = cast(User, request.user), timezone.now()
    require(person, ANSWER)
    rows = alerts_open(person) & Alert.objects.allowed_to(person, ANSWER)
    listed, count = showing.rows_of(list(rows[:SHOWN]), now), rows.count()
    given = {
        "rows": listed, "now": now, "features": showing.features_of(listed),
        "resting": posts_resting(now), "silent": posts_silent(now),
        "keeps": may(person, MANAGE), "count": count, "more": max(count - SHOWN, 0),
        "ahead": ahead_in_words(now),
        "has_drill": any(each.alert.is_drill for each in listed),
        "crumbs": crumbs(_("Duty board")),
    }  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    template = "sensing/alerting/_board.html" if part else "sensing/alerting/board.html"
    return render(request, template, given)


def ahead_in_words(now: datetime) -> list[dict[str, Any]]:
    """Return the posts that may reach a higher level within the hour, the soonest first."""
    return [
        {"row": each, "word": showing.WORDS[each.level], "skill": each.skill.skill * 100}
        for each in ahead(now)
        if each.level is not None
    ]


def _alert(request: HttpRequest, key: UUID, permission: str = ANSWER) -> Alert:
    rows = Alert.objects.select_related("rule__owner", "version", "holder", "area")
    return found(request.user, rows, permission, pk=key)


@login_required
@require_POST
def acknowledge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a warning on; a second press says who was quicker."""
    row, person = _alert(request, key), cast(User, request.user)
    try:
        actions.alert_acknowledge(alert=row, by=person, at=timezone.now())
        messages.success(request, _("You have taken this warning on."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return see_other(reverse("sensing:board"))


@login_required
@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Write a note, hand the warning over, or end a drill."""
    row, person = _alert(request, key), cast(User, request.user)
    form = AnswerForm(request.POST)
    status = 422
    if form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        try:
            if request.POST.get("act") == "end_drill":
                actions.drill_end(alert=row, by=person, at=now)
            elif given["to"]:
                to = User.objects.filter(username=given["to"].strip()).first()
                if to is None:
                    raise ReceiverUnfit(name=given["to"])
                actions.alert_hand_over(alert=row, to=to, by=person, at=now, note=given["note"])
            else:
                actions.alert_note(alert=row, by=person, at=now, note=given["note"])
            messages.success(request, _("Noted."))
            return see_other(reverse("sensing:alert", args=[row.pk]))
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    return render(
        request, "sensing/alerting/alert.html", page_of(request, row, form), status=status
    )


@login_required
@require_http_methods(FORM)
def drill(request: HttpRequest) -> HttpResponseBase:
    """Raise a drill: everything happens as with a warning, marked as an exercise everywhere."""
    person = cast(User, request.user)
    require(person, DRILL)
    rules = [
        each
        for each in WarningRule.objects.allowed_to(person, DRILL).filter(is_kept=True)
        if body_of(each).subject == "stream"
    ]
    streams = list(streams_watched({body_of(each).observed_property for each in rules}))
    posts = [(str(each.pk), each.thing.name) for each in streams]
    form = DrillForm(request.POST or None, rules=rules, posts=posts)

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        rule = next(each for each in rules if each.code == given["rule"])
        stream = next(each for each in streams if str(each.pk) == given["stream"])
        place = places_of([stream])[stream.pk]
        made = actions.alert_raise(
            rule=rule, subject=given["stream"], level=int(given["level"]), began=now, at=now,
            place={"zh-Hant": place.name}, stream=stream.pk,
            area=Area.objects.filter(code=place.district).first() if place.district else None,
            point=(place.longitude, place.latitude), by=person, is_drill=True,
        )  # fmt: skip
        messages.success(request, _("The drill has begun. It is marked as an exercise everywhere."))
        return reverse("sensing:alert", args=[made.pk])

    def context() -> dict[str, Any]:
        return {"crumbs": crumbs(_("Hold a drill"))}

    return answered(request, form, "sensing/alerting/drill.html", perform, context)


@login_required
@require_http_methods(FORM)
def subscriptions(request: HttpRequest) -> HttpResponseBase:
    """List one's subscriptions; add one."""
    person = cast(User, request.user)
    form = SubscribeForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        subscription_make(
            person=person, agrees=given["agrees"], at=timezone.now(), point=form.point,
            area=None if form.point else form.area, radius_m=given["radius_m"] or 1_000,
        )  # fmt: skip
        messages.success(request, _("You will be warned of this place, here and by e-mail."))
        return reverse("sensing:subscriptions")

    def context() -> dict[str, Any]:
        return {"rows": subscriptions_of(person), "crumbs": crumbs(_("My places"))}

    return answered(request, form, "sensing/alerting/subscriptions.html", perform, context)


@login_required
@require_POST
def subscription_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a subscription; a repeat changes nothing."""
    person = cast(User, request.user)
    row = found(person, Subscription.objects.filter(person=person), pk=key)
    subscription_end(subscription=row, by=person, at=timezone.now())
    messages.success(request, _("You are not warned of this place any more."))
    return see_other(reverse("sensing:subscriptions"))
