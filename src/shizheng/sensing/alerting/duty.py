"""Pages of the duty: handing a shift over, and maintenance in which a post does not warn."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.access import found, require
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.places.pages.sending import answered
from shizheng.sensing.alerting import actions, showing
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.alerting.errors import ReceiverUnfit
from shizheng.sensing.alerting.forms import HandOverForm, MaintenanceForm
from shizheng.sensing.alerting.selectors import alerts_open, body_of, streams_watched
from shizheng.sensing.alerting.views import crumbs
from shizheng.sensing.models import Datastream, Maintenance, WarningRule

FORM = ["GET", "POST"]


@login_required
@require_http_methods(FORM)
def hand_over(request: HttpRequest) -> HttpResponseBase:
    """Hand all warnings that one holds to whoever comes on duty."""
    person = cast(User, request.user)
    require(person, ANSWER)
    form = HandOverForm(request.POST or None)

    def perform() -> str:
        name = form.cleaned_data["to"].strip()
        to = User.objects.filter(username=name).first()
        if to is None:
            raise ReceiverUnfit(name=name)
        count = actions.shift_hand_over(
            to=to, by=person, at=timezone.now(), note=form.cleaned_data["note"]
        )
        said = ngettext("{n} warning was handed over.", "{n} warnings were handed over.", count)
        messages.success(request, said.format(n=count))
        return reverse("sensing:board")

    def context() -> dict[str, Any]:
        rows = [each for each in alerts_open(person) if each.holder_id == person.pk]
        return {
            "rows": showing.rows_of(rows, timezone.now()), "crumbs": crumbs(_("Hand over")),
        }  # fmt: skip

    return answered(request, form, "sensing/alerting/hand_over.html", perform, context)


@login_required
@require_http_methods(FORM)
def maintenance(request: HttpRequest) -> HttpResponseBase:
    """List what is being worked on; plan more."""
    person = cast(User, request.user)
    require(person, ANSWER)
    rules = list(WarningRule.objects.allowed_to(person, ANSWER).filter(is_kept=True))
    by_code = {body_of(each).observed_property: each for each in reversed(rules)}
    streams = list(streams_watched(by_code).filter(owner__in={each.owner_id for each in rules}))
    posts = [(str(each.pk), each.thing.name) for each in streams]
    form = MaintenanceForm(request.POST or None, posts=posts)

    def perform() -> str:
        given = form.cleaned_data
        stream = next(each for each in streams if str(each.pk) == given["stream"])
        code = stream.observed_property.code if stream.observed_property else ""
        actions.maintenance_plan(
            stream=stream.pk, rule=by_code[code or ""], starts=given["starts"],
            ends=given["ends"], why=given["why"], by=person, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Planned. Meanwhile this post raises no warning."))
        return reverse("sensing:maintenance")

    def context() -> dict[str, Any]:
        now = timezone.now()
        rows = list(Maintenance.objects.visible_to(person).filter(ends_at__gt=now))
        names = dict(
            Datastream.objects.filter(pk__in=[each.stream for each in rows]).values_list(
                "pk", "thing__name"
            )
        )
        return {
            "rows": [(each, names.get(each.stream, "–"), each.starts_at <= now) for each in rows],
            "crumbs": crumbs(_("Maintenance")),
        }

    return answered(request, form, "sensing/alerting/maintenance.html", perform, context)


@login_required
@require_POST
def maintenance_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """End maintenance early; a repeat changes nothing."""
    person = cast(User, request.user)
    row = found(person, Maintenance.objects.all(), ANSWER, pk=key)
    actions.maintenance_end(maintenance=row, by=person, at=timezone.now())
    messages.success(request, _("Ended. The post warns again."))
    return see_other(reverse("sensing:maintenance"))
