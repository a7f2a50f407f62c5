"""Refusals of master cases and bookings."""

from shizheng.kernel.errors import N_, DomainError


class StepUnknown(DomainError):
    """The master case has no such step (無此步驟)."""

    code = "services.step_unknown"
    message = N_("Case {number} has no step “{step}”.")
    hint = N_("Open the case again: its page shows the steps.")
    status = 404


class StepWaits(DomainError):
    """Other steps must be done first (前置步驟未完成)."""

    code = "services.step_waits"
    message = N_("“{step}” cannot begin: {before} must be done first.")
    hint = N_("Finish those steps, or record a decision that they are not needed.")
    status = 409


class StepSettled(DomainError):
    """The step is done or dropped already (步驟已完成)."""

    code = "services.step_settled"
    message = N_("“{step}” is done already, or not needed.")
    hint = N_("Open the case again to see its steps.")
    status = 409


class StepDayWrong(DomainError):
    """The day of a step lies ahead, or before it began (日期不合理)."""

    code = "services.step_day_wrong"
    message = N_("{day} cannot be: it lies ahead, or before the step began.")
    hint = N_("Give the day on which it happened, at the latest today.")


class BlockerMissing(DomainError):
    """A step was blocked without saying by what (未敘明卡關原因)."""

    code = "services.blocker_missing"
    message = N_("Say what holds this step up.")
    hint = N_("The task force decides by these words.")


class NotBlocked(DomainError):
    """A decision on a step that nothing holds up (步驟未卡關)."""

    code = "services.not_blocked"
    message = N_("“{step}” is not blocked, so there is nothing to decide.")
    hint = N_("Open the case again to see its steps.")
    status = 409


class NotTheTaskForce(DomainError):
    """Somebody decides who may not (非專案小組)."""

    code = "services.not_the_task_force"
    message = N_("Only the task force decides on blockers of this case.")
    hint = N_("Give your proposal to the agency that looks after the case.")
    status = 403


class MasterClosed(DomainError):
    """The master case has ended (主案已結)."""

    code = "services.master_closed"
    message = N_("Case {number} has ended; its steps do not change any more.")
    hint = N_("Nothing is left to do on it.")
    status = 409


class NoCaseOfStep(DomainError):
    """The step is not a case of its own (步驟無對應服務)."""

    code = "services.no_case_of_step"
    message = N_("“{step}” is not applied for here as a case of its own.")
    hint = N_("Write down its dates instead.")


class CaseNotOfStep(DomainError):
    """The case is not one of the service of the step (案件與步驟不符)."""

    code = "services.case_not_of_step"
    message = N_("“{number}” is no case of “{service}” that you may see and that is free.")
    hint = N_("Check the number; a case belongs to one step only.")


class BookingClash(DomainError):
    """The place is taken on some of the days (時段衝突); by whom is not told."""

    code = "services.booking_clash"
    message = N_("{resource} is taken from {first} to {last}.")
    hint = N_("Choose other days or another place; the calendar shows what is free.")
    status = 409


class BookingUnreadable(DomainError):
    """The case gives no days or no places to book (缺少時段或地點)."""

    code = "services.booking_unreadable"
    message = N_("The case names no place or no days that could be taken.")
    hint = N_("Correct the places and the days of the application.")


class TooDeep(DomainError):
    """Cases open cases without end (衍生層級過深)."""

    code = "services.too_deep"
    message = N_("Case {number} lies too deep below other cases to open one more.")
    hint = N_("Open the new case by itself, or link it to the master case.")
    status = 409
