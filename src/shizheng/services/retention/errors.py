"""Refusals of keeping a case beyond its time."""

from shizheng.kernel.errors import N_, DomainError


class HoldReasonMissing(DomainError):
    """Why a case is kept, or not any more, must be said (請敘明保全理由)."""

    code = "services.hold_reason_missing"
    message = N_("The reason is missing.")
    hint = N_("Write why, such as “Action pending before the High Administrative Court”.")


class HeldAlready(DomainError):
    """The case is kept already, or is not kept (狀態未變)."""

    code = "services.held_already"
    message = N_("Nothing changed: case {number} is so already.")
    hint = N_("Open it again to see who did it.")
    status = 409


class PersonalDataGone(DomainError):
    """What was removed cannot be kept any more (個資已刪除)."""

    code = "services.personal_data_gone"
    message = N_("The personal data of case {number} has been removed.")
    hint = N_("The journal says when and what.")
    status = 410
