"""Marking drawings: a reviewer's mark is made, settled by a later version, or withdrawn."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from shizheng.core import journal
from shizheng.core.access import may_see
from shizheng.core.models import Agency, User
from shizheng.services.actions.acting import case_locked
from shizheng.services.documents.access import reviewing_agency
from shizheng.services.documents.errors import (
    MarkDone,
    MarkEmpty,
    MarkHandedOver,
    MarkNotYours,
    MarkOffSheet,
    MarkTooLong,
    MarkUnanswered,
    SheetMissing,
    VersionSuperseded,
)
from shizheng.services.documents.selectors import newest_of
from shizheng.services.domain.errors import CaseUnknown
from shizheng.services.models import Case, CaseDocument, Review, SheetMark

LONGEST_TEXT = 2_000
OPEN = {"settled_at": None, "withdrawn_at": None}


@transaction.atomic
def mark_add(
    *, document: CaseDocument, sheet: int, x: float, y: float, text: str, by: User, at: datetime
) -> SheetMark:
    """Mark a place on a sheet of the newest version of a drawing (加註記); a repeat adds nothing.

    Args:
        x: share of the width from the left, 0 to 1.
        y: share of the height from the top, 0 to 1.

    Raises:
        CaseUnknown: ``by`` may not see the case.
        NotAReviewer: they see it but do not review it.
        VersionSuperseded, SheetMissing, MarkOffSheet, MarkEmpty, MarkTooLong: what is wrong.
    """
    case = case_locked(document.case, None)
    agency = _agency(case, by)
    if newest_of(document).pk != document.pk:
        raise VersionSuperseded(number=document.number, name=document.name)
    if not 1 <= sheet <= (document.sheet_count or 0):
        raise SheetMissing(name=document.name, sheet=sheet)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise MarkOffSheet
    words = text.strip()
    if not words:
        raise MarkEmpty
    if len(words) > LONGEST_TEXT:
        raise MarkTooLong(length=len(words), limit=LONGEST_TEXT)
    same = SheetMark.objects.filter(
        document=document, sheet=sheet, x=x, y=y, text=words, agency=agency, **OPEN
    ).first()
    if same is not None:
        return same
    mark = SheetMark.objects.create(
        case=case,
        number=(SheetMark.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1,
        document=document,
        sheet=sheet,
        x=x,
        y=y,
        text=words,
        round=_round(case),
        agency=agency,
        made_by=by,
        made_at=at,
    )
    now = {"case": case.number, "mark": mark.number, "document": str(document.pk), "sheet": sheet}
    journal.record("services.mark.added", mark, by=by, at=at, on_behalf_of=agency, now=now)
    return mark


@transaction.atomic
def mark_settle(*, mark: SheetMark, by: User, at: datetime) -> SheetMark:
    """Note that the newest version answers a mark (解除註記).

    Raises:
        CaseUnknown, NotAReviewer, MarkNotYours: ``by`` may not.
        MarkDone, MarkUnanswered: it cannot be settled now.
    """
    case = case_locked(mark.case, None)
    agency = _agency(case, by)
    found = _open_mark(mark, case, agency)
    newest = newest_of(found.document)
    if newest.pk == found.document_id:
        raise MarkUnanswered(number=found.number)
    found.settled_at, found.settled_by, found.settled_in = at, by, newest
    found.save(update_fields=["settled_at", "settled_by", "settled_in"])
    now = {"case": case.number, "mark": found.number, "version": newest.number}
    journal.record("services.mark.settled", found, by=by, at=at, on_behalf_of=agency, now=now)
    return found


@transaction.atomic
def mark_withdraw(*, mark: SheetMark, by: User, at: datetime) -> SheetMark:
    """Take back a mark that the applicant does not have yet (撤回註記).

    Raises:
        CaseUnknown, NotAReviewer, MarkNotYours: ``by`` may not.
        MarkDone, MarkHandedOver: it cannot be taken back any more.
    """
    case = case_locked(mark.case, None)
    agency = _agency(case, by)
    found = _open_mark(mark, case, agency)
    if found.handed_over_at is not None:
        raise MarkHandedOver(number=found.number)
    found.withdrawn_at, found.withdrawn_by = at, by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    now = {"case": case.number, "mark": found.number}
    journal.record("services.mark.withdrawn", found, by=by, at=at, on_behalf_of=agency, now=now)
    return found


def _agency(case: Case, by: User) -> Agency:
    if not may_see(by, case):
        raise CaseUnknown(number=case.number)
    return reviewing_agency(case, by)


def _open_mark(mark: SheetMark, case: Case, agency: Agency) -> SheetMark:
    """Return a mark as it is now; the agency of the case looks after every mark."""
    found = SheetMark.objects.select_related("document", "agency").get(pk=mark.pk)
    if found.settled_at is not None or found.withdrawn_at is not None:
        raise MarkDone(number=found.number)
    if agency.pk not in (found.agency_id, case.agency_id):
        raise MarkNotYours(number=found.number, agency=found.agency)
    return found


def _round(case: Case) -> int:
    newest = Review.objects.filter(case=case).aggregate(last=Max("round"))["last"]
    return int(newest or 1)
