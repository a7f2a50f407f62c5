"""Dates and numbers as people in the city write them, for pages, notices and documents."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language

from shizheng.core import city
from shizheng.kernel import dates


def city_date(day: date | datetime | None) -> str:
    """Return ``109年3月2日`` in Chinese where the city writes so, ``2 March 2020`` in English."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    if not (get_language() or "").startswith("zh"):
        return dates.format_en(day)
    if city.writes_roc() and day >= dates.FIRST_ROC_DAY:
        return dates.format_roc(day)
    return f"{day.year}年{day.month}月{day.day}日"


def city_datetime(moment: datetime | None) -> str:
    """Return the local date and time of day: ``109年3月2日 14:05``."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{city_date(local)} {local:%H:%M}"


def number(amount: int | float | Decimal | None, places: int | None = None) -> str:
    """Return a number with separators of thousands and ``places`` decimals; – for None."""
    if amount is None:
        return "–"
    return str(number_format(amount, places, use_l10n=True, force_grouping=True))
