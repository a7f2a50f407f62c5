"""Numbers of documents and the codes by which anybody checks them."""

import secrets
from collections.abc import Mapping
from datetime import date

from django.db.models import F

from shizheng.kernel.dates import roc_year
from shizheng.services.models import OutputSeries

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUPS, GROUP_LENGTH = 3, 4


def output_number(pattern: str, *, prefix: str, case: str, on: date) -> str:
    """Return the next number (文號) by the pattern of a definition.

    What the pattern gives without its sequence is the series that is counted, so that no two
    services that write their numbers alike give out the same one.
    """
    places: Mapping[str, object] = {
        "prefix": prefix,
        "yyy": f"{roc_year(on):03d}",
        "yyyy": f"{on.year:04d}",
        "mm": f"{on.month:02d}",
        "dd": f"{on.day:02d}",
        "case": case,
    }
    key = pattern.format(**places, sequence=0)[:120]
    OutputSeries.objects.bulk_create([OutputSeries(key=key)], ignore_conflicts=True)
    OutputSeries.objects.filter(pk=key).update(last=F("last") + 1)
    sequence = OutputSeries.objects.values_list("last", flat=True).get(pk=key)
    return pattern.format(**places, sequence=sequence)[:60]


def check_code() -> str:
    """Return a fresh check code (查驗碼) such as ``7KQ2-M4XD-9TPA``: 59 bits by chance."""
    groups = (
        "".join(secrets.choice(CODE_SIGNS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
    )
    return "-".join(groups)


def read_code(text: str) -> str:
    """Return a code as typed in the form in which it is kept; nothing if it cannot be one."""
    plain = "".join(sign for sign in text[:60].upper() if sign in CODE_SIGNS)
    if len(plain) != GROUPS * GROUP_LENGTH:
        return ""
    return "-".join(plain[at : at + GROUP_LENGTH] for at in range(0, len(plain), GROUP_LENGTH))
