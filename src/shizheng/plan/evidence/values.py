"""A value with its unit, as people write it."""

from collections.abc import Mapping
from decimal import Decimal

from shizheng.core.showing import number
from shizheng.core.words import in_language


def written(
    value: Decimal | None, unit_name: Mapping[str, str] | None = None, *, places: int = 2
) -> str:
    """Return ``91.2 %``: no zeros that say nothing, at most ``places`` decimals; – for None."""
    if value is None:
        return "–"
    rounded = round(value, places)
    plain = rounded.normalize() if rounded else Decimal(0)
    exponent = plain.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    text = number(plain if decimals else int(plain), decimals or None)
    unit = in_language(unit_name)
    return f"{text} {unit}" if unit else text
