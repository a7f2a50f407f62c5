"""Refusals of files with many cases."""

from shizheng.kernel.errors import N_, DomainError


class FileUnreadable(DomainError):
    """The file is not text in the encoding it should have (檔案編碼錯誤)."""

    code = "services.batch.file_unreadable"
    message = N_("Line {line} cannot be read as {encoding}.")
    hint = N_("Save the file as CSV in UTF-8, or say which encoding it has, such as big5.")


class EncodingUnknown(DomainError):
    """There is no such encoding (未知編碼)."""

    code = "services.batch.encoding_unknown"
    message = N_("There is no encoding “{encoding}”.")
    hint = N_("Use utf-8 or big5.")


class FileEmpty(DomainError):
    """The file has no rows (檔案無資料)."""

    code = "services.batch.file_empty"
    message = N_("The file has no rows.")
    hint = N_("The first line names the columns; each line after it is one case.")


class FileTooLong(DomainError):
    """The file has more rows or bytes than are taken at once (檔案過大)."""

    code = "services.batch.file_too_long"
    message = N_("The file has more than {limit} {unit}.")
    hint = N_("Split it; rows that were taken in before are not taken in again.")
    status = 413
    worded = ("unit",)


class ColumnsWrong(DomainError):
    """Columns are unknown, unnamed or there twice (欄位名稱有誤)."""

    code = "services.batch.columns_wrong"
    message = N_("These columns are unknown, without a name or there twice: {columns}.")
    hint = N_("Known columns: {known}.")


class FileBroken(DomainError):
    """The file is not CSV (檔案格式錯誤)."""

    code = "services.batch.file_broken"
    message = N_("Line {line} is not CSV: {reason}.")
    hint = N_("Save the table as CSV again, with quotes around cells that hold line breaks.")


class RowTooLong(DomainError):
    """A row has more cells than there are columns (列之欄數不符)."""

    code = "services.batch.row_too_long"
    message = N_("The row has more cells than the first line has columns.")
    hint = N_("Put cells that hold a comma into quotes.")


class KeyTwice(DomainError):
    """Two rows of the file have one key (列鍵重複)."""

    code = "services.batch.key_twice"
    message = N_("The row_key “{key}” stands on line {line} already.")
    hint = N_("Give every row a key of its own.")
