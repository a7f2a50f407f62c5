"""Plain CSV: a table with a line of names (RFC 4180), in UTF-8."""

import csv
import io

from shizheng.statistics.published.editions import Edition
from shizheng.statistics.published.formats.columns import columns_of, rows_of
from shizheng.statistics.published.formats.registry import written_as

ENDING = "csv"


@written_as(ENDING, media_type="text/csv", name="CSV", file_type="CSV")
def as_csv(edition: Edition) -> bytes:
    """Return one line for each figure."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in columns_of(edition))
    writer.writerows(rows_of(edition))
    return text.getvalue().encode()
