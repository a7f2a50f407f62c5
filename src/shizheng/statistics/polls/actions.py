"""Entering polls and their results, and signing them off: one person enters, another signs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.models import Poll, PollResult
from shizheng.statistics.polls.correcting import changes_between
from shizheng.statistics.polls.errors import (
    CorrectionUnfit,
    PollCodeTaken,
    PollIsCorrected,
    PollIsSigned,
    PollOfAnother,
    PollOwn,
    PollUnlike,
    PollWithoutResults,
    ResultTwice,
)
from shizheng.statistics.polls.importing import Result, results_read
from shizheng.statistics.polls.searchable import poll_index
from shizheng.statistics.polls.table import Taken


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a poll beside its results (調查說明)."""

    title: str
    commissioned_by: str
    conducted_by: str
    questionnaire_version: str
    questionnaire: str
    frame: str
    mode: str
    fieldwork_from: date
    fieldwork_to: date
    responses: int
    weighting: str
    contacted: int | None = None
    is_media: bool = False
    source: str = ""


@transaction.atomic
def poll_enter(
    *, code: str, agency: Agency, facts: Facts, by: User, at: datetime, is_synthetic: bool = False
) -> Poll:
    """Enter a poll without results; it is public once it has some and another signed it off.

    Raises:
        NotPermitted: ``by`` enters no figures of the agency.
        PollCodeTaken: there is one of this code.
        PollUnlike: days or counts contradict each other, or a media poll has no source.
    """
    require(by, ENTER, agency, at=at)
    _check(facts, timezone.localdate(at))
    if Poll.objects.filter(code=code).exists():
        raise PollCodeTaken(code=code)
    poll = Poll(
        code=code, agency=agency, entered_by=by, entered_at=at, is_synthetic=is_synthetic,
        **asdict(facts),
    )  # fmt: skip
    poll.save(force_insert=True)
    journal.record(
        "statistics.poll.entered", poll, by=by, at=at, on_behalf_of=agency, now={"code": code}
    )
    return poll


@transaction.atomic
def poll_correct(*, poll: Poll, correction: str, by: User, at: datetime) -> Poll:
    """Begin a correction: the next version under the same code, with all that stands now (更正).

    It is changed like any poll that is not signed off; once another person signed it, it stands,
    and the version before stays as it was, under its own address.

    Args:
        correction: what changes, and why.

    Raises:
        NotPermitted: ``by`` enters no figures of the agency.
        PollIsCorrected: it was corrected before, or a correction of it waits to be signed.
        CorrectionUnfit: it is not signed off, or nobody says what changes.
    """
    require(by, ENTER, poll, at=at)
    correction = correction.strip()
    if poll.signed_at is None or not correction:
        raise CorrectionUnfit
    if Poll.objects.filter(code=poll.code, version__gt=poll.version).exists():
        raise PollIsCorrected
    facts = {each.name: getattr(poll, each.name) for each in fields(Facts)}
    made = Poll(
        code=poll.code, version=poll.version + 1, correction=correction, agency=poll.agency,
        entered_by=by, entered_at=at, is_synthetic=poll.is_synthetic, **facts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise PollIsCorrected from None
    _add(made, [_result(row) for row in poll.results.order_by("position", "id")], 0)
    journal.record(
        "statistics.poll.correction_begun", made, by=by, at=at, on_behalf_of=poll.agency,
        why=correction, now={"code": made.code, "version": made.version},
    )  # fmt: skip
    return made


@transaction.atomic
def poll_change(*, poll: Poll, facts: Facts, by: User, at: datetime, correction: str = "") -> Poll:
    """Change what is said of a poll that nobody signed off yet.

    Args:
        correction: of a later version, what it changes and why; empty leaves it.

    Raises:
        NotPermitted, PollIsSigned, PollOfAnother, PollUnlike: why not.
    """
    poll = _open(poll, by, at)
    _check(facts, timezone.localdate(at))
    if poll.version > 1 and correction.strip():
        poll.correction = correction.strip()
    most = max((each.answers for each in poll.results.all()), default=0)
    if most > facts.responses:
        raise PollUnlike(reason=N_("a result rests on more people than answered"))
    for name, value in asdict(facts).items():
        setattr(poll, name, value)
    poll.entered_at = at
    poll.save()
    journal.record(
        "statistics.poll.changed", poll, by=by, at=at, on_behalf_of=poll.agency,
        now={"code": poll.code},
    )  # fmt: skip
    return poll


@transaction.atomic
def results_import(
    *, poll: Poll, content: bytes, by: User, at: datetime, encoding: str = "utf-8"
) -> Taken[Result]:
    """Take in a CSV file as the results of a poll, in place of those that were entered before.

    One wrong line stops all, and every wrong line is told.

    Raises:
        NotPermitted, PollIsSigned, PollOfAnother: why not.
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    poll = _open(poll, by, at)
    found = results_read(content, encoding, responses=poll.responses)
    if not found.problems:
        poll.results.all().delete()
        _add(poll, found.rows, 0)
        journal.record(
            "statistics.poll.results_imported", poll, by=by, at=at, on_behalf_of=poll.agency,
            now={"code": poll.code, "results": len(found.rows)},
        )  # fmt: skip
    return found


@transaction.atomic
def result_add(*, poll: Poll, result: Result, by: User, at: datetime) -> None:
    """Add one result.

    Raises:
        NotPermitted, PollIsSigned, PollOfAnother: why not.
        ResultTwice: it is there already.
        ResultUnfit: it is none of this poll.
    """
    poll = _open(poll, by, at)
    result.check(poll.responses)
    there = poll.results.filter(topic=result.topic)
    if there.filter(answer=result.answer, district=result.district).exists():
        raise ResultTwice
    for row in there:
        result.check_beside(row.question, row.district, row.answers)
    _add(poll, [result], poll.results.count())
    journal.record(
        "statistics.poll.result_added", poll, by=by, at=at, on_behalf_of=poll.agency,
        now={"code": poll.code, "topic": result.topic, "answer": result.answer},
    )  # fmt: skip


@transaction.atomic
def poll_sign(*, poll: Poll, by: User, at: datetime) -> Poll:
    """Sign off a poll with its results: everybody sees it from now on.

    Raises:
        NotPermitted: ``by`` signs no figures of the agency.
        PollOwn: ``by`` entered it.
        PollIsSigned: somebody did already.
        PollWithoutResults: there is nothing to see.
        CorrectionUnfit: it corrects nothing.
    """
    require(by, SIGN, poll, at=at)
    poll = Poll.objects.select_for_update().get(pk=poll.pk)
    if poll.entered_by_id == by.pk:
        raise PollOwn
    if poll.signed_at is not None:
        raise PollIsSigned
    if not poll.results.exists():
        raise PollWithoutResults
    before = Poll.objects.filter(code=poll.code, version=poll.version - 1).first()
    if before is not None and not changes_between(before, poll, whole=True):
        raise CorrectionUnfit
    Poll.objects.filter(pk=poll.pk, signed_at=None).update(signed_at=at, signed_by=by)
    journal.record(
        "statistics.poll.signed", poll, by=by, at=at, on_behalf_of=poll.agency,
        why=poll.correction, now={"code": poll.code, "version": poll.version},
    )  # fmt: skip
    poll.refresh_from_db()
    poll_index(poll)
    return poll


def _open(poll: Poll, by: User, at: datetime) -> Poll:
    require(by, ENTER, poll, at=at)
    poll = Poll.objects.select_for_update().get(pk=poll.pk)
    if poll.signed_at is not None:
        raise PollIsSigned
    if poll.entered_by_id != by.pk:
        raise PollOfAnother
    return poll


def _result(row: PollResult) -> Result:
    return Result(**{each.name: getattr(row, each.name) for each in fields(Result)})


def _add(poll: Poll, results: Sequence[Result], first: int) -> None:
    PollResult.objects.bulk_create(
        PollResult(poll=poll, position=first + place, **asdict(result))
        for place, result in enumerate(results)
    )


def _check(facts: Facts, today: date) -> None:
    """Refuse what contradicts itself."""
    reason = ""
    if facts.fieldwork_to < facts.fieldwork_from:
        reason = N_("fieldwork ends before it begins")
    elif facts.fieldwork_to > today:
        reason = N_("fieldwork is not over")
    elif facts.contacted is not None and facts.contacted < facts.responses:
        reason = N_("more people answered than were asked")
    elif facts.is_media and not facts.source.strip():
        reason = N_("a media poll names where it was published")
    if reason:
        raise PollUnlike(reason=reason)
