"""What one can do here: the services with their search, and the page of one service."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import may
from shizheng.core.search import QueryTooLong
from shizheng.core.structured import as_script
from shizheng.core.words import in_language, said
from shizheng.kernel.text import cleaned
from shizheng.kernel.time.amounts import Amount
from shizheng.services.applying import selectors
from shizheng.services.applying.drafts import drafts_open
from shizheng.services.applying.durations import service_durations
from shizheng.services.applying.structured import government_service
from shizheng.services.applying.views.filling import COUNTER, visitor
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.errors import ChannelClosed, OutsideWindow
from shizheng.services.domain.intake import check_intake
from shizheng.services.schema.service import Channel
from shizheng.services.versions import offered


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show the services by use, or what was found for some words."""
    query = cleaned(request.GET.get("q", "")).strip()
    context: dict[str, object] = {"query": query, "crumbs": [(_("I want to…"), "")]}
    status = 200
    if query:
        try:
            context["matches"] = selectors.services_found(query, viewer=request.user)
        except QueryTooLong as refusal:
            context["refusal"], status = said(refusal), refusal.status
    else:
        context["uses"] = selectors.services_by_use(viewer=request.user)
    return render(request, "services/applying/services.html", context, status=status)


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service: what it is, who may, what is needed, how long, what it costs."""
    found, definition = offered(code)
    now, person = timezone.now(), visitor(request)
    context = {
        "service": found,
        "definition": definition,
        "owner": found.owner,
        "closed": _closed(definition),
        "durations": service_durations(found, at=now),
        "limits": _limits(definition),
        "questions": list(selectors.questions_about(code)),
        "structured": as_script(
            government_service(found, definition, request.build_absolute_uri(request.path))
        ),
        "start": reverse("services:start", args=[code]),
        "draft": drafts_open(person, at=now).filter(service=found).first() if person else None,
        "at_counter": COUNTER in definition.intake.channels
        and may(request.user, "services.take_intake"),
        "crumbs": [
            (_("I want to…"), reverse("services:home")),
            (in_language(definition.name), ""),
        ],
    }
    return render(request, "services/applying/service.html", context)


def _closed(definition: Definition) -> Mapping[str, str] | None:
    """Return why the service cannot be begun here now; None if it can."""
    try:
        check_intake(definition, channel=str(Channel.WEB), on=timezone.localdate())
    except (ChannelClosed, OutsideWindow) as refusal:
        shown = said(refusal)
        return {"message": shown.message, "hint": shown.hint}
    return None


def _limits(definition: Definition) -> list[tuple[str, str, str]]:
    """Return (what is limited, how long as a rule, source in law) of each public clock."""
    found = []
    for clock in definition.clocks.values():
        if not (clock.is_public or clock.is_main):
            continue
        rule = next((each for each in clock.amounts if each.when is None), clock.amounts[0])
        source = rule.source or clock.source or ""
        found.append((in_language(clock.label), period_words(rule.amount), source))
    return found


def period_words(text: str) -> str:
    """Return a period in words, ``3wd`` as “3 working days”."""
    amount = Amount.parse(text)
    return amount.zh if (get_language() or "").startswith("zh") else amount.en
