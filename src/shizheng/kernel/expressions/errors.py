"""Refusals of the expression language; each points at the column where it went wrong."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import ClassVar

from shizheng.kernel.errors import N_, DomainError, Refusal

_COLUMN = N_("Column {column}: {message}")
_LINE = N_("Line {line}, column {column}: {message}")


class ExpressionError(DomainError):
    """An expression cannot be compiled or evaluated (運算式錯誤).

    ``at`` is an offset into the source; ``line`` and ``column`` count from 1 and are known once
    ``locate`` was called, which compiling and evaluating do.
    """

    code = "kernel.expression"
    sentences: ClassVar[tuple[str, ...]] = ()  # parameters that are translated themselves

    def __init__(self, at: int | None = None, **parameters: object) -> None:
        super().__init__(**parameters)
        self.at = at
        self.source = ""
        self.line = 1
        self.column = 1

    def locate(self, source: str) -> "ExpressionError":
        """Fill in ``source``, ``line`` and ``column`` and return the error."""
        before = source[: self.at or 0]
        self.source = source
        self.line = before.count("\n") + 1
        self.column = len(before) - before.rfind("\n")
        return self

    def refusal(
        self,
        translate: Callable[[str], str] = str,
        choose: Callable[[Mapping[str, str]], str] = str,
    ) -> Refusal:
        """Return code, message and hint; the message begins with its place."""
        said = dict(self.parameters)
        for key in self.sentences:
            said[key] = translate(str(said[key]))
        place = translate(_LINE if self.line > 1 else _COLUMN)
        message = translate(self.message).format(**said)
        return Refusal(
            code=self.code,
            message=place.format(line=self.line, column=self.column, message=message),
            hint=translate(self.hint).format(**said),
        )

    def caret(self) -> str:
        """Return the line of the source and, under it, a caret at the column.

        Wide characters take two places, as they do on a terminal.
        """
        lines = self.source.split("\n")
        line = lines[self.line - 1].expandtabs(1) if self.line <= len(lines) else ""
        before = line[: self.column - 1]
        wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in before)
        return f"{line}\n{' ' * (len(before) + wide)}^"


class SyntaxRefused(ExpressionError):
    """The text is not an expression (語法錯誤)."""

    code = "kernel.expression.syntax"
    message = N_("{found} does not fit here.")
    hint = N_("Check brackets, quotes and operators before this place.")


class Unfinished(SyntaxRefused):
    """The text stops in the middle (運算式未完成)."""

    message = N_("The expression ends too early.")
    hint = N_("Close every bracket and write something after the last operator.")


class NotInSubset(ExpressionError):
    """CEL has it, this language does not (不支援的語法)."""

    code = "kernel.expression.not_in_subset"
    message = N_("{feature} is not part of this language.")
    hint = N_("Use names, numbers, text, lists and the functions of the reference page.")


class NotWrittenOut(ExpressionError):
    """An argument that must be a literal is computed (引數須直接寫出)."""

    code = "kernel.expression.not_written_out"
    message = N_("{function} needs this argument written out, not computed.")
    hint = N_("Write it like {example}.")


class TooComplex(ExpressionError):
    """The expression is longer or deeper than allowed (運算式過於複雜)."""

    code = "kernel.expression.too_complex"
    sentences = ("measure",)
    message = N_("The expression is too large: {measure} is {size}, at most {limit} is allowed.")
    hint = N_("Split it into several expressions, or ask for a function that does this.")


class UnknownName(ExpressionError):
    """A name that the context does not declare (未定義的名稱)."""

    code = "kernel.expression.unknown_name"
    message = N_("“{name}” is not known here.")
    hint = N_("Did you mean “{nearest}”? Known here: {known}.")


class UnknownFunction(UnknownName):
    """A function that is not on the list (未提供的函數)."""

    code = "kernel.expression.unknown_function"
    message = N_("There is no function “{name}”.")
    hint = N_("Did you mean “{nearest}”? Functions: {known}.")


class NameTaken(ExpressionError):
    """A loop variable hides another name (名稱重複)."""

    code = "kernel.expression.name_taken"
    message = N_("“{name}” already means something else here.")
    hint = N_("Choose another name for the variable of {loop}.")


class WrongArguments(ExpressionError):
    """A function is called with too few or too many arguments (引數個數不符)."""

    code = "kernel.expression.wrong_arguments"
    message = N_("{function} takes {expected} arguments, here are {count}.")
    hint = N_("Write it like {example}.")


class WrongKind(ExpressionError):
    """A value of the wrong kind (型別不符)."""

    code = "kernel.expression.wrong_kind"
    message = N_("{what} takes {expected}, here is {found}.")
    hint = N_("Convert it first, for example with int(…), double(…), string(…) or date(…).")


class WrongResult(ExpressionError):
    """The expression gives another kind than its place needs (結果型別不符)."""

    code = "kernel.expression.wrong_result"
    message = N_("The expression gives {found}, here {expected} is needed.")
    hint = N_("Compare or convert, so that it gives {expected}.")


class ValueMissing(ExpressionError):
    """A declared name or field has no value in this case (沒有值)."""

    code = "kernel.expression.value_missing"
    message = N_("“{name}” has no value.")
    hint = N_("Ask first, with has(…) for a field, or make the value required.")


class ValueUnfit(ExpressionError):
    """A value from outside is none that expressions know (無法使用的值)."""

    code = "kernel.expression.value_unfit"
    message = N_("A value of type {type} cannot be used in an expression.")
    hint = N_("Give whole numbers of 64 bits, finite decimals, text, dates, lists or maps.")


class IndexMissing(ExpressionError):
    """A list has no such place, or a map no such key (索引不存在)."""

    code = "kernel.expression.index_missing"
    message = N_("There is nothing at [{key}].")
    hint = N_("Ask first, with size(…) or `in`.")


class NumberTooLarge(ExpressionError):
    """A number runs past 64 bits, or a decimal past 1e308 (數值過大)."""

    code = "kernel.expression.number_too_large"
    message = N_("The number is too large.")
    hint = N_("Whole numbers go from -9223372036854775808 to 9223372036854775807.")


class DividedByZero(ExpressionError):
    """A division or remainder by zero (除以零)."""

    code = "kernel.expression.divided_by_zero"
    message = N_("A number is divided by zero.")
    hint = N_("Ask first, for example `total == 0 ? 0 : part / total`.")


class BadArgument(ExpressionError):
    """A function cannot use the value it was given (引數無效)."""

    code = "kernel.expression.bad_argument"
    sentences = ("reason",)
    message = N_("{function} cannot use “{value}”.")
    hint = "{reason}"


class CostExceeded(ExpressionError):
    """Evaluating takes more work than allowed (運算量超過上限)."""

    code = "kernel.expression.cost_exceeded"
    message = N_("The expression takes too much work: more than {limit} steps.")
    hint = N_("Use shorter lists and texts, or fewer loops inside loops.")
