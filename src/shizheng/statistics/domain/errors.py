"""Why a figure, its definition or its table is refused, and what to do about it."""

from typing import ClassVar

from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.expressions.errors import ExpressionError


class PeriodUnreadable(DomainError):
    """A text is not a period of time (時期無法辨識)."""

    code = "statistics.period_unreadable"
    message = N_("“{text}” is not a period.")
    hint = N_("Write 2020, 2020-S1, 2020-Q1, 2020-03, 2020-W10 or 2020-03-02.")


class UnitUnknown(DomainError):
    """A unit that the list does not have (未定義的單位)."""

    code = "statistics.unit_unknown"
    message = N_("There is no unit “{name}” (in “{text}”).")
    hint = N_("Did you mean {nearest}? Things that are counted are declared in the pack.")


class UnitUnreadable(DomainError):
    """A text is not a unit (單位無法辨識)."""

    code = "statistics.unit_unreadable"
    message = N_("“{text}” cannot be read as a unit.")
    hint = N_("Write units like case, TWD/person, m3/day or case/100000 person.")


class UnitsUnlike(DomainError):
    """Two units measure different things (單位不相容)."""

    code = "statistics.units_unlike"
    message = N_("{one} cannot be turned into {other}: they measure different things.")
    hint = N_("Correct the unit of one of the two.")


class FormulaConstruct(ExpressionError):
    """Something that the expression language has and formulas do not (公式不支援的語法)."""

    code = "statistics.formula.construct"
    sentences: ClassVar[tuple[str, ...]] = ("construct",)
    message = N_("A formula cannot hold {construct}.")
    hint = N_("Use names, numbers, + - * / and the functions: {functions}.")


class FormulaUnits(ExpressionError):
    """Two parts of a formula do not go together (公式單位不符)."""

    code = "statistics.formula.units"
    message = N_("{operation} puts {left} ({left_unit}) and {right} ({right_unit}) together.")
    hint = N_('Both need the same unit. Where they measure alike, write convert(…, "{left_unit}").')


class FormulaUnitDeclared(ExpressionError):
    """The formula gives another unit than its indicator declares (公式單位與指標宣告不符)."""

    code = "statistics.formula.unit_declared"
    message = N_("The formula gives {found}, but the indicator is declared in {declared}.")
    hint = N_('Correct one of the two. For per cent use share(…); else convert(…, "{declared}").')


class FormulaConvert(ExpressionError):
    """A conversion between units that measure different things (無法換算)."""

    code = "statistics.formula.convert"
    message = N_("{part} is in {found}, which cannot be turned into {wanted}.")
    hint = N_("Convert only between units of the same kind, such as hour and day.")


class FormulaUnit(ExpressionError):
    """A conversion to a unit that the list does not have (公式中的單位未定義)."""

    code = "statistics.formula.unit"
    message = N_("There is no unit “{name}”.")
    hint = N_("Did you mean {nearest}?")


class FormulaArgument(ExpressionError):
    """An argument that a function of the formula language cannot use (公式引數無效)."""

    code = "statistics.formula.argument"
    sentences: ClassVar[tuple[str, ...]] = ("expected",)
    message = N_("{function} needs {expected}, here is “{found}”.")
    hint = N_("Write it like {example}.")


class FormulaConstant(ExpressionError):
    """A formula, or a part of it, that counts nothing (公式沒有輸入)."""

    code = "statistics.formula.constant"
    message = N_("{part} uses no measure and no indicator.")
    hint = N_("Name at least one measure or indicator in it.")


class IndicatorCycle(DomainError):
    """Indicators that are computed from each other (指標循環參照)."""

    code = "statistics.indicator_cycle"
    message = N_("These indicators are computed from each other: {cycle}.")
    hint = N_("Take one of them out of the formula of the next.")


class TableNotProtected(DomainError):
    """A small number cannot be kept secret beside what is already published (無法遮蔽)."""

    code = "statistics.table_not_protected"
    message = N_("The number for {row}, {column} can be computed from what must be published.")
    hint = N_("Let more sums be withheld, or join this row with another.")


class SeriesTooShort(DomainError):
    """Fewer periods than the method needs (序列過短)."""

    code = "statistics.series_too_short"
    message = N_("The series has {count} periods in a row; this needs {needed}.")
    hint = N_("Wait for more periods, or show the change over a year instead.")


class SeriesGap(DomainError):
    """A period in the middle of a series has no figure (序列中斷)."""

    code = "statistics.series_gap"
    message = N_("There is no figure for {period}.")
    hint = N_("Take a span without gaps.")


class SeriesNotSeasonal(DomainError):
    """A frequency without a fixed number of seasons in a year (無固定季節數)."""

    code = "statistics.series_not_seasonal"
    message = N_("A series of frequency {frequency} has no fixed seasons in a year.")
    hint = N_("Use figures of half-years, quarters or months.")


class SeriesNotPositive(DomainError):
    """A ratio model needs numbers above zero (比例模型須為正數)."""

    code = "statistics.series_not_positive"
    message = N_("The figure for {period} is {value}; the ratio model needs numbers above 0.")
    hint = N_("Use the additive model.")


class PollUnfit(DomainError):
    """Answers or weights from which nothing can be estimated (調查資料無法估計)."""

    code = "statistics.poll_unfit"
    worded: ClassVar[tuple[str, ...]] = ("reason",)
    message = N_("Nothing can be estimated from these answers: {reason}.")
    hint = N_("Check the file of answers and its weights.")
