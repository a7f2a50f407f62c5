"""Evaluations of the demonstration: one closed round, one open, findings and two projects.

Everything is invented and made by the acts of the rooms, for any pack that defines the rules.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.models import Agency, User
from shizheng.core.words import FALLBACK, in_language
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.plan.advance import reviewing
from shizheng.plan.advance.definitions import AdvanceRule
from shizheng.plan.directives.selectors.facts import items_in_force
from shizheng.plan.evaluation.actions import findings, rounds
from shizheng.plan.evaluation.definitions import ControlRule, EvaluationType
from shizheng.plan.models import (
    AdvanceProject,
    ControlFinding,
    EvaluationReviewer,
    EvaluationRound,
    EvaluationSubject,
    FindingSource,
)
from shizheng.services.demonstration.people import Cast

ORDER = 16
SELF = (Decimal(92), Decimal(88), Decimal(85), Decimal(90))
GIVEN = ((Decimal(86), Decimal(82)), (Decimal(86), Decimal(82)), (Decimal(78), Decimal(70)))
log = structlog.get_logger()


def play(pack: Pack, month: Month, say: Say) -> None:
    """Tell what was invented, once, at the end of the year."""
    if month.until != month.now or EvaluationRound.objects.filter(is_synthetic=True).exists():
        return
    cast, now = Cast(month.now), month.now - timedelta(seconds=1)
    for tell in (_rounds, _findings, _projects):
        try:
            with transaction.atomic():
                tell(pack, cast, now)
        except DomainError as refusal:
            log.warning("invented_evaluation_refused", part=tell.__name__, refusal=refusal.code)


chapters.register("evaluation")(Chapter(ORDER, 0.05, play))


def _reviewed(body: EvaluationType) -> list[Agency]:
    """Return three agencies that such a round may review."""
    known = Agency.objects.exclude(code=body.control).exclude(parent=None)
    if body.agencies:
        known = known.filter(code__in=body.agencies)
    return list(known.order_by("position", "code")[:3])


def _reviewers(body: EvaluationType, cast: Cast, agencies: list[Agency]) -> list[User]:
    """Return a controller and a supervisor of another agency, as many as are needed and one."""
    there = {agency.code for agency in agencies} | {body.control}
    others = Agency.objects.exclude(code__in=there).order_by("position", "code")
    beside = [cast.other("supervisor", agency.code) for agency in others[: body.least_reviews]]
    return [cast.one("controller", body.control), *beside]


def _rounds(pack: Pack, cast: Cast, now: datetime) -> None:
    bodies = list(pack.bodies(EvaluationType))
    for index, body in enumerate(bodies[:2] if len(bodies) > 1 else bodies * 2):
        is_closed = index == 0
        began = now - timedelta(days=body.review_days + 20 if is_closed else 9)
        agencies = _reviewed(body)
        reviewers = _reviewers(body, cast, agencies)
        controller = cast.one("controller", body.control)
        title = gettext("[Invented] {name}").format(name=in_language(body.name, FALLBACK))
        round_ = rounds.round_open(
            by=controller, at=began, type_=body.id, title=title, agencies=agencies,
            reviewers=reviewers, is_synthetic=True,
        )  # fmt: skip
        for place, subject in enumerate(round_.subjects.select_related("agency", "round")):
            if is_closed or place == 0:
                _score(subject, cast, began + timedelta(days=5), place, is_closed=is_closed)
        if is_closed:
            rounds.round_close(
                round_=round_, by=controller, at=began + timedelta(days=body.review_days + 1),
                conclusion=gettext("Invented: the best and the weakest agency report next month."),
            )  # fmt: skip


def _score(
    subject: EvaluationSubject, cast: Cast, at: datetime, place: int, *, is_closed: bool
) -> None:
    codes = [each["code"] for each in subject.round.criteria]
    words = gettext("Invented: see the yearly report.")
    rounds.self_assessment_submit(
        subject=subject, by=cast.one("officer", subject.agency.code), at=at,
        scores={code: SELF[(index + place) % len(SELF)] for index, code in enumerate(codes)},
        evidence=dict.fromkeys(codes, words),
    )  # fmt: skip
    named = EvaluationReviewer.objects.filter(round=subject.round).select_related("person")
    for index, reviewer in enumerate(named if is_closed else named[:1]):
        score = GIVEN[place % len(GIVEN)][index % 2]
        rounds.review_submit(
            subject=subject, by=reviewer.person, at=at + timedelta(days=10 + index),
            scores=dict.fromkeys(codes, score), comment=gettext("Invented comment."),
        )  # fmt: skip


def _findings(pack: Pack, cast: Cast, now: datetime) -> None:
    for rule in pack.bodies(ControlRule):
        controller = cast.one("controller", rule.control)
        agencies = list(
            Agency.objects.exclude(code=rule.control).exclude(parent=None)
            .order_by("position", "code")[:2]
        )  # fmt: skip
        for days, agency in ((80, agencies[0]), (70, agencies[0]), (12, agencies[-1])):
            at = now - timedelta(days=days)
            findings.finding_record(
                by=controller, at=at, agency=agency, source=FindingSource.CONTROL,
                code=rule.faults[0].code, text=gettext("Invented: found in a self-check."),
                found_on=timezone.localdate(at), is_synthetic=True,
            )  # fmt: skip
        first = ControlFinding.objects.select_related("agency", "control").get(number=1)
        at = now - timedelta(days=60)
        findings.finding_correct(
            finding=first, by=cast.one("officer", first.agency.code), at=at,
            text=gettext("Invented: put in order."),
        )  # fmt: skip
        findings.finding_check(
            finding=first, by=controller, at=at + timedelta(days=3), is_accepted=True,
            note=gettext("Invented: seen and in order."),
        )  # fmt: skip


def _projects(pack: Pack, cast: Cast, now: datetime) -> None:
    for rule in pack.bodies(AdvanceRule):
        agencies = Agency.objects.exclude(code=rule.control).exclude(parent=None)
        for index, agency in enumerate(agencies.order_by("position", "code")[:2]):
            at = now - timedelta(days=50 - index * 30)
            name = gettext("[Invented] Project {letter}").format(letter="AB"[index])
            project = reviewing.project_propose(
                by=cast.one("officer", agency.code), at=at, agency=agency, name=name,
                cost_twd=rule.threshold_twd * (2 + index), starts_on=timezone.localdate(now),
                ends_on=timezone.localdate(now) + timedelta(days=500),
                summary=gettext("Invented: for the demonstration."),
                midterm_goal=gettext("Invented: a goal of the mid-term plan."),
                items=items_in_force(rule.plan_items), is_synthetic=True,
            )  # fmt: skip
            if index == 0:
                _decided(project, rule, cast, at + timedelta(days=10))


def _decided(project: AdvanceProject, rule: AdvanceRule, cast: Cast, at: datetime) -> None:
    codes = [each.code for each in rule.criteria]
    there = (rule.control, project.agency.code)
    others = Agency.objects.exclude(code__in=there).order_by("position", "code")
    for agency in others[: rule.least_reviews]:
        reviewing.review_submit(
            project=project, by=cast.other("supervisor", agency.code), at=at,
            scores=dict.fromkeys(codes, Decimal(81)), comment=gettext("Invented comment."),
        )  # fmt: skip
    reviewing.review_decide(
        project=project, by=cast.one("controller", rule.control), at=at + timedelta(days=2),
        conditions=gettext("Invented: report the upkeep each year."),
    )  # fmt: skip
