"""Rows that stood at a moment."""

from datetime import datetime

from django.db.models import Q


def held_at(start: str, end: str, at: datetime | None) -> Q:
    """Rows that stood at a moment (half open), or that stand now if none is given."""
    if at is None:
        return Q(**{end: None})
    return Q(**{f"{start}__lte": at}) & (Q(**{end: None}) | Q(**{f"{end}__gt": at}))
