"""What is refused about personal data, and what to do."""

from shizheng.kernel.errors import N_, DomainError


class AskedAlready(DomainError):
    """The same is asked and not answered yet (已有處理中之請求)."""

    code = "statistics.personal.asked_already"
    message = N_("You have asked this already; the answer is due by {day}.")
    hint = N_("Wait for the answer; it will stand on this page.")
    status = 409


class AnsweredAlready(DomainError):
    """The request has its answer (請求已答復)."""

    code = "statistics.personal.answered_already"
    message = N_("This request was answered meanwhile.")
    hint = N_("Open the list again to see what is still to do.")
    status = 409


class ExtendedAlready(DomainError):
    """The time was extended once (已延長)."""

    code = "statistics.personal.extended_already"
    message = N_("The time of this request was extended before; the law allows it once.")
    hint = N_("Answer it by {day}.")
    status = 409


class OwnRequest(DomainError):
    """Who asked may not answer (不得自行答復)."""

    code = "statistics.personal.own_request"
    message = N_("Nobody answers their own request.")
    hint = N_("Leave it to a colleague.")
    status = 403


class ConsentOver(DomainError):
    """The consent is over or revoked (同意已終止)."""

    code = "statistics.personal.consent_over"
    message = N_("This consent is not in force: it ended or was revoked.")
    hint = N_("Ask the person to give it again.")
    status = 409


class ConsentGiven(DomainError):
    """The same consent is there already (已同意)."""

    code = "statistics.personal.consent_given"
    message = N_("This agency has your consent for this purpose already.")
    hint = N_("Revoke the older one first, or name another purpose.")
    status = 409


class ConsentSpan(DomainError):
    """The consent ends too early or too late (同意期間錯誤)."""

    code = "statistics.personal.consent_span"
    message = N_("A consent ends after today and within {days} days.")
    hint = N_("Choose another last day.")


class CopyExpired(DomainError):
    """The copy cannot be fetched any more (複製本已逾取用期限)."""

    code = "statistics.personal.copy_expired"
    message = N_("This copy is not there any more: its time is over, or a newer one replaced it.")
    hint = N_("Ask for a new one on the page of your data.")
    status = 410
