"""What is refused about polls and figures of other cities, and what to do."""

from shizheng.kernel.errors import N_, DomainError


class PollCodeTaken(DomainError):
    """There is a poll of this code (調查代碼重複)."""

    code = "statistics.poll.code_taken"
    message = N_("There is a poll “{code}” already.")
    hint = N_("Give another code, such as the year and quarter with a word.")
    status = 409


class PollIsSigned(DomainError):
    """A poll that was signed off stays as it is (調查已核章)."""

    code = "statistics.poll.is_signed"
    message = N_("This poll was signed off; it stays as it is.")
    hint = N_("Correct it: the correction is a new version under the same code.")
    status = 409


class PollIsCorrected(DomainError):
    """There is a later version of the poll already (調查已有更正版)."""

    code = "statistics.poll.is_corrected"
    message = N_("This version was corrected already, or a correction of it is being made.")
    hint = N_("Open the newest version. Only who began a correction changes it until it is signed.")
    status = 409


class CorrectionUnfit(DomainError):
    """A correction of nothing, or without a reason (更正不符)."""

    code = "statistics.poll.correction_unfit"
    message = N_("This is no correction: a signed poll is corrected, something in it changes, and "
                 "you say what and why.")  # fmt: skip
    hint = N_("Change a result or what is said of the poll first. A poll that is not signed off is "
              "changed as it is.")  # fmt: skip
    status = 409


class PollWithoutResults(DomainError):
    """A poll without results cannot be signed off (無調查結果)."""

    code = "statistics.poll.without_results"
    message = N_("This poll has no result yet.")
    hint = N_("Take in its file of results first.")


class PollOwn(DomainError):
    """Whoever entered a poll cannot sign it off (填報人不得自行核章)."""

    code = "statistics.poll.own"
    message = N_("You entered this yourself.")
    hint = N_("Somebody else of the agency signs it off.")


class PollUnlike(DomainError):
    """What is said of a poll does not fit together (調查資料不一致)."""

    code = "statistics.poll.unlike"
    worded = ("reason",)
    message = N_("The poll does not fit together: {reason}.")
    hint = N_("Compare with the report of the poll.")


class ResultUnfit(DomainError):
    """What was given is no result of a poll (調查結果不符)."""

    code = "statistics.poll.result_unfit"
    worded = ("reason",)
    message = N_("This is no result: {reason}.")
    hint = N_("Compare with the report of the poll.")


class ResultTwice(DomainError):
    """The result is there already (結果重複)."""

    code = "statistics.poll.result_twice"
    message = N_("There is a result for this question, answer and district already.")
    hint = N_("Keep one. A new file replaces all results of a poll that is not signed off.")
    status = 409


class TableUnfit(DomainError):
    """A file that cannot be read as a table (檔案無法讀取)."""

    code = "statistics.poll.table_unfit"
    worded = ("reason",)
    message = N_("The file cannot be taken in: {reason}.")
    hint = N_("Its first line names the columns: {columns}.")


class PeerUnfit(DomainError):
    """What was given is no figure of another city (他市指標值不符)."""

    code = "statistics.peer.unfit"
    worded = ("reason",)
    message = N_("This is no figure of another city: {reason}.")
    hint = N_("Compare with the source that you name.")


class PeerSigned(DomainError):
    """The figures were signed off meanwhile (已核章)."""

    code = "statistics.peer.signed"
    message = N_("These figures were signed off meanwhile.")
    hint = N_("Open the desk again to see what still waits.")
    status = 409


class PollOfAnother(DomainError):
    """Only who entered a poll changes it (非填報人不得修改)."""

    code = "statistics.poll.of_another"
    message = N_("Somebody else entered this poll; only they change it, so that you can sign it.")
    hint = N_("Ask them, or sign it off if it is right.")
    status = 403
