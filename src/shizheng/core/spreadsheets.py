"""Values as cells of a spreadsheet: none that is typed by a stranger may act as a formula."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """Return a value as text that a spreadsheet does not take for a formula (公式注入防護)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
