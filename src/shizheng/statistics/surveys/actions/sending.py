"""Taking in what a tablet sent of one visit: once, whenever it comes, and nothing lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import AnswersWrong
from shizheng.statistics.models import (
    SurveyAddress,
    SurveyDuplicate,
    SurveyPerson,
    SurveyRecord,
    SurveyRound,
)
from shizheng.statistics.surveys.access import ENUMERATE
from shizheng.statistics.surveys.definitions import Survey
from shizheng.statistics.surveys.domain.disclosure import Coarse
from shizheng.statistics.surveys.domain.reading import Read, answers_read, people_of
from shizheng.statistics.surveys.errors import RoundNotOpen, SendingUnfit, SentOtherwise
from shizheng.statistics.surveys.selectors import definition_of

OFFLINE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
Outcome, Standing = SurveyRecord.Outcome, SurveyRecord.Standing


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as the tablet wrote it down (訪查): of which address, what came of it, when."""

    survey: str
    number: str
    outcome: str
    noted_at: datetime
    offline_id: str
    digest: str
    answers: Mapping[str, Any] = field(default_factory=dict)


def record_send(*, visit: Visit, by: User, at: datetime) -> SurveyRecord:
    """Take in a visit; the same number of the tablet is one record however often it is sent.

    Of an address that was answered before, it is kept beside and waits for a decision; after the
    closing it is kept as late. Neither is counted.

    Raises:
        NotPermitted: ``by`` is no enumerator of the agency.
        SendingUnfit: no address of theirs, no such outcome, or a hard edit fails.
        AnswersWrong: answers are missing or of the wrong kind; names each of them.
        SentOtherwise: the number came before with other answers.
        RoundNotOpen: the survey was not opened yet.
    """
    require(by, ENUMERATE, at=at)
    if not OFFLINE_ID.fullmatch(visit.offline_id):
        raise SendingUnfit(reason=N_("the tablet gave no number of its own"))
    known = _sent_before(visit, by)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _take(visit, by, at)
    except IntegrityError:  # the same came at the same moment by another way
        known = _sent_before(visit, by)
        if known is None:
            raise
        return known


def _sent_before(visit: Visit, by: User) -> SurveyRecord | None:
    rows = SurveyRecord.objects.select_related("address")
    row = rows.filter(sent_by=by, offline_id=visit.offline_id).first()
    if row is not None and row.sent_digest != visit.digest:
        raise SentOtherwise(number=row.address.number)
    return row


def _take(visit: Visit, by: User, at: datetime) -> SurveyRecord:
    survey = SurveyRound.objects.select_related("owner").filter(code=visit.survey).first()
    address = _address(visit, by, survey)
    assert survey is not None  # noqa: S101 - an address has one
    require(by, ENUMERATE, survey, at=at)
    if survey.state == SurveyRound.State.PLANNED:
        raise RoundNotOpen(survey=Choosable(survey.name))
    body = definition_of(survey)
    read = _read(visit, body, survey)
    standing = _standing(visit, survey, address, by)
    record = SurveyRecord.objects.create(
        address=address, outcome=visit.outcome, standing=standing, answers=read.answers,
        failed=read.failed, noted_at=min(visit.noted_at, at), sent_at=at, sent_by=by,
        offline_id=visit.offline_id, sent_digest=visit.digest,
    )  # fmt: skip
    if standing == Standing.COUNTED:
        count(record, survey, body)
    elif standing == Standing.CONFLICT:
        _tell_conflict(record, survey, at)
    journal.record(
        "statistics.survey_record.sent", record, by=by, at=at, on_behalf_of=survey.owner,
        now={"survey": survey.code, "address": address.number, "outcome": visit.outcome,
             "standing": str(standing), "failed": read.failed},
    )  # fmt: skip
    return record


def _address(visit: Visit, by: User, survey: SurveyRound | None) -> SurveyAddress:
    """Return the address, if it is, or ever was, one of the enumerator's."""
    mine = Q(area__assignments__person=by.pk) | Q(reinterviewer=by.pk)
    keys = SurveyAddress.objects.filter(mine, round=survey, number=visit.number).values("pk")
    rows = SurveyAddress.objects.select_for_update(of=("self",)).select_related("area", "village")
    found = rows.filter(pk__in=keys, is_sampled=True, removed_at=None).first()
    if survey is None or found is None:
        raise SendingUnfit(reason=N_("it is no address of yours in this survey"))
    return found


def _read(visit: Visit, body: Survey, survey: SurveyRound) -> Read:
    if visit.outcome not in Outcome:
        raise SendingUnfit(reason=N_("it does not say what came of the visit"))
    if visit.outcome != Outcome.COMPLETE:
        return Read()
    read = answers_read(body, visit.answers, lambda number: pseudonym(survey, number))
    if read.faults:
        raise AnswersWrong(read.faults)
    for edit in body.edits:
        if edit.is_hard and edit.id in read.failed:
            raise SendingUnfit(reason=Choosable(edit.message))
    return read


def pseudonym(survey: SurveyRound, number: str) -> str:
    """Return a keyed hash of a person's number (假名), another one in every survey."""
    return salted_hmac(f"shizheng.surveys.{survey.pk}", number, algorithm="sha256").hexdigest()


def _standing(
    visit: Visit, survey: SurveyRound, address: SurveyAddress, by: User
) -> SurveyRecord.Standing:
    if survey.state == SurveyRound.State.CLOSED:
        return Standing.LATE
    if address.reinterviewer_id == by.pk:
        checks = address.records.filter(standing=Standing.CHECK, outcome=Outcome.COMPLETE)
        return Standing.SET_ASIDE if checks.exists() else Standing.CHECK
    is_second = visit.outcome == Outcome.COMPLETE and counted_of(address) is not None
    return Standing.CONFLICT if is_second else Standing.COUNTED


def counted_of(address: SurveyAddress) -> SurveyRecord | None:
    """Return the answers of an address that count."""
    return address.records.filter(standing=Standing.COUNTED, outcome=Outcome.COMPLETE).first()


def count(record: SurveyRecord, survey: SurveyRound, body: Survey) -> None:
    """Let a record count: its people, and how far the address is."""
    address = record.address
    if record.outcome == Outcome.COMPLETE:
        coarse = Coarse(body.people.band_years, None, body.people.top_age)
        SurveyPerson.objects.bulk_create(
            SurveyPerson(
                round=survey, record=record, village=address.village, number=place,
                pseudonym=each.pseudonym, sex=each.sex, age=each.age,
                age_band="" if each.age is None else coarse.of(each.age),
                reference_on=survey.reference_on, is_synthetic=survey.is_synthetic,
            )
            for place, each in enumerate(people_of(body, record.answers), start=1)
        )  # fmt: skip
    address_settle(address)


def address_settle(address: SurveyAddress) -> None:
    """Set how far an address is by what counts of it; what tablets noted last decides."""
    counted = list(
        address.records.filter(standing=Standing.COUNTED).order_by("noted_at", "sent_at", "pk")
    )
    complete = next((each for each in counted if each.outcome == Outcome.COMPLETE), None)
    last = complete or (counted[-1] if counted else None)
    address.state = last.outcome if last else SurveyAddress.State.OPEN
    address.visit_count = len(counted)
    address.completed_at = complete.noted_at if complete else None
    address.save(update_fields=["state", "visit_count", "completed_at"])


def _tell_conflict(record: SurveyRecord, survey: SurveyRound, at: datetime) -> None:
    first = counted_of(record.address)
    assert first is not None  # noqa: S101 - that is why it is a conflict
    SurveyDuplicate.objects.create(
        round=survey, first=first, second=record, reason=SurveyDuplicate.Reason.ADDRESS,
        found_at=at,
    )  # fmt: skip
