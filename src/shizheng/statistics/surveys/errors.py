"""What is refused about surveys, and what to do."""

from shizheng.kernel.errors import N_, DomainError


class RoundNotOpen(DomainError):
    """The survey is not in the field (調查非實施中)."""

    code = "statistics.survey.not_open"
    message = N_("“{survey}” is not in the field.")
    hint = N_("Whoever leads the survey opens it.")
    status = 409


class RoundOpenAlready(DomainError):
    """The survey was opened or closed before (調查已開始)."""

    code = "statistics.survey.open_already"
    message = N_("“{survey}” was opened already.")
    hint = N_("Open its page again to see how far it is.")
    status = 409


class RoundWithoutAddresses(DomainError):
    """There is nobody to visit yet (尚無地址名冊)."""

    code = "statistics.survey.without_addresses"
    message = N_("“{survey}” has no addresses yet.")
    hint = N_("Take in the list of addresses first.")
    status = 409


class LineUnfit(DomainError):
    """A line of a list of addresses or people cannot be used (名冊資料列錯誤)."""

    code = "statistics.survey.line_unfit"
    worded = ("reason",)
    message = N_("This line cannot be taken in: {reason}.")
    hint = N_("Nothing was taken in. Correct the line and send the file again.")


class AreaUnassignable(DomainError):
    """Nobody was named who may visit it, or no reason why another follows (無法指派)."""

    code = "statistics.survey.area_unassignable"
    worded = ("reason",)
    message = N_("“{area}” cannot be given to {person}: {reason}.")
    hint = N_("Choose somebody with the role of an enumerator, and say why another follows.")


class SendingUnfit(DomainError):
    """What a tablet sent is none of its addresses, or cannot be read (傳送內容不符)."""

    code = "statistics.survey.sending_unfit"
    worded = ("reason",)
    message = N_("This cannot be taken in: {reason}.")
    hint = N_("It stays on the tablet. Correct it, or ask whoever leads the survey.")


class SentOtherwise(DomainError):
    """The tablet's number came before with other answers (同一編號內容不同)."""

    code = "statistics.survey.sent_otherwise"
    message = N_("This number came before with other answers for address {number}.")
    hint = N_("Save it as a new answer; whoever leads the survey decides which counts.")
    status = 409


class DuplicateDecided(DomainError):
    """Somebody decided it before (已處理)."""

    code = "statistics.survey.duplicate_decided"
    worded = ("decision",)
    message = N_("It cannot be decided so: {decision}.")
    hint = N_("Open the list again.")
    status = 409


class RecheckUnfit(DomainError):
    """No re-interview can be drawn (無法抽複查樣本)."""

    code = "statistics.survey.recheck_unfit"
    worded = ("reason",)
    message = N_("No re-interviews can be drawn: {reason}.")
    hint = N_("They are drawn from complete addresses that somebody else visited.")
    status = 409


class ClosingUnfit(DomainError):
    """The survey cannot be closed yet (尚不能結束)."""

    code = "statistics.survey.closing_unfit"
    worded = ("reason",)
    message = N_("The survey cannot be closed: {reason}.")
    hint = N_("Decide it first, then close.")
    status = 409


class ReasonMissing(DomainError):
    """Somebody must say why (未說明理由)."""

    code = "statistics.survey.reason_missing"
    message = N_("Say why, in ten characters or more.")
    hint = N_("It stays in the journal.")


class ResultsNotOut(DomainError):
    """Results are not public yet (尚未發布)."""

    code = "statistics.survey.results_not_out"
    message = N_("The results come out on {moment}.")
    hint = N_("They are the same for everybody at that moment.")
    status = 403
