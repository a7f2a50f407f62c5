"""What may be wrong with answering for a crew."""

from shizheng.kernel.errors import N_, DomainError


class DispatchPassedOn(DomainError):
    """The dispatch was missed and went to another crew (已改派)."""

    code = "services.dispatch_passed_on"
    message = N_("{number} was not acknowledged in time and has been passed on.")
    hint = N_("Open your dispatches: if it came back to you, it stands there again.")
    status = 409


class DispatchStoodDown(DomainError):
    """The crew is not needed any more (已解除派工)."""

    code = "services.dispatch_stood_down"
    message = N_("{number} does not need this crew any more.")
    hint = N_("Nothing is left to do. Open the case to see what happened.")
    status = 409


class DispatchTaken(DomainError):
    """Somebody else of the crew acknowledged it before (同仁已確認)."""

    code = "services.dispatch_taken"
    message = N_("{person} has acknowledged {number} already.")
    hint = N_("Nothing is left to acknowledge. Open the case to go on with it.")
    status = 409


class RedispatchFailed(DomainError):
    """Some cases could not be sent to the next crew (部分案件改派失敗)."""

    code = "services.redispatch_failed"
    message = N_("These cases could not be passed on to the next crew: {numbers}. {reason}")
    hint = N_("The others were. Correct what is wrong; the job tries again every minute.")
    status = 500
