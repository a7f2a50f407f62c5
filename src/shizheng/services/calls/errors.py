"""Why something cannot be done with a call."""

from shizheng.kernel.errors import N_, DomainError


class CallOver(DomainError):
    """The call has ended (通話已結束)."""

    code = "services.call.over"
    message = N_("This call has ended.")
    hint = N_("Begin a new one for the next caller.")
    status = 409


class CallGoingOn(DomainError):
    """One cannot speak on two telephones (通話中)."""

    code = "services.call.going_on"
    message = N_("You are on a telephone call already.")
    hint = N_("End that call first; you find it at the top of your calls.")
    status = 409


class CallSettled(DomainError):
    """A call leads to one case (已立案或併案)."""

    code = "services.call.settled"
    message = N_("This call has led to case {number} already.")
    hint = N_("For another matter of the same caller, begin another call.")
    status = 409


class ResultMissing(DomainError):
    """A call ends with a result (未填結果)."""

    code = "services.call.result_missing"
    message = N_("Say how the call ended: answered, or hung up.")


class NotJoinable(DomainError):
    """Nobody can be added to this case (不得加入)."""

    code = "services.call.not_joinable"
    message = N_("Callers cannot be added to case {number}: it is closed, or about one person.")
    hint = N_("Open a case of its own.")
    status = 409


class ServiceNotTaken(DomainError):
    """The call centre takes no cases of this service in (話務不受理)."""

    code = "services.call.service_not_taken"
    message = N_("The call centre takes nothing in for “{service}”.")
    hint = N_("Choose one of the services of the list.")
