"""Issuing a directive, setting who may read it, and noting who read a restricted one."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.text import fold
from shizheng.plan.directives.actions.moving import moved, told, written
from shizheng.plan.directives.domain.due import DueBeforeIssue
from shizheng.plan.directives.domain.flow import Act, Confidentiality, least_confidentiality
from shizheng.plan.directives.domain.release import check_decision_date
from shizheng.plan.directives.errors import LeadIsPartner, TooOpen
from shizheng.plan.directives.numbering import number_take
from shizheng.plan.models import Directive, Item

OLDEST_DECISION = date(1912, 1, 1)


@transaction.atomic
def directive_issue(
    *,
    by: User,
    at: datetime,
    control: Agency,
    source: str,
    source_reference: str,
    source_on: date,
    wording: str,
    lead: Agency,
    partners: Sequence[Agency] = (),
    items: Sequence[Item] = (),
    cadence: str,
    due_on: date,
    confidentiality: str,
    concerns_personnel: bool = False,
    is_synthetic: bool = False,
) -> Directive:
    """Issue a directive (列管) under the control unit ``control``; its number is taken here.

    Raises:
        NotPermitted: ``by`` may not issue for ``control``.
        WordsMissing, DecisionDateWrong, DueBeforeIssue, LeadIsPartner, TooOpen: why not.
    """
    require(by, "plan.issue_directive", control, at=at)
    today = timezone.localdate(at)
    written(wording)
    check_decision_date(source_on, earliest=OLDEST_DECISION, latest=today)
    if due_on < source_on:
        raise DueBeforeIssue(due_on=due_on, source_on=source_on)
    if lead in partners:
        raise LeadIsPartner(agency=lead)
    check_closed_enough(confidentiality, source, concerns_personnel=concerns_personnel)

    number = number_take(today)
    directive = Directive.objects.create(
        number=number,
        source=source,
        source_reference=source_reference.strip(),
        source_on=source_on,
        wording=wording,
        search_text=fold(f"{number} {source_reference} {wording}"),
        lead=lead,
        control=control,
        cadence=cadence,
        first_due_on=due_on,
        due_on=due_on,
        confidentiality=confidentiality,
        concerns_personnel=concerns_personnel,
        is_synthetic=is_synthetic,
        issued_at=at,
        issued_on=today,
        issued_by=by,
    )
    directive.partners.set(partners)
    directive.items.set(items)
    now = _as_issued(directive, partners, items)
    told(directive, "issued", by=by, at=at, on_behalf_of=control, now=now)
    return directive


def _as_issued(
    directive: Directive, partners: Sequence[Agency], items: Sequence[Item]
) -> dict[str, object]:
    """Return what the journal keeps of a new directive."""
    return {
        "source": str(directive.source),
        "source_reference": directive.source_reference,
        "source_on": directive.source_on,
        "lead": directive.lead.code,
        "partners": [agency.code for agency in partners],
        "items": [item.code for item in items],
        "first_due_on": directive.first_due_on,
        "cadence": str(directive.cadence),
        "confidentiality": str(directive.confidentiality),
    }


def check_closed_enough(confidentiality: str, source: str, *, concerns_personnel: bool) -> None:
    """Refuse a level that is too open for what the directive is about.

    Raises:
        TooOpen: Control Yuan or personnel, and not restricted.
    """
    least = least_confidentiality(source, concerns_personnel=concerns_personnel)
    if least is Confidentiality.RESTRICTED and confidentiality != Confidentiality.RESTRICTED:
        raise TooOpen


@transaction.atomic
def directive_classify(
    *, directive: Directive, by: User, at: datetime, confidentiality: str, why: str
) -> Directive:
    """Set who may read a directive (調整機密等級); the control unit decides.

    Raises:
        NotPermitted, WordsMissing, TooOpen, ChangedMeanwhile: why not.
    """
    require(by, "plan.issue_directive", directive, at=at)
    why = written(why)
    check_closed_enough(
        confidentiality, directive.source, concerns_personnel=directive.concerns_personnel
    )
    was = {"confidentiality": str(directive.confidentiality)}
    moved(directive, Act.CLASSIFY, confidentiality=confidentiality)
    now = {"confidentiality": str(confidentiality)}
    told(
        directive, "classified", by=by, at=at, on_behalf_of=directive.control,
        why=why, was=was, now=now,
    )  # fmt: skip
    return directive


@transaction.atomic
def directive_read(*, directive: Directive, by: User, at: datetime) -> None:
    """Note that somebody opened a restricted directive (調閱紀錄); others leave no trace."""
    if directive.confidentiality == Confidentiality.RESTRICTED:
        journal.record("plan.directive.read", directive, by=by, at=at)
