"""Pages that act on things: who may edit does, everybody else proposes."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import found, may
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.places.access import EDIT
from shizheng.places.actions.proposals import change_propose, may_propose
from shizheng.places.actions.things import thing_change, thing_record, thing_retire
from shizheng.places.domain.errors import ProposalsUnwanted
from shizheng.places.models import Thing
from shizheng.places.pages.forms import EndForm, ThingForm
from shizheng.places.pages.sending import FORM, answered
from shizheng.places.pages.views import home_crumb, layer_of
from shizheng.places.selectors.histories import history
from shizheng.places.selectors.layers import Layer


def _may(request: HttpRequest, layer: Layer) -> bool:
    """Return whether the person edits; else they propose.

    Raises:
        ProposalsUnwanted: they may do neither.
    """
    person = cast(User, request.user)
    if may(person, EDIT, layer.register):
        return True
    if not may_propose(person, layer.register):
        raise ProposalsUnwanted
    return False


def _crumbs(layer: Layer, title: str, key: str = "") -> list[tuple[str, str]]:
    code = layer.register.code
    crumbs = [
        home_crumb(),
        (in_language(layer.register.name), reverse("places:register", args=[code])),
    ]
    if key:
        crumbs.append((key, reverse("places:thing", args=[code, key])))
    return [*crumbs, (title, "")]


@login_required
@require_http_methods(FORM)
def thing_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Record a thing, or propose one."""
    layer, person = layer_of(request, code), cast(User, request.user)
    edits = _may(request, layer)
    form = ThingForm(
        request.POST or None, sight=layer.sight, shown=None, initial={"on": timezone.localdate()}
    )

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        common: dict[str, Any] = {
            "register": layer.register, "by": person, "at": now, "key": given["key"],
            "valid_from": given["valid_from"], "values": form.values,
            "geometry": given.get("points"),
        }  # fmt: skip
        if edits:
            made = thing_record(state=given["state"], **common)
            return reverse("places:thing", args=[code, made.key])
        change_propose(
            thing=None, act="record", reason=given["reason"], state=given["state"], **common
        )
        return _thanks(request, code)

    title = _("Record a thing") if edits else _("Propose a thing that is missing")
    return answered(request, form, "places/act.html", perform, lambda: _shown(layer, title, edits))


def _thanks(request: HttpRequest, code: str) -> str:
    messages.success(request, _("Thank you. The agency that keeps the register decides on it."))
    return reverse("places:register", args=[code])


def _shown(layer: Layer, title: str, edits: bool, key: str = "") -> dict[str, Any]:
    code = layer.register.code
    back = (
        reverse("places:thing", args=[code, key])
        if key
        else reverse("places:register", args=[code])
    )
    return {
        "title": title, "edits": edits, "back": back, "crumbs": _crumbs(layer, title, key),
        "register": layer.register,
    }  # fmt: skip


@login_required
@require_http_methods(FORM)
def thing_form(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Change a thing from a day on, or propose it."""
    layer, person = layer_of(request, code), cast(User, request.user)
    edits = _may(request, layer)
    row = found(person, Thing, register=layer.register, key=key)
    states = history(layer, row)
    form = ThingForm(
        request.POST or None, sight=layer.sight, shown=states[-1] if states else None,
        seen=row.version, initial={"on": timezone.localdate()},
    )  # fmt: skip

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        common: dict[str, Any] = {
            "thing": row, "by": person, "at": now, "valid_from": given["valid_from"],
            "values": form.values, "geometry": given.get("points"), "state": given["state"],
        }  # fmt: skip
        if edits:
            thing_change(seen=given["version"], why=given["reason"], **common)
            return reverse("places:thing", args=[code, key])
        change_propose(register=layer.register, act="change", reason=given["reason"], **common)
        return _thanks(request, code)

    title = _("Change {key}") if edits else _("Propose a change of {key}")
    return answered(
        request,
        form,
        "places/act.html",
        perform,
        lambda: _shown(layer, title.format(key=key), edits, key),
    )


@login_required
@require_http_methods(FORM)
def thing_end(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Say that a thing exists no longer, or propose it."""
    layer, person = layer_of(request, code), cast(User, request.user)
    edits = _may(request, layer)
    row = found(person, Thing, register=layer.register, key=key)
    form = EndForm(
        request.POST or None, seen=row.version, initial={"valid_from": timezone.localdate()}
    )

    def perform() -> str:
        given, now = form.cleaned_data, timezone.now()
        if edits:
            thing_retire(
                thing=row, seen=given["version"], by=person, at=now, on=given["valid_from"],
                why=given["reason"],
            )  # fmt: skip
            return reverse("places:thing", args=[code, key])
        change_propose(
            register=layer.register, thing=row, act="retire", by=person, at=now,
            valid_from=given["valid_from"], reason=given["reason"],
        )  # fmt: skip
        return _thanks(request, code)

    title = _("{key} exists no longer") if edits else _("Propose that {key} exists no longer")
    return answered(
        request,
        form,
        "places/act.html",
        perform,
        lambda: _shown(layer, title.format(key=key), edits, key),
    )
