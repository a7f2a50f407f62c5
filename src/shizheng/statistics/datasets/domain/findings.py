"""What was found wrong or strange in the rows, with row numbers, never with the values (發現)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shizheng.kernel.errors import N_


class Finding(StrEnum):
    """Kinds of findings."""

    PERSONAL = "personal"
    SPREADSHEET_ERROR = "spreadsheet_error"
    SERIAL_DATE = "serial_date"
    KEY_TWICE = "key_twice"
    KEY_EMPTY = "key_empty"
    NOT_AS_DECLARED = "not_as_declared"
    REQUIRED_EMPTY = "required_empty"
    CODE_UNKNOWN = "code_unknown"
    OUT_OF_WORLD = "out_of_world"
    NOT_FINITE = "not_finite"
    NEARLY_TYPED = "nearly_typed"
    EXPONENT = "exponent"
    FORMULA = "formula"


SAID: Mapping[Finding, str] = {
    Finding.PERSONAL: N_("Numbers of persons (national ID, residence permit or mobile phone)"),
    Finding.SPREADSHEET_ERROR: N_("Errors of a spreadsheet, such as #REF!"),
    Finding.SERIAL_DATE: N_("Serial numbers of a spreadsheet where dates belong"),
    Finding.KEY_TWICE: N_("Keys that are there more than once"),
    Finding.KEY_EMPTY: N_("Keys that are empty"),
    Finding.NOT_AS_DECLARED: N_("Values that are not of the declared type"),
    Finding.REQUIRED_EMPTY: N_("Empty cells where a value is required"),
    Finding.CODE_UNKNOWN: N_("Codes that the codebook does not have"),
    Finding.OUT_OF_WORLD: N_("Coordinates that are not longitude and latitude"),
    Finding.NOT_FINITE: N_("Numbers that are not finite"),
    Finding.NEARLY_TYPED: N_("Values that keep the column from being read as numbers or dates"),
    Finding.EXPONENT: N_("Numbers with an exponent, kept as text"),
    Finding.FORMULA: N_("Texts that a spreadsheet would take for a formula"),
}
NOTES = frozenset({Finding.NEARLY_TYPED, Finding.EXPONENT, Finding.FORMULA})
"""These are told, the rest puts a version in quarantine."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in one column, or in the key.

    Attributes:
        count: rows in which it was found.
        rows: numbers of the first of them; the row below the header is 1.
    """

    finding: Finding
    column: str
    count: int
    rows: tuple[int, ...]

    @property
    def is_grave(self) -> bool:
        """Whether the version must wait until a person says otherwise."""
        return self.finding not in NOTES

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "finding": self.finding.value,
            "column": self.column,
            "count": self.count,
            "rows": list(self.rows),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Problem":
        """Return what ``as_json`` wrote."""
        return cls(Finding(kept["finding"]), kept["column"], kept["count"], tuple(kept["rows"]))


def is_quarantined(problems: Sequence[Problem]) -> bool:
    """Whether a version with these problems must wait."""
    return any(problem.is_grave for problem in problems)
