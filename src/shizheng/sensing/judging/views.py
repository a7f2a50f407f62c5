"""Pages of how rules do: the rules, trying one on the past, forecasts, and a night played again."""

from datetime import datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import PublishedDefinition, User
from shizheng.core.words import in_language
from shizheng.places.pages.sending import answered
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.alerting.showing import WORDS
from shizheng.sensing.alerting.views import crumbs
from shizheng.sensing.domain.warnings import Level
from shizheng.sensing.judging import actions, replay
from shizheng.sensing.judging.forecasts import models_listed
from shizheng.sensing.judging.forms import BackTestForm, NightForm
from shizheng.sensing.models import BackTest, Incident, WarningRule

FORM = ["GET", "POST"]


def _rules_crumb(title: str) -> list[tuple[str, str]]:
    return [*crumbs()[:1], (_("How the rules do"), reverse("sensing:rules")), (title, "")]


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules, each with how it did when it was tried last; and the forecasts' skill."""
    rows = WarningRule.objects.visible_to(request.user).filter(is_kept=True)
    tests = BackTest.objects.visible_to(request.user).select_related("version")
    newest: dict[Any, BackTest] = {}
    for each in tests.order_by("rule", "made_at", "pk"):
        newest[each.rule_id] = each
    given = {
        "rows": [(row, body_of(row), newest.get(row.pk)) for row in rows],
        "models": models_listed(), "answers": may(request.user, ANSWER),
        "crumbs": crumbs(_("How the rules do")),
    }  # fmt: skip
    return render(request, "sensing/judging/rules.html", given)


@login_required
@require_http_methods(FORM)
def back_test(request: HttpRequest, code: str) -> HttpResponseBase:
    """Try a version of a rule on the past."""
    person = cast(User, request.user)
    rule = found(person, WarningRule.objects.select_related("current"), ANSWER, code=code)
    versions = list(
        PublishedDefinition.objects.filter(kind="warnings", identifier=rule.code).order_by(
            "-version"
        )
    )
    kinds = Incident.objects.order_by("kind").values_list("kind", flat=True).distinct()
    form = BackTestForm(
        request.POST or None,
        versions=[(str(each.version), f"v{each.version}") for each in versions],
        kinds=[(each, each) for each in kinds],
    )  # fmt: skip

    def perform() -> str:
        given, zone = form.cleaned_data, timezone.get_current_timezone()
        made = actions.back_test_run(
            rule=rule, version=next(v for v in versions if str(v.version) == given["rule_version"]),
            starts=datetime.combine(given["first"], time.min, tzinfo=zone),
            ends=datetime.combine(given["last"] + timedelta(days=1), time.min, tzinfo=zone),
            incidents=given["incidents"], radius_m=given["radius_m"],
            before=timedelta(hours=given["before_hours"]),
            after=timedelta(hours=given["after_hours"]), by=person, at=timezone.now(),
        )  # fmt: skip
        return reverse("sensing:back_test_result", args=[made.pk])

    def context() -> dict[str, Any]:
        return {"rule": rule, "crumbs": _rules_crumb(in_language(rule.name))}

    return answered(request, form, "sensing/judging/back_test.html", perform, context)


@require_safe
def back_test_result(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show how a rule did: hits, misses, false alarms, lead time, each one by one."""
    rows = BackTest.objects.select_related("rule", "version")
    row = found(request.user, rows, pk=key)
    result = row.result
    keys = [*result["leads"], *result["missed_keys"]]
    incidents = {str(each.pk): each for each in Incident.objects.filter(pk__in=keys)}
    zone = timezone.get_current_timezone()
    given = {
        "row": row, "result": result,
        "hit_percent": _percent(result["hit_share"]),
        "false_percent": _percent(result["false_share"]),
        "hits": [(incidents[k], lead) for k, lead in result["leads"].items() if k in incidents],
        "missed": [incidents[k] for k in result["missed_keys"] if k in incidents],
        "episodes": [
            each | {
                "began": datetime.fromtimestamp(each["began"], zone),
                "ended": datetime.fromtimestamp(each["ended"], zone) if each["ended"] else None,
                "word": WORDS[Level(each["level"])],
            }
            for each in result["episodes"]
        ],
        "crumbs": _rules_crumb(in_language(row.rule.name)),
    }  # fmt: skip
    return render(request, "sensing/judging/result.html", given)


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


@login_required
@require_safe
def night(request: HttpRequest) -> HttpResponse:
    """Play a recorded night again, as it was measured and as the rules of today judge it."""
    person = cast(User, request.user)
    require(person, ANSWER)
    known = replay.rules_played(
        list(WarningRule.objects.visible_to(person).filter(is_kept=True).select_related("current"))
    )
    rule = next((each for each in known if each.code == request.GET.get("rule")), None)
    rule = rule or replay.rule_suggested(known)
    given: dict[str, Any] = {
        "rules": known, "rule": rule, "crumbs": crumbs(_("Replay")), "told": None, "problem": "",
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    if rule is not None:
        start, end = _span(request, rule, given)
        if start is not None and end is not None:
            told = replay.recorded(rule, start, end)
            if told["posts"]:
                given |= {"told": told, "drawing": replay.drawn_on(told["posts"], end)}
            given |= {"start": start, "end": end, "changes": _changes(told)}
    return render(request, "sensing/judging/night.html", given)


def _changes(told: dict[str, Any]) -> list[tuple[datetime, str, Any, float]]:
    zone = timezone.get_current_timezone()
    return [
        (datetime.fromtimestamp(at, zone), name, WORDS[Level(level)], value)
        for at, name, level, value in told["changes"][:500]
    ]


def _span(
    request: HttpRequest, rule: WarningRule, given: dict[str, Any]
) -> tuple[datetime | None, datetime | None]:
    """Return the span to play: the one asked for, or the busiest that is stored."""
    if "start" in request.GET:
        form = NightForm(request.GET)
        given["form"] = form
        if not form.is_valid():
            return None, None
        start, end = form.cleaned_data["start"], form.cleaned_data["end"]
        if not start < end or end - start > replay.LONGEST:
            given["problem"] = _("A replay ends after it begins and lasts three days at most.")
            return None, None
        return start, end
    start, end = replay.night_suggested(rule) or (None, None)
    given["form"] = NightForm(initial={"start": start, "end": end} if start else None)
    return start, end
