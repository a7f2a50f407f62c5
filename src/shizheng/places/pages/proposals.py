"""Pages of proposals: who made one follows it or takes it back, who keeps the register decides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import shapely
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import VisibleQuerySet, found, may, require
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.places.access import DECIDE
from shizheng.places.actions.proposals import (
    proposal_accept,
    proposal_refuse,
    proposal_withdraw,
)
from shizheng.places.models import Proposal
from shizheng.places.pages import showing
from shizheng.places.pages.forms import ActForm, DecideForm
from shizheng.places.pages.sending import FORM, answered
from shizheng.places.pages.views import home_crumb, layer_of
from shizheng.places.selectors.histories import history
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.showing import Shown, Sight

Row = tuple[str, str, str]
WAITING = Proposal.State.WAITING


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals that one made, and those on which one decides."""
    rows = Proposal.objects.visible_to(request.user).select_related("register", "proposed_by")
    page = Paginator(rows.order_by("state", "-proposed_at", "pk"), 50).get_page(
        request.GET.get("page")
    )
    shown = {
        "page": page, "today": timezone.localdate(),
        "crumbs": [home_crumb(), (_("Proposals"), "")],
    }  # fmt: skip
    return render(request, "places/proposals.html", shown)


@login_required
@require_http_methods(FORM)
def decide(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a proposal beside what the register says; its keeper decides, its maker withdraws."""
    person = cast(User, request.user)
    rows: VisibleQuerySet[Proposal] = Proposal.objects.select_related(
        "register__current", "register__owner", "thing__register", "proposed_by"
    )
    proposal = found(person, rows, pk=key)
    decides = may(person, DECIDE, proposal)
    is_mine = proposal.proposed_by_id == person.pk
    if "verdict" in request.POST or (request.method == "POST" and not is_mine):
        require(person, DECIDE, proposal)
    form: ActForm = (DecideForm if decides else ActForm)(request.POST or None)
    layer = layer_of(request, proposal.register.code)
    states = history(layer, proposal.thing) if proposal.thing else []
    now = states[-1] if states else None
    title = _("Proposal: {key}").format(key=proposal.key)

    def context() -> dict[str, Any]:
        is_open = proposal.state == WAITING
        return {
            "title": title, "proposal": proposal, "register": proposal.register,
            "rows": _rows(layer, proposal, now), "features": _drawn(layer, proposal, now),
            "decides": decides and is_open, "withdraws": is_mine and not decides and is_open,
            "crumbs": [home_crumb(), (_("Proposals"), reverse("places:proposals")), (title, "")],
        }  # fmt: skip

    perform = _decided(request, form, proposal, person, decides=decides)
    return answered(request, form, "places/proposal.html", perform, context)


def _decided(
    request: HttpRequest, form: ActForm, proposal: Proposal, by: User, *, decides: bool
) -> Callable[[], str]:
    def perform() -> str:
        given, at = form.cleaned_data, timezone.now()
        if not decides:
            proposal_withdraw(proposal=proposal, by=by, at=at)
            messages.success(request, _("You have withdrawn the proposal."))
        else:
            act = proposal_accept if given["verdict"] == "accept" else proposal_refuse
            act(proposal=proposal, by=by, at=at, answer=given["answer"])
            messages.success(request, _("Done. Who proposed it sees your answer."))
        return reverse("places:proposals")

    return perform


def _rows(layer: Layer, proposal: Proposal, now: Shown | None) -> list[Row]:
    """Return (field, what the register says, what is proposed); of what is hidden nothing."""
    body = layer.sight.body
    told = []
    if proposal.state_after and (now is None or now.state != proposal.state_after):
        before = showing.state_in_words(body, now.state) if now else "–"
        told.append((_("State"), before, showing.state_in_words(body, proposal.state_after)))
    seen = {each.id for each in layer.sight.fields}
    for each in Sight(body, "restricted").fields:
        if each.id in proposal.values:
            value = now.values.get(each.id) if now and each.id in seen else None
            told.append(
                (in_language(each.name), showing.value_in_words(each, body, value),
                 showing.value_in_words(each, body, proposal.values[each.id]))
            )  # fmt: skip
    return told


def _drawn(layer: Layer, proposal: Proposal, now: Shown | None) -> dict[str, Any] | None:
    """Return the place that is proposed for the map; None where it stays."""
    if proposal.shape is None:
        return None
    place = shapely.from_wkb(bytes(proposal.shape))
    blank = Shown(
        proposal.key, proposal.valid_from, None,
        proposal.state_after or layer.sight.body.states[0].id, proposal.values, None, "exact",
    )  # fmt: skip
    return showing.features_of(layer.sight, [replace(now or blank, geometry=place)])
