"""Checking a survey: people counted twice, who counts, and asking a few again."""

import math
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import normalise
from shizheng.statistics.models import (
    SurveyAddress,
    SurveyAssignment,
    SurveyDuplicate,
    SurveyPerson,
    SurveyRecord,
    SurveyRound,
)
from shizheng.statistics.surveys.access import ENUMERATE, MANAGE
from shizheng.statistics.surveys.actions.rounds import locked, name_of
from shizheng.statistics.surveys.actions.sending import address_settle, count
from shizheng.statistics.surveys.domain.alike import Household, twice
from shizheng.statistics.surveys.domain.rechecks import drawn_number
from shizheng.statistics.surveys.errors import (
    DuplicateDecided,
    ReasonMissing,
    RecheckUnfit,
    RoundNotOpen,
)
from shizheng.statistics.surveys.selectors import definition_of

Standing, Decision = SurveyRecord.Standing, SurveyDuplicate.Decision
SHORTEST_REASON = 10


@transaction.atomic
def duplicates_find(*, survey: SurveyRound, by: User | None, at: datetime) -> int:
    """Find records that may be of the same people; return how many pairs are new.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
    """
    if by is not None:
        require(by, MANAGE, survey, at=at)
    row = locked(survey)
    found = twice(_households(row))
    there = set(SurveyDuplicate.objects.filter(round=row).values_list("first", "second"))
    known = {(str(first), str(second)) for first, second in there}
    known |= {(second, first) for first, second in known}
    new = [
        SurveyDuplicate(round=row, first_id=pair[0], second_id=pair[1], reason=reason, found_at=at)
        for pair, reason in found.items() if pair not in known
    ]  # fmt: skip
    SurveyDuplicate.objects.bulk_create(new)
    if new:
        journal.record(
            "statistics.survey.duplicates_found", row, by=by, at=at, on_behalf_of=row.owner,
            now={"survey": row.code, "pairs": len(new)},
        )  # fmt: skip
    return len(new)


def _households(row: SurveyRound) -> Iterator[Household]:
    """Yield the counted households, the earlier ones first."""
    people: dict[str, list[tuple[str, str, int | None]]] = {}
    villages: dict[str, str] = {}
    rows = SurveyPerson.objects.filter(round=row, is_counted=True).order_by(
        "record__noted_at", "record", "number"
    )
    values = rows.values_list("record", "village__code", "pseudonym", "sex", "age")
    for record, village, pseudonym, sex, age in values.iterator(chunk_size=2_000):
        people.setdefault(str(record), []).append((pseudonym, sex, age))
        villages[str(record)] = village
    for key, some in people.items():
        yield Household(key, villages[key], tuple(some))


@transaction.atomic
def duplicate_decide(
    *, duplicate: SurveyDuplicate, decision: str, why: str, by: User, at: datetime
) -> SurveyDuplicate:
    """Decide which of two records counts, or that both are of different people.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: the survey was closed.
        DuplicateDecided: somebody did already, or one address would count twice.
        ReasonMissing: nobody says why.
    """
    require(by, MANAGE, duplicate, at=at)
    row = locked(duplicate.round)
    pair = SurveyDuplicate.objects.select_for_update(of=("self",)).get(pk=duplicate.pk)
    why = normalise(why).strip()[:300]
    if row.state != SurveyRound.State.OPEN:
        raise RoundNotOpen(survey=name_of(row))
    is_of_address = pair.reason == SurveyDuplicate.Reason.ADDRESS
    if pair.decision or (is_of_address and decision == Decision.KEEP_BOTH):
        said = (
            N_("one address counts once")
            if not pair.decision
            else str(Decision(pair.decision).label)
        )
        raise DuplicateDecided(decision=said)
    if len(why) < SHORTEST_REASON:
        raise ReasonMissing
    if decision != Decision.KEEP_BOTH:
        losing, winning = (
            (pair.second, pair.first) if decision == Decision.KEEP_FIRST
            else (pair.first, pair.second)
        )  # fmt: skip
        _set_aside(losing)
        _count_again(winning, row)
    pair.decision, pair.why, pair.decided_at, pair.decided_by = decision, why, at, by
    pair.save(update_fields=["decision", "why", "decided_at", "decided_by"])
    journal.record(
        "statistics.survey.duplicate_decided", pair, by=by, at=at, on_behalf_of=row.owner, why=why,
        now={"survey": row.code, "decision": str(decision)},
    )  # fmt: skip
    return pair


def _set_aside(record: SurveyRecord) -> None:
    SurveyRecord.objects.filter(pk=record.pk).update(standing=Standing.SET_ASIDE)
    SurveyPerson.objects.filter(record=record).update(is_counted=False)
    address_settle(SurveyAddress.objects.get(pk=record.address_id))


def _count_again(record: SurveyRecord, row: SurveyRound) -> None:
    """Let a record count that waited; one that counts already stays."""
    changed = SurveyRecord.objects.filter(pk=record.pk, standing=Standing.CONFLICT)
    if changed.update(standing=Standing.COUNTED):
        count(
            SurveyRecord.objects.select_related("address__village").get(pk=record.pk),
            row, definition_of(row),
        )  # fmt: skip


@transaction.atomic
def rechecks_draw(
    *, survey: SurveyRound, reinterviewer: User, seed: str, by: User | None, at: datetime
) -> int:
    """Draw complete addresses to be asked again by somebody else (抽複查); return how many.

    As many are drawn as the share of the survey asks for of all that are complete now, less what
    was drawn before. Anybody who has the seed and the list can repeat it.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it is not in the field.
        RecheckUnfit: nobody can be drawn, or the person is no enumerator.
    """
    if by is not None:
        require(by, MANAGE, survey, at=at)
    row = locked(survey)
    if row.state != SurveyRound.State.OPEN:
        raise RoundNotOpen(survey=name_of(row))
    if not may(reinterviewer, ENUMERATE, row, at=at):
        raise RecheckUnfit(reason=N_("the person is no enumerator of the agency"))
    complete = SurveyAddress.objects.filter(round=row, state="complete", removed_at=None)
    share = definition_of(row).recheck.share
    needed = math.ceil(share * complete.count()) - complete.exclude(drawn_at=None).count()
    hers = SurveyAssignment.objects.filter(area__round=row, person=reinterviewer).values("area")
    visited = SurveyRecord.objects.filter(address__round=row, sent_by=reinterviewer)
    free = complete.filter(drawn_at=None).exclude(area__in=hers)
    free = free.exclude(pk__in=visited.values("address"))
    keys = drawn_number(free.values_list("number", flat=True), max(needed, 0), seed)
    if not keys:
        raise RecheckUnfit(reason=N_("enough were drawn already, or all are of their own areas"))
    SurveyAddress.objects.filter(round=row, number__in=keys).update(
        drawn_at=at, reinterviewer=reinterviewer
    )
    journal.record(
        "statistics.survey.rechecks_drawn", row, by=by, at=at, on_behalf_of=row.owner,
        now={"survey": row.code, "seed": seed, "addresses": keys, "by": str(reinterviewer.pk)},
    )  # fmt: skip
    return len(keys)
