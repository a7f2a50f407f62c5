"""Which rule reads a column: found in a sample, proved on every row by whoever has the rows.

A reading is chosen on purpose and written in the schema. In doubt a column stays text: a leading
zero, an exponent (``1e5``), a date of two-digit years or a number of more digits than are kept
exactly is never turned into something else.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from shizheng.statistics.datasets.domain.columns import Reading

WIDE = "０１２３４５６７８９．，－／："
NARROW = "0123456789.,-/:"
BLANK = " \t\u3000"
"""What does not count around a number or a date."""
TO_NARROW = str.maketrans(WIDE, NARROW)
EXACT_DIGITS = 38

_DAY = r"(0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(0?[1-9]|1[0-2])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
PATTERNS: Mapping[Reading, str] = {
    Reading.INTEGER: r"-?(0|[1-9][0-9]{0,17})",
    Reading.DECIMAL: r"-?(0|[1-9][0-9]*)(\.[0-9]+)?",
    Reading.GROUPED: r"-?(0|[1-9][0-9]{0,2}(,[0-9]{3})*|[1-9][0-9]{3,})(\.[0-9]+)?",
    Reading.BOOLEAN: r"(?i)true|false",
    Reading.ISO_DATE: rf"[12][0-9]{{3}}([-/]){_MONTH}([-/]){_DAY}",
    Reading.ROC_DATE: rf"(民國)?(1[0-9]{{2}}|[3-9][0-9])([-/.年]){_MONTH}([-/.月]){_DAY}日?",
    Reading.COMPACT_DATE: r"[12][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])",
    Reading.ROC_COMPACT_DATE: r"[01][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])",
    Reading.EXCEL_DATE: r"[1-9][0-9]{3,4}",
    Reading.DATETIME: rf"[12][0-9]{{3}}-[01][0-9]-[0-3][0-9][T ]{_TIME}",
    Reading.OFFSET_DATETIME: rf"[12][0-9]{{3}}-[01][0-9]-[0-3][0-9][T ]{_TIME}"
    r"(Z|[+-][01][0-9](:?[0-5][0-9])?)",
    Reading.MONTH: r"[12][0-9]{3}-(0[1-9]|1[0-2])",
}
"""A cell as a whole; RE2 and Python read them alike."""
_COMPILED = {reading: re.compile(pattern) for reading, pattern in PATTERNS.items()}
GUESSED = (
    Reading.INTEGER, Reading.DECIMAL, Reading.GROUPED, Reading.BOOLEAN, Reading.ISO_DATE,
    Reading.ROC_DATE, Reading.DATETIME, Reading.OFFSET_DATETIME, Reading.MONTH,
)  # fmt: skip
"""In this order; the others are read so only where they are declared."""
WITH_WIDE = frozenset({
    Reading.INTEGER, Reading.DECIMAL, Reading.GROUPED, Reading.ISO_DATE, Reading.ROC_DATE,
})  # fmt: skip
EXCEL_EPOCH = date(1899, 12, 30)
SPREADSHEET_ERRORS = (
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#GETTING_DATA",
)  # fmt: skip
FORMULA = re.compile(r"[=+@\t\r-]")
EXPONENT = re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+")
LEADING_ZERO = re.compile(r"-?0[0-9]+")
SERIALS = range(20_000, 60_000)
"""Days that a spreadsheet counts from 1954 to 2064."""
DATE_WORDS = ("date", "day", "日期", "時間", "年月日", "_on", "_at")


def fits(reading: Reading, cell: str) -> bool:
    """Whether a cell, without spaces around, is written as a reading wants it."""
    if reading in (Reading.TEXT, Reading.GEOMETRY):
        return True
    pattern = _COMPILED.get(reading)
    if pattern is None or not pattern.fullmatch(cell):
        return False
    try:
        return reading not in DATES or day_of(reading, cell) is not None
    except ValueError:
        return False


def candidates(cells: Iterable[str]) -> list[tuple[Reading, bool]]:
    """Return the readings that all of some cells fit, the narrowest first, text last.

    The flag says whether full-width digits must be read as digits. Empty cells do not count; a
    column without any value is text.
    """
    values = {cell.strip(BLANK) for cell in cells} - {""}
    found: list[tuple[Reading, bool]] = []
    if values:
        for reading in GUESSED:
            if all(fits(reading, value) for value in values):
                found.append((reading, False))
        narrow = {value.translate(TO_NARROW) for value in values}
        if narrow != values:
            for reading in GUESSED:
                if reading in WITH_WIDE and all(fits(reading, value) for value in narrow):
                    found.append((reading, True))
    return [*found, (Reading.TEXT, False)]


def nearest(cells: Iterable[str], share: float) -> Reading | None:
    """Return the reading that most cells with a value fit, if at least a share of them do."""
    values = [plain for cell in cells if (plain := cell.strip(BLANK))]
    fitting = [sum(fits(reading, value) for value in values) for reading in GUESSED]
    most = max(fitting)
    if not most or most < share * len(values):
        return None
    return max(zip(fitting, range(len(GUESSED)), GUESSED, strict=True))[2]


DATES = frozenset({
    Reading.ISO_DATE, Reading.ROC_DATE, Reading.COMPACT_DATE, Reading.ROC_COMPACT_DATE,
    Reading.EXCEL_DATE, Reading.DATETIME, Reading.OFFSET_DATETIME,
})  # fmt: skip


def day_of(reading: Reading, cell: str) -> date:
    """Return the day that a cell of a reading of dates names.

    Raises:
        ValueError: there is no such day.
    """
    if reading == Reading.EXCEL_DATE:
        return EXCEL_EPOCH + timedelta(days=int(cell))
    if reading == Reading.COMPACT_DATE:
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    if reading == Reading.ROC_COMPACT_DATE:
        return date(int(cell[:3]) + 1911, int(cell[3:5]), int(cell[5:]))
    year, month, day = (int(part) for part in re.findall(r"[0-9]+", cell)[:3])
    return date(year + 1911 if reading == Reading.ROC_DATE else year, month, day)


def looks_serial(name: str, cells: Iterable[str]) -> bool:
    """Whether a column of whole numbers, by its name one of dates, holds serial days.

    A spreadsheet writes 43892 where it shows 2020-03-02.
    """
    lowered = name.lower()
    if not any(word in lowered for word in DATE_WORDS):
        return False
    values = [cell for cell in cells if cell]
    return bool(values) and all(
        value.isascii() and value.isdigit() and int(value[:9]) in SERIALS for value in values
    )
