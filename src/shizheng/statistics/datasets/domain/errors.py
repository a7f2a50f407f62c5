"""Why a file is no dataset, and why a question cannot be answered."""

from shizheng.kernel.errors import N_, DomainError


class FormatUnknown(DomainError):
    """Neither CSV, GeoJSON nor Parquet (格式不支援)."""

    code = "statistics.dataset.format_unknown"
    message = N_("“{name}” is not a table that can be read.")
    hint = N_("Send .csv, .geojson, .json (GeoJSON) or .parquet, or a .zip with one of them.")
    status = 415


class ArchiveUnfit(DomainError):
    """A ZIP archive with none or several files, or one that cannot be read (壓縮檔不符)."""

    code = "statistics.dataset.archive_unfit"
    message = N_("“{name}” must hold exactly one table and no password; it holds {count}.")
    hint = N_("Pack one .csv, .geojson or .parquet alone, or send it without packing.")


class TooMuch(DomainError):
    """Larger than is taken (超過上限)."""

    code = "statistics.dataset.too_much"
    message = N_("The file has more than {limit} {what}.")
    hint = N_("Split it, for instance by year, and publish the parts as datasets of their own.")
    status = 413
    worded = ("what",)


class NothingInside(DomainError):
    """No header, or no row (沒有資料)."""

    code = "statistics.dataset.nothing_inside"
    message = N_("The file has no rows below the names of its columns.")
    hint = N_("The first line names the columns; every further line is one row.")


class EncodingMixed(DomainError):
    """Some lines are in one encoding, some in another (編碼混用)."""

    code = "statistics.dataset.encoding_mixed"
    message = N_("Line {line} is not written in {encoding} as the lines before it.")
    hint = N_("Save the whole file again as CSV UTF-8 in one program, and send that.")


class EncodingUnknown(DomainError):
    """A line that is text in none of the encodings known (編碼不明)."""

    code = "statistics.dataset.encoding_unknown"
    message = N_("Line {line} cannot be read as {encoding}.")
    hint = N_("Save the file as CSV UTF-8, or state the encoding that it has.")


class EncodingUnclear(DomainError):
    """Several encodings give different texts (編碼無法判定)."""

    code = "statistics.dataset.encoding_unclear"
    message = N_("The file can be read as UTF-8 and as Big5, with different texts.")
    hint = N_("State the encoding that it has.")


class NulByte(DomainError):
    """A byte that no text holds (空字元)."""

    code = "statistics.dataset.nul_byte"
    message = N_("Line {line} holds a NUL byte, which no text has.")
    hint = N_("The file is damaged, or not the text that its name says. Export it again.")


class HeaderUnfit(DomainError):
    """A column without a name, or two of one name (欄位名稱不符)."""

    code = "statistics.dataset.header_unfit"
    message = N_("Column {place} has no name, or one of more than {limit} characters.")
    hint = N_("Give every column a short name of its own in the first line.")


class NameTwice(DomainError):
    """Two columns of one name (欄位名稱重複)."""

    code = "statistics.dataset.name_twice"
    message = N_("Columns {first} and {second} are both called “{name}”.")
    hint = N_("Give every column a name of its own; capitals and small letters do not count.")


class NameReserved(DomainError):
    """A name that numbers the rows (保留的欄位名稱)."""

    code = "statistics.dataset.name_reserved"
    message = N_("Column {place} is called “{name}”, which is the name of the row number here.")
    hint = N_("Give the column another name.")


class RowsRagged(DomainError):
    """Rows with more or fewer cells than there are columns (列欄數不一致)."""

    code = "statistics.dataset.rows_ragged"
    message = N_("{count} rows do not have {columns} cells, the first in line {line}: {lines}.")
    hint = N_("A comma inside a cell needs quotation marks around the cell.")


class QuoteOpen(DomainError):
    """A quotation mark that is not closed (引號未結束)."""

    code = "statistics.dataset.quote_open"
    message = N_("A quotation mark that begins in line {line} is not closed as it should be.")
    hint = N_("Write a quotation mark inside a cell twice, and close every cell that opens one.")


class LineEndsMixed(DomainError):
    """Rows end in different ways (換行符號混用)."""

    code = "statistics.dataset.line_ends_mixed"
    message = N_("The rows of the file cannot be told apart: its lines end in different ways.")
    hint = N_("Save the whole file again as CSV UTF-8 in one program, and send that.")


class TreeUnfit(DomainError):
    """Not a GeoJSON of features (GeoJSON 格式不符)."""

    code = "statistics.dataset.tree_unfit"
    message = N_("The file is not a GeoJSON FeatureCollection: {reason}.")
    hint = N_("Export it again as GeoJSON (RFC 7946), longitude before latitude.")
    worded = ("reason",)


class ColumnsUnfit(DomainError):
    """A Parquet with nested columns, or one that cannot be read (Parquet 欄位不符)."""

    code = "statistics.dataset.columns_unfit"
    message = N_("The Parquet file cannot be read as a table: {reason}.")
    hint = N_("Write it with plain columns: no lists, structures or maps.")
    worded = ("reason",)


class DeclaredMissing(DomainError):
    """The schema names a column that the file lacks (缺少宣告的欄位)."""

    code = "statistics.dataset.declared_missing"
    message = N_("The file has no column “{name}”, which the schema of the dataset names.")
    hint = N_("The file has: {known}.")


class QuestionUnreadable(DomainError):
    """A parameter of the interface cannot be read (查詢參數不符)."""

    code = "statistics.dataset.question_unreadable"
    message = N_("The parameter {name} cannot be read: {reason}.")
    hint = N_("See the example on the page of the dataset.")
    status = 400
    worded = ("reason",)


class ColumnUnknown(DomainError):
    """No such column (無此欄位)."""

    code = "statistics.dataset.column_unknown"
    message = N_("The dataset has no column “{name}”.")
    hint = N_("It has: {known}.")
    status = 400


class TookTooLong(DomainError):
    """The question was stopped (查詢逾時)."""

    code = "statistics.dataset.took_too_long"
    message = N_("The question took longer than {limit} seconds and was stopped.")
    hint = N_("Ask for fewer facets, or narrow it by a filter; or take the whole file.")
    status = 503


class NotANumber(DomainError):
    """Text cannot be added up (非數值欄位)."""

    code = "statistics.dataset.not_a_number"
    message = N_("“{name}” does not hold numbers, so there is no sum or mean of it.")
    hint = N_("Count the rows, or choose a column of numbers: {known}.")
    status = 400


class DrawingUnfit(DomainError):
    """A column cannot be drawn in this way (無法繪圖)."""

    code = "statistics.dataset.drawing_unfit"
    message = N_("“{name}” cannot be drawn like this: {reason}.")
    hint = N_("Choose another column or another kind of chart.")
    status = 400
    worded = ("reason",)


class TooManyGroups(DomainError):
    """More groups than a chart can show (組別過多)."""

    code = "statistics.dataset.too_many_groups"
    message = N_("“{name}” has more than {limit} different values, too many to draw one by one.")
    hint = N_("Put them together by month or year, or narrow the rows.")
    status = 400


class CodeTaken(DomainError):
    """Another dataset has the code (代碼已使用)."""

    code = "statistics.dataset.code_taken"
    message = N_("There is a dataset “{code}” already.")
    hint = N_("Choose another code, or add a version to that dataset.")
    status = 409


class CodeUnfit(DomainError):
    """Not a code (代碼格式不符)."""

    code = "statistics.dataset.code_unfit"
    message = N_("“{code}” cannot be the code of a dataset.")
    hint = N_("Use 3 to 60 small letters, digits and hyphens, a letter first: dengue-cases.")


class StateUnfit(DomainError):
    """The version is not in a state for this act (版本狀態不符)."""

    code = "statistics.dataset.state_unfit"
    message = N_("Version {number} cannot be published: it is {state}.")
    hint = N_("Open the version again; somebody may have acted on it.")
    status = 409
    worded = ("state",)


class ReasonMissing(DomainError):
    """What was found is set aside without a reason (缺少理由)."""

    code = "statistics.dataset.reason_missing"
    message = N_("A version in quarantine needs a reason of 10 characters or more.")
    hint = N_("Say why the rows named may be published; it is kept in the journal.")


class NotInQuarantine(DomainError):
    """Only what waits in quarantine can be erased (非隔離版本)."""

    code = "statistics.dataset.not_in_quarantine"
    message = N_("Version {number} cannot be erased: it is {state}.")
    hint = N_("Only a version in quarantine can. What was published stays on record.")
    status = 409
    worded = ("state",)


class EraseReasonMissing(DomainError):
    """Something is erased without a reason (缺少刪除理由)."""

    code = "statistics.dataset.erase_reason_missing"
    message = N_("Erasing a version needs a reason of 10 characters or more.")
    hint = N_("Say why it may not be kept, without repeating what stands in it.")
