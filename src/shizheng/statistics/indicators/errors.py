"""Refusals about indicators and their figures."""

from shizheng.kernel.errors import N_, DomainError


class IndicatorsFailed(DomainError):
    """Some indicators could not be computed (部分指標計算失敗)."""

    code = "statistics.indicators_failed"
    message = N_("These indicators could not be computed: {indicators}. {reason}")
    hint = N_("The other indicators were computed. Correct the definition and run the job again.")
    status = 500


class NotEntered(DomainError):
    """The figures of an indicator come from a formula (非填報指標)."""

    code = "statistics.not_entered"
    message = N_("The figures of {indicator} are computed; nobody enters them.")
    hint = N_("Correct the work that they count, and they follow.")


class PeriodUnfit(DomainError):
    """A period is not one of the indicator's, or has not begun (期別不符)."""

    code = "statistics.period_unfit"
    message = N_("“{period}” is no period of {indicator} that has begun.")
    hint = N_("Give one such as {example}.")


class CellUnknown(DomainError):
    """A figure is for a cell that the indicator does not have (無此分組)."""

    code = "statistics.cell_unknown"
    message = N_("{indicator} has no figure for “{cell}”.")
    hint = N_("Leave it empty for the whole city, or give one such as {example}.")


class SignedByAnother(DomainError):
    """Whoever entered a figure cannot sign it off (填報人不得自行核章)."""

    code = "statistics.signed_by_another"
    message = N_("You entered this figure yourself.")
    hint = N_("Somebody else of the agency signs it off.")


class AlreadySigned(DomainError):
    """The figure was signed off already (已核章)."""

    code = "statistics.already_signed"
    message = N_("This figure was signed off on {at}.")
    hint = N_("Enter the corrected figure; it becomes a revision.")
    status = 409


class ValueUnfit(DomainError):
    """What was entered is no number that the indicator can have (數值不符)."""

    code = "statistics.value_unfit"
    worded = ("reason",)
    message = N_("“{text}” cannot be a figure of {indicator}: {reason}.")
    hint = N_("Give a plain number such as 12.5, with at most {places} decimals.")


class ValueMissing(DomainError):
    """There is neither a number nor a word on why there is none (未填數值)."""

    code = "statistics.value_missing"
    message = N_("There is no number for {period}.")
    hint = N_("Enter it; if there is none, choose why and say in the note what happened.")


class StatusUnfit(DomainError):
    """The mark and the number do not go together, or there is no such mark (註記不符)."""

    code = "statistics.status_unfit"
    message = N_("The mark “{status}” does not go with what was entered.")
    hint = N_("Marks of a number: {with_value}. Marks of a number that is missing: {without}.")


class PollUnsaid(DomainError):
    """A sample is given for what is no share, or only half of it (樣本資料不符)."""

    code = "statistics.poll_unsaid"
    message = N_("Answers and design effect belong to a share in per cent; the answers come first.")
    hint = N_("Leave both empty, or give the number of answers, 2 or more.")


class FileUnfit(DomainError):
    """A file of figures that cannot be read (填報檔案無法讀取)."""

    code = "statistics.file_unfit"
    worded = ("reason",)
    message = N_("The file cannot be taken in: {reason}.")
    hint = N_("The first line names the columns: {columns}. Each line after it is one figure.")


class FigureTwice(DomainError):
    """Two lines of a file are for one figure (重複列)."""

    code = "statistics.figure_twice"
    message = N_("This figure stands on line {line} already.")
    hint = N_("Keep one of the two lines.")


class VintageMissing(DomainError):
    """There was no such vintage, or nobody outside may see it yet (查無此版次)."""

    code = "statistics.vintage_missing"
    message = N_("There is no published vintage {number} of {indicator}.")
    hint = N_("The list of vintages on the page of the indicator has those that there are.")
    status = 404
