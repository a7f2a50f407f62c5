"""Rounds of audits: works drawn by value, delay, risk and lot, secret until published."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.plan.models import AuditPick, AuditRound, PublicWork
from shizheng.plan.works.actions.moving import plain
from shizheng.plan.works.domain.picking import Pick, picked, seed_digest
from shizheng.plan.works.errors import RoundPublished
from shizheng.plan.works.rules import works_rule
from shizheng.plan.works.selectors.audits import candidates_on


@transaction.atomic
def round_draw(
    *,
    control: Agency,
    by: User,
    at: datetime,
    count: int,
    seed: str,
    is_synthetic: bool = False,
) -> AuditRound:
    """Draw the works of a round of audits (查核選案); all under construction are in the draw.

    Raises:
        NotPermitted: ``by`` may not audit for ``control``.
        SeedMissing, TooFewWorks, WorksRuleMissing: why not.
    """
    require(by, "plan.audit_works", control, at=at)
    rule, seed = works_rule(), seed.strip()
    known = candidates_on(control, on=timezone.localdate(at), rule=rule)
    picks = picked(rule.weights(), known, count=count, seed=seed)
    last = AuditRound.objects.aggregate(last=Max("number"))["last"] or 0
    round_ = AuditRound.objects.create(
        number=last + 1,
        control=control,
        seed=seed,
        seed_digest=seed_digest(seed),
        rule=rule.id,
        rule_version=rule.version,
        candidates=[_as_json(asdict(each)) for each in known],
        drawn_at=at,
        drawn_by=by,
        is_synthetic=is_synthetic,
    )
    _keep(round_, picks)
    now = {"number": round_.number, "seed_digest": round_.seed_digest, "count": count}
    journal.record("plan.audit_round.drawn", round_, by=by, at=at, on_behalf_of=control, now=now)
    return round_


def _keep(round_: AuditRound, picks: tuple[Pick, ...]) -> None:
    works = {work.number: work for work in PublicWork.objects.filter(
        number__in=[pick.number for pick in picks]
    )}  # fmt: skip
    AuditPick.objects.bulk_create(
        AuditPick(
            round=round_,
            position=position,
            work=works[pick.number],
            score=pick.score,
            reasons=[_as_json(asdict(reason)) for reason in pick.reasons],
            is_random=pick.is_random,
        )
        for position, pick in enumerate(picks, start=1)
    )


def _as_json(values: dict[str, object]) -> dict[str, object]:
    return plain(values) or {}


@transaction.atomic
def round_publish(*, round_: AuditRound, by: User, at: datetime) -> AuditRound:
    """Make a round public with its seed and its picks (公開選案結果).

    Raises:
        NotPermitted, RoundPublished: why not.
    """
    require(by, "plan.audit_works", round_, at=at)
    waiting = AuditRound.objects.filter(pk=round_.pk, published_at=None)
    if not waiting.update(published_at=at):
        raise RoundPublished(number=round_.number)
    round_.refresh_from_db()
    now = {"number": round_.number, "seed": round_.seed}
    journal.record(
        "plan.audit_round.published", round_, by=by, at=at, on_behalf_of=round_.control, now=now
    )
    outbox.publish("city.audit_round.published", round_, at=at, payload=now)
    return round_
