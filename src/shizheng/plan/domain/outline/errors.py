"""Why a file cannot be read as an outline, and what to do about it."""

from shizheng.kernel.errors import N_, DomainError


class OutlineUnreadable(DomainError):
    """The file cannot be read as an outline at all (無法讀取施政綱要)."""

    code = "plan.outline.unreadable"
    message = N_("The outline cannot be read.")


class OutlineEmpty(OutlineUnreadable):
    """There is no text in the file (空白檔案)."""

    code = "plan.outline.empty"
    message = N_("The file is empty.")
    hint = N_("Check that the right file was chosen and that it was saved completely.")


class OutlineTooLarge(OutlineUnreadable):
    """The file is larger than any outline (檔案過大)."""

    code = "plan.outline.too_large"
    message = N_("The file has {found} {unit}; an outline may have at most {limit}.")
    hint = N_("Check that this is the outline and not a scan or a whole budget book.")


class OutlineWrongType(OutlineUnreadable):
    """The file is of a kind that holds no plain text (檔案格式不符)."""

    code = "plan.outline.wrong_type"
    message = N_("This is {kind}, not plain text or a PDF.")
    hint = N_("Open it in the program that made it and save it as plain text (UTF-8) or as PDF.")


class OutlineUndecodable(OutlineUnreadable):
    """The bytes are in no encoding we know (無法判讀編碼)."""

    code = "plan.outline.undecodable"
    message = N_("The text is not valid {encoding}: it goes wrong at byte {offset}.")
    hint = N_("Open the file where it was written and save it again as UTF-8.")


class OutlineTruncated(OutlineUnreadable):
    """The file stops in the middle of a character (檔案不完整)."""

    code = "plan.outline.truncated"
    message = N_("The file stops in the middle of a character at byte {offset} ({encoding}).")
    hint = N_("It was not copied completely. Copy or download it again.")


class OutlinePdfBroken(OutlineUnreadable):
    """The PDF is damaged or not complete (PDF 損毀)."""

    code = "plan.outline.pdf_broken"
    message = N_("The PDF cannot be opened: it is damaged or incomplete.")
    hint = N_("Copy or download it again, or save the outline as plain text.")


class OutlinePdfLocked(OutlineUnreadable):
    """The PDF asks for a password (PDF 加密)."""

    code = "plan.outline.pdf_locked"
    message = N_("The PDF is locked with a password.")
    hint = N_("Save a copy without a password and use that.")


class OutlinePdfWithoutText(OutlineUnreadable):
    """The PDF holds pictures of pages, no text (掃描檔，沒有文字層)."""

    code = "plan.outline.pdf_without_text"
    message = N_("The PDF has {pages} pages but no text: it is probably a scan.")
    hint = N_("Ask for the original document, or run text recognition (OCR) and check the result.")


class OutlineNotFound(OutlineUnreadable):
    """The text has no numbering that could be chapters and items (找不到章節編號)."""

    code = "plan.outline.not_found"
    message = N_("No numbered chapters or items were found in {lines} lines of text.")
    hint = N_("Chapters and items must begin a line with a number, such as 一、 and (一).")
