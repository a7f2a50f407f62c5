"""When a directive is due (期限): the first date stands for ever, later ones are added to it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError


class Basis(StrEnum):
    """What set a due date (期限依據)."""

    FIRST = "first"
    EXTENSION = "extension"
    REOPENING = "reopening"


@dataclass(frozen=True, slots=True)
class DueStep:
    """One due date in the order in which they came to hold.

    Args:
        number: of the extension or decision; 0 for the first date.
        since: local date from which it held.
        note: reason, in the words of the record.
    """

    due_on: date
    basis: Basis
    since: date
    number: int = 0
    note: str = ""


class DueBeforeIssue(DomainError):
    """A directive that is late on arrival (期限早於發文)."""

    code = "plan.directive.due_before_issue"
    message = N_("The due date {due_on} lies before the decision of {source_on}.")
    hint = N_("Give a due date on or after the day of the decision.")


class ExtensionNotLater(DomainError):
    """An extension that extends nothing (展延日期未晚於原期限)."""

    code = "plan.directive.extension_not_later"
    message = N_("{due_on} is not later than the date that holds now, {holds_on}.")
    hint = N_("Give a later date.")


class ExtensionTooLate(DomainError):
    """The request came after the due date and nobody noted why it is admitted (逾期申請展延)."""

    code = "plan.directive.extension_too_late"
    message = N_("The extension was requested on {requested_on}, after the due date {due_on}.")
    hint = N_("Refuse it, or note why a late request is admitted.")


class ReopeningDuePast(DomainError):
    """A reopened directive needs time to be carried out (重啟期限已過)."""

    code = "plan.directive.reopening_due_past"
    message = N_("The new due date {due_on} lies before the new decision of {decided_on}.")
    hint = N_("Give a due date on or after the day of the new decision.")


def is_overdue(due: date, today: date, *, is_released: bool) -> bool:
    """Say whether the due date has passed on a directive that is not released."""
    return not is_released and due < today


def check_extension_request(wanted_on: date, *, holds_on: date) -> None:
    """Refuse a request that asks for no more time than there is.

    Raises:
        ExtensionNotLater: the wanted date is not after the one that holds.
    """
    if wanted_on <= holds_on:
        raise ExtensionNotLater(due_on=wanted_on, holds_on=holds_on)


def check_extension_grant(
    granted_on: date, *, holds_on: date, requested_on: date, late_note: str
) -> None:
    """Refuse to grant what extends nothing, or a late request without a note why.

    A request is in time through the due date itself (期限屆滿前).

    Raises:
        ExtensionNotLater, ExtensionTooLate: why not.
    """
    check_extension_request(granted_on, holds_on=holds_on)
    if requested_on > holds_on and not late_note.strip():
        raise ExtensionTooLate(requested_on=requested_on, due_on=holds_on)
