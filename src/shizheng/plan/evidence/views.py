"""Pages on which a note is set beside a light, confirmed and taken back; and what-if."""

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from shizheng.core.access import found
from shizheng.core.pages import actor, save
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.evidence import overriding
from shizheng.plan.evidence.comparing import Comparison, lights_compare
from shizheng.plan.evidence.forms import ConfirmForm, OverrideForm
from shizheng.plan.models import Item, LightOverride
from shizheng.plan.register import selectors
from shizheng.plan.register.forms import ReasonForm
from shizheng.plan.register.rules import light_rule, light_rule_of, light_rules
from shizheng.plan.register.views import as_of, edition_or_404


def override(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Let somebody set a note beside the light of an item."""
    item = _item(request, plan, code)
    form = OverrideForm(request.POST or None)

    def act() -> None:
        overriding.light_override(
            item=item, by=actor(request), at=timezone.now(), **form.cleaned_data
        )

    return _form(request, item, form, act, "plan/evidence/override.html")


def confirm(request: HttpRequest, plan: str, code: str, key: str) -> HttpResponse:
    """Let a second person confirm a note."""
    item = _item(request, plan, code)
    row = get_object_or_404(LightOverride.objects.select_related("made_by"), pk=key, item=item)
    form = ConfirmForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        overriding.override_confirm(override=row, by=actor(request), at=timezone.now())

    return _form(request, item, form, act, "plan/evidence/confirm.html", override=row)


def withdraw(request: HttpRequest, plan: str, code: str, key: str) -> HttpResponse:
    """Let somebody take a note back."""
    item = _item(request, plan, code)
    row = get_object_or_404(LightOverride, pk=key, item=item)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        overriding.override_withdraw(
            override=row, by=actor(request), at=timezone.now(), **form.cleaned_data
        )

    return _form(request, item, form, act, "plan/evidence/withdraw.html", override=row)


def compare(request: HttpRequest, plan: str) -> HttpResponse:
    """Show what the lights would be under another version of the rule."""
    moment, on = as_of(request)
    edition = edition_or_404(plan, on)
    rules = light_rules()
    asked = request.GET.get("rule", "")
    rule = light_rule_of(int(asked)) if asked.isdecimal() and int(asked) in rules else None
    day = on or timezone.localdate()
    comparison = lights_compare(edition, rule, on=day, at=moment) if rule else None
    context = {
        "edition": edition,
        "on": on,
        "rules": list(rules.values()),
        "standing": light_rule(),
        "rule": rule,
        "comparison": comparison,
        "colours": selectors.COLOURS,
        "by_version": _by_version(comparison) if comparison else [],
    }
    return render(request, "plan/evidence/compare.html", context)


def _by_version(comparison: Comparison) -> list[tuple[LightRule, list[int]]]:
    """Return how many lights have each colour, in the order of the colours."""
    sides = ((comparison.standing, comparison.now), (comparison.other, comparison.then))
    return [(rule, [counts.get(c, 0) for c in selectors.COLOURS]) for rule, counts in sides]


def _item(request: HttpRequest, plan: str, code: str) -> Item:
    """Return the item for who may set notes beside its light."""
    edition = edition_or_404(plan, None)
    found(request.user, Item, overriding.PERMISSION, edition=edition, code=code)
    shown = selectors.item_for_page(edition=edition, code=code)
    return shown or get_object_or_404(Item, edition=edition, code=code)


def _form(
    request: HttpRequest,
    item: Item,
    form: BaseForm,
    act: Callable[[], object],
    template: str,
    **more: object,
) -> HttpResponse:
    light = next(iter(item.lights.all()), None)
    context = {"item": item, "edition": item.edition, "light": light, **more}
    return save(request, form, act, to=item, template=template, context=context)
