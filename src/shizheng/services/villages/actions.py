"""What a village chief does: keep the village's records and report defects, each once."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Area, User
from shizheng.kernel.text import normalise
from shizheng.services.actions.documents import ATTACHMENT, Upload
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.models import VillageProfile, VillageRecord, VillageReport
from shizheng.services.places import Place
from shizheng.services.schema.service import Channel
from shizheng.services.villages.errors import (
    NotReportable,
    OfflineIdUnfit,
    RecordIncomplete,
    RecordInFuture,
    SentOtherwise,
)
from shizheng.services.villages.reportable import services_reportable

KEEP = "services.keep_village"
OFFLINE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was written (里政紀錄); ``amount`` in NTD, of expenses alone."""

    kind: str
    title: str
    on: date
    text: str = ""
    amount: int | None = None
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A defect as the chief wrote it down (里長通報), with or without signal."""

    service: str
    description: str
    place: Place
    answers: Mapping[str, object] = field(default_factory=dict)
    photos: Sequence[Upload] = ()
    noted_at: datetime | None = None


def record_add(
    *,
    area: Area,
    given: Record,
    by: User | None,
    at: datetime,
    offline_id: str = "",
    is_synthetic: bool = False,
) -> VillageRecord:
    """Add a notice, meeting, expense or works of a village; the same ``offline_id`` adds one.

    Raises:
        NotPermitted: ``by`` does not keep this village.
        RecordIncomplete, RecordInFuture: what to correct.
        SentOtherwise: the number came before with other content.
    """
    if by is not None:
        require(by, KEEP, area, at=at)
    _check(given, at)
    sent_digest = record_digest(area, given)

    def find() -> VillageRecord | None:
        row = VillageRecord.objects.filter(made_by=by, offline_id=offline_id).first()
        if offline_id and row is not None and row.sent_digest != sent_digest:
            raise SentOtherwise(number=row.title)
        return row if offline_id else None

    def make() -> VillageRecord:
        row = VillageRecord.objects.create(
            area=area,
            kind=given.kind,
            title=normalise(given.title).strip(),
            text=normalise(given.text).strip(),
            on=given.on,
            amount=given.amount,
            is_public=given.is_public,
            offline_id=offline_id,
            sent_digest=sent_digest,
            made_at=at,
            made_by=by,
            is_synthetic=is_synthetic,
        )
        now = {"village": area.code, "kind": given.kind, "amount": given.amount}
        journal.record("services.village_record.added", row, by=by, at=at, now=now)
        return row

    return _once(find, make)


def record_digest(area: Area, given: Record) -> str:
    """Return what tells a record from another one (SHA-256)."""
    return hashlib.sha256(repr((area.code, astuple(given))).encode()).hexdigest()


def _check(given: Record, at: datetime) -> None:
    is_expense = given.kind == VillageRecord.Kind.EXPENSE
    has_amount = given.amount is not None and given.amount > 0
    if not given.title.strip() or is_expense != has_amount or given.kind not in VillageRecord.Kind:
        raise RecordIncomplete
    if is_expense and given.on > timezone.localdate(at):
        raise RecordInFuture(day=given.on)


@transaction.atomic
def record_withdraw(*, record: VillageRecord, by: User, at: datetime, reason: str) -> VillageRecord:
    """Withdraw a record (撤下); it stays for the office, and the second time is nothing.

    Raises:
        NotPermitted: ``by`` does not keep this village.
    """
    row = VillageRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    require(by, KEEP, row, at=at)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = at, by
        row.withdrawn_reason = normalise(reason).strip()[:200]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        journal.record(
            "services.village_record.withdrawn", row, by=by, at=at, why=row.withdrawn_reason
        )
    return row


@transaction.atomic
def profile_change(
    *, area: Area, by: User | None, at: datetime, is_synthetic: bool = False, **fields: str
) -> VillageProfile:
    """Change what the site shows of a village: chief, office, activity centre, internal phone.

    Raises:
        NotPermitted: ``by`` does not keep this village.
    """
    if by is not None:
        require(by, KEEP, area, at=at)
    row = VillageProfile.objects.filter(area=area).first() or VillageProfile(area=area)
    for name in ("chief_name", "office_address", "activity_centre", "chief_phone"):
        if name in fields:
            setattr(row, name, normalise(fields[name]).strip())
    row.changed_at, row.changed_by = at, by
    row.is_synthetic = row.is_synthetic or is_synthetic
    row.save()
    journal.record(
        "services.village_profile.changed", row, by=by, at=at, now={"village": area.code},
        personal={name: fields.get(name, "") for name in ("chief_name", "chief_phone")},
    )  # fmt: skip
    return row


def report_send(
    *, given: Report, offline_id: str, sent_digest: str, by: User, at: datetime
) -> VillageReport:
    """Take in what a chief's device sent; the same number is one case however often it comes.

    The number is kept with the case for ever, so that a device that was without signal for days,
    lost the reply, or was killed in the middle, can send again without a second case.

    Raises:
        NotPermitted: ``by`` keeps no village.
        OfflineIdUnfit: the device gave no usable number.
        SentOtherwise: the number came before with other content.
        NotReportable: no such service here.
        DomainError: as ``case_open``.
    """
    require(by, KEEP, at=at)
    if not OFFLINE_ID.fullmatch(offline_id):
        raise OfflineIdUnfit

    def find() -> VillageReport | None:
        rows = VillageReport.objects.select_related("case")
        row = rows.filter(person=by, offline_id=offline_id).first()
        if row is not None and row.sent_digest != sent_digest:
            raise SentOtherwise(number=row.case.number)
        return row

    def make() -> VillageReport:
        service = services_reportable().get(given.service)
        if service is None:
            raise NotReportable(service=given.service[:60])
        intake = Intake(
            channel=Channel.WEB,
            answers=given.answers,
            description=given.description,
            place=given.place,
            files={ATTACHMENT: given.photos} if given.photos else {},
            reporter=by,
        )
        case = case_open(service=service.row, given=intake, by=by, at=at).case
        row = VillageReport.objects.create(
            person=by, offline_id=offline_id, sent_digest=sent_digest, case=case,
            noted_at=given.noted_at, sent_at=at,
        )  # fmt: skip
        now = {"number": case.number, "noted_at": given.noted_at}
        journal.record("services.village_report.sent", row, by=by, at=at, now=now)
        return row

    return _once(find, make)


def _once(find: Callable[[], Kept | None], make: Callable[[], Kept]) -> Kept:
    """Return what is there, else make it; two at the same moment end with one."""
    known = find()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        known = find()
        if known is None:
            raise
        return known
