"""What learning from text refuses, and what to do about it."""

from shizheng.kernel.errors import N_, DomainError


class TextWithoutWords(DomainError):
    """The text has no two letters, so nothing can be read from it (文字沒有內容)."""

    code = "services.learning.text_without_words"
    message = N_("There are no words in this text to go by.")
    hint = N_("Describe in a sentence what it is about, or choose the service yourself.")


class ScriptUnknown(DomainError):
    """The text is in a script that the model did not learn (不是模型學過的文字)."""

    code = "services.learning.script_unknown"
    message = N_("No suggestion can be made: this text is not in the language that was learnt.")
    hint = N_("Choose the service yourself, or describe it in the language of the office.")


class TableUnreadable(DomainError):
    """A table of texts to learn from cannot be read (學習用的表格無法讀取)."""

    code = "services.learning.table_unreadable"
    message = N_("The table {file} cannot be used: {problem}.")
    hint = N_("Give a comma-separated file in UTF-8 without a byte-order mark, names on line 1.")


class ColumnMissing(DomainError):
    """A column that was asked for is not in the table (缺少欄位)."""

    code = "services.learning.column_missing"
    message = N_("The table {file} has no column “{column}”; it has: {columns}.")
    hint = N_("Name one of these columns; mind upper and lower case.")


class TooLittleToLearn(DomainError):
    """There are too few texts or answers to learn and to measure (資料太少，無法學習)."""

    code = "services.learning.too_little"
    message = N_(
        "There is too little to learn from: {rows} different texts with an answer; answers with at "
        "least {least} of them: {labels}."
    )
    hint = N_("Give at least {least_rows} different texts, and two answers with {least} each.")


class TooManyLabels(DomainError):
    """There are more different answers than a model holds (答案種類過多)."""

    code = "services.learning.too_many_labels"
    message = N_("There are {labels} different answers; at most {most} can be learnt.")
    hint = N_("Name a column with fewer different answers, such as the agency.")


class AgencyUnknown(DomainError):
    """Rows of the table name an agency that the pack does not have (表格中的機關不在設定包內)."""

    code = "services.learning.agency_unknown"
    message = N_(
        "{rows} rows name an agency that the pack does not know, the first on line {line}."
    )
    hint = N_(
        "It says “{value}”. Add its official code to the agencies of the pack, name a further "
        "column with --label, or learn the words as they are with --plain."
    )


class ModelMissing(DomainError):
    """Nothing has been learnt yet in this installation (尚未訓練)."""

    code = "services.learning.model_missing"
    message = N_("Nothing has been learnt yet, so there is nothing to suggest.")
    hint = N_("Run: shizheng learn FILE.csv --text COLUMN --label COLUMN")


class ModelDamaged(DomainError):
    """What was learnt cannot be read back (模型檔案毀損)."""

    code = "services.learning.model_damaged"
    message = N_("What was learnt cannot be read: {file} {problem}.")
    hint = N_("Run `shizheng learn` again; it writes the files anew.")
