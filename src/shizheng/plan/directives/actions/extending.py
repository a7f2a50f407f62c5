"""More time: asked for by the lead agency, decided by the control unit (展延)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.directives.actions.moving import moved, told, written
from shizheng.plan.directives.domain import due
from shizheng.plan.directives.domain.flow import Act, ExtensionStatus
from shizheng.plan.directives.domain.release import ExtensionUndecided
from shizheng.plan.directives.errors import ExtensionSettled, OwnRequest
from shizheng.plan.models import Directive, DirectiveExtension


@transaction.atomic
def extension_request(
    *, directive: Directive, by: User, at: datetime, wanted_on: date, reason: str
) -> DirectiveExtension:
    """Ask for a later due date (申請展延).

    Raises:
        NotPermitted: ``by`` may not ask for the lead agency.
        WordsMissing, ExtensionNotLater, ExtensionUndecided: why not.
        ActNotPossible, ChangedMeanwhile: not any more.
    """
    require(by, "plan.request_extension", directive, at=at)
    reason = written(reason)
    due.check_extension_request(wanted_on, holds_on=directive.due_on)
    if directive.extensions.filter(status=ExtensionStatus.PENDING).exists():
        raise ExtensionUndecided(number=directive.number)
    moved(directive, Act.REQUEST_EXTENSION)
    extension = DirectiveExtension.objects.create(
        directive=directive,
        number=directive.extensions.count() + 1,
        was_due_on=directive.due_on,
        wanted_on=wanted_on,
        reason=reason,
        requested_on=timezone.localdate(at),
        requested_at=at,
        requested_by=by,
    )
    now = {"number": extension.number, "wanted_on": wanted_on, "is_late": extension.is_late}
    told(
        directive, "extension_requested", by=by, at=at, on_behalf_of=directive.lead,
        why=reason, was={"due_on": directive.due_on}, now=now,
    )  # fmt: skip
    return extension


@transaction.atomic
def extension_decide(
    *,
    extension: DirectiveExtension,
    by: User,
    at: datetime,
    granted_on: date | None,
    note: str,
    late_note: str = "",
) -> DirectiveExtension:
    """Grant an extension to ``granted_on``, or refuse it with None (核定展延).

    Raises:
        NotPermitted, OwnRequest: ``by`` may not decide.
        WordsMissing, ExtensionNotLater, ExtensionTooLate: why not.
        ExtensionSettled, ActNotPossible, ChangedMeanwhile: not any more.
    """
    directive = extension.directive
    require(by, "plan.decide_extension", directive, at=at)
    note = written(note)
    if extension.status != ExtensionStatus.PENDING:
        raise ExtensionSettled(number=directive.number)
    if extension.requested_by_id == by.pk:
        raise OwnRequest(number=directive.number)
    if granted_on is not None:
        due.check_extension_grant(
            granted_on,
            holds_on=directive.due_on,
            requested_on=extension.requested_on,
            late_note=late_note,
        )
    was = {"due_on": directive.due_on}
    changes = {"due_on": granted_on} if granted_on else {}
    moved(directive, Act.DECIDE_EXTENSION, **changes)
    status = ExtensionStatus.GRANTED if granted_on else ExtensionStatus.REFUSED
    DirectiveExtension.objects.filter(pk=extension.pk).update(
        status=status,
        granted_on=granted_on,
        note=note,
        late_note=late_note.strip() if granted_on else "",
        decided_by=by,
        decided_at=at,
    )
    extension.refresh_from_db()
    happened = "extension_granted" if granted_on else "extension_refused"
    told(
        directive, happened, by=by, at=at, on_behalf_of=directive.control,
        why=note, was=was, now={"number": extension.number, "due_on": directive.due_on},
    )  # fmt: skip
    return extension
