"""Counting which answers helped (有幫助次數)."""

from django.db import transaction
from django.db.models import F

from shizheng.services.models import KnowledgeEntry


@transaction.atomic
def question_helped(*, code: str) -> bool:
    """Count that an answer helped somebody; whether there is such an answer.

    A tally without a person: the journal has no entry of it.
    """
    rows = KnowledgeEntry.objects.filter(code=code, is_public=True, is_current=True)
    return bool(rows.update(use_count=F("use_count") + 1))
