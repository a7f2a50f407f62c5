"""Refusals of drawings and marks: why a sheet cannot be shown, why a mark cannot be made."""

from shizheng.kernel.errors import N_, DomainError
from shizheng.services.domain.errors import Fault


class SheetsUnreadable(Fault):
    """The file is not a readable PDF (圖檔無法讀取)."""

    code = "services.sheets_unreadable"
    message = N_("“{name}” cannot be read as a PDF.")
    hint = N_("Export the drawing as PDF again and hand it in anew.")


class SheetsLocked(Fault):
    """The PDF wants a password (圖檔加密)."""

    code = "services.sheets_locked"
    message = N_("“{name}” is locked by a password, so nobody here can review it.")
    hint = N_("Save it without a password and hand it in again.")


class SheetsTooMany(Fault):
    """The PDF has more sheets than are taken (圖紙張數過多)."""

    code = "services.sheets_too_many"
    message = N_("“{name}” has {count} sheets; at most {limit} are taken in one file.")
    hint = N_("Split the drawings into several files.")


class SheetTooHard(DomainError):
    """The sheet takes more time or memory than is allowed (圖紙過於複雜)."""

    code = "services.sheet_too_hard"
    message = N_("Sheet {sheet} of “{name}” is too large or too complex to show here.")
    hint = N_("Download the file instead, or ask for a simpler one.")
    status = 422


class SheetMissing(DomainError):
    """The document has no such sheet (無此圖紙)."""

    code = "services.sheet_missing"
    message = N_("“{name}” has no sheet {sheet}.")
    hint = N_("Open the drawing again and choose a sheet from its list.")
    status = 404


class RenderingBusy(DomainError):
    """Too many sheets are being drawn at once (圖紙產製中)."""

    code = "services.rendering_busy"
    message = N_("Many sheets are being drawn just now.")
    hint = N_("Load the page again in a few seconds.")
    status = 503


class MarkOffSheet(DomainError):
    """The mark lies beside the sheet (註記不在圖面內)."""

    code = "services.mark_off_sheet"
    message = N_("The mark does not lie on the sheet.")
    hint = N_("Give two percentages from 0 to 100, from the left and from the top.")


class MarkEmpty(DomainError):
    """A mark needs words (未填註記文字)."""

    code = "services.mark_empty"
    message = N_("A mark needs words.")
    hint = N_("Say what is wrong at this place and what would put it right.")


class MarkTooLong(DomainError):
    """The words of a mark are too many (註記文字過長)."""

    code = "services.mark_too_long"
    message = N_("{length} characters are too many for a mark; at most {limit} are taken.")
    hint = N_("Shorten it, or make two marks.")


class NotAReviewer(DomainError):
    """Only the agency of the case, or one that reviews it now, marks drawings (非審查機關)."""

    code = "services.not_a_reviewer"
    message = N_("Only the agency of case {number} and those reviewing it now mark drawings.")
    hint = N_("Ask the agency of the case to start a review with yours.")
    status = 403


class VersionSuperseded(DomainError):
    """A newer version of the drawing was handed in (圖說已有新版)."""

    code = "services.version_superseded"
    message = N_("Version {number} of “{name}” has been replaced by a newer one.")
    hint = N_("Open the newest version and make the mark there.")
    status = 409


class MarkDone(DomainError):
    """The mark was settled or withdrawn already (註記已解除或撤回)."""

    code = "services.mark_done"
    message = N_("Mark {number} was settled or withdrawn already.")
    hint = N_("Load the page again to see who did.")
    status = 409


class MarkUnanswered(DomainError):
    """No later version answers the mark (尚無新版圖說)."""

    code = "services.mark_unanswered"
    message = N_("Mark {number} is on the newest version, so nothing answers it yet.")
    hint = N_("Wait for the next version; a mark made by mistake can be withdrawn instead.")
    status = 409


class MarkNotYours(DomainError):
    """Only the agency that made a mark settles or withdraws it (非註記機關)."""

    code = "services.mark_not_yours"
    message = N_("Mark {number} was made by {agency}; only that agency may change it.")
    hint = N_("Ask them to look at the new version.")
    status = 403


class MarkHandedOver(DomainError):
    """The applicant already has the mark (註記已送達申請人)."""

    code = "services.mark_handed_over"
    message = N_("Mark {number} has gone to the applicant and can no longer be withdrawn.")
    hint = N_("Settle it when the next version comes.")
    status = 409
