"""Public numbers of cases: one series for each day, safe under concurrent intake."""

from datetime import date

from django.db import connection

from shizheng.kernel.identifiers import PublicNumber
from shizheng.services.city import current
from shizheng.services.domain.errors import CalendarUnset
from shizheng.services.models import CaseSeries

KIND = "C"
"""Follows the city's prefix, so that no case has the number of a directive."""


def number_take(day: date) -> str:
    """Return the next case number (案號) of ``day``, such as ``EXC-1090302-0017``.

    Raises:
        CalendarUnset: no city is loaded, so there is no prefix.
    """
    city = current()
    if city is None:
        raise CalendarUnset
    sequence = _next(day)
    prefix = str(city.manifest.get("number_prefix") or city.code[:2]).upper()
    return str(PublicNumber(prefix=prefix + KIND, on=day, sequence=sequence))


def _next(day: date) -> int:
    """Count one more case of a day, in one statement; the row is locked until the commit."""
    table = CaseSeries._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (day, last) VALUES (%s, 1) "  # noqa: S608 - its own table
            f"ON CONFLICT (day) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [day],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]
