"""Why something cannot be measured, and what to do about it."""

from typing import ClassVar

from shizheng.kernel.errors import N_, DomainError


class DimensionUnknown(DomainError):
    """A measure is split by what it does not publish (無此維度)."""

    code = "statistics.dimension_unknown"
    message = N_("{measure} cannot be split by “{dimension}”.")
    hint = N_("It can be split by: {known}.")


class DimensionValueUnknown(DomainError):
    """A filter names a value that the dimension does not have (無此維度值)."""

    code = "statistics.dimension_value_unknown"
    message = N_("“{value}” is not a value of {dimension}, which {measure} is filtered by.")
    hint = N_("Use codes of it, such as {known}.")


class MeasureNotPublic(DomainError):
    """A measure that only the office may see (衡量項目不公開)."""

    code = "statistics.measure_not_public"
    message = N_("{measure} is not for everybody.")
    hint = N_("Publish another measure, or keep the indicator inside.")


class DimensionNotPublic(DomainError):
    """A dimension that only the office may see (維度不公開)."""

    code = "statistics.dimension_not_public"
    message = N_("Nobody outside may see {measure} split by “{dimension}”.")
    hint = N_("Leave this dimension out, or keep the indicator inside.")


class ColumnMissing(DomainError):
    """A measure names a column that its table does not have (缺少欄位)."""

    code = "statistics.column_missing"
    message = N_("{measure} uses the column “{column}”, which {table} does not have.")
    hint = N_("Correct the measure. The table has: {known}.")


class TableMissing(DomainError):
    """A table of a measure is not in the database or among the files (缺少資料表)."""

    code = "statistics.table_missing"
    message = N_("The table {table} is missing.")
    hint = N_("Bring the database up to date, or write the files of measures anew.")


class EngineUnreachable(DomainError):
    """What computes measures, or what it reads, does not answer (分析引擎無回應)."""

    code = "statistics.engine_unreachable"
    message = N_("{engine} does not answer, so nothing can be measured: {problem}.")
    hint = N_("Try again: it may be passing.")
    status: ClassVar[int] = 503
    retry: ClassVar[bool] = True


class EngineUnusable(DomainError):
    """What computes measures is set up wrongly (分析引擎無法使用)."""

    code = "statistics.engine_unusable"
    message = N_("{engine} cannot be used to measure: {problem}.")
    hint = N_("Trying again will not help: an engineer must set it right.")
    status: ClassVar[int] = 503
    retry: ClassVar[bool] = False


class EngineExhausted(DomainError):
    """Measuring needs more memory than it may take (記憶體不足)."""

    code = "statistics.engine_exhausted"
    message = N_("Measuring needs more than the {limit} MB of memory that it may take.")
    hint = N_("Raise SHIZHENG_ANALYTICS_MEMORY, or ask for fewer measures at a time.")
    status: ClassVar[int] = 503
