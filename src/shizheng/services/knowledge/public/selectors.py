"""Questions and answers for everybody (常見問答): those that hold now and are public."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from shizheng.core.models import Agency, TextEntry
from shizheng.core.search import QUERY_LENGTH, WORD_LIMIT
from shizheng.core.text_index.backends import text_index
from shizheng.core.visibility import Person
from shizheng.core.words import language_tag
from shizheng.kernel.text import words
from shizheng.services.models import KnowledgeEntry, Service
from shizheng.services.searchable import QUESTION

MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class AgencyCount:
    """An agency and how many questions it answers."""

    agency: Agency
    count: int


def questions_public() -> QuerySet[KnowledgeEntry]:
    """Return what everybody may read, the most useful first."""
    rows = KnowledgeEntry.objects.filter(is_public=True, is_current=True)
    return rows.select_related("agency").order_by("-use_count", "code")


def questions_found(
    *, viewer: Person, query: str = "", agency: str = ""
) -> QuerySet[KnowledgeEntry]:
    """Return the public questions with every word of ``query``, in the language of the moment."""
    rows = questions_public()
    if agency:
        rows = rows.filter(agency__code=agency)
    wanted = words(query[:QUERY_LENGTH])[:WORD_LIMIT]
    if wanted:
        texts = TextEntry.objects.visible_to(viewer).filter(kind=QUESTION, language=language_tag())
        keys = text_index().matching(texts, wanted, MOST_FOUND)
        codes = TextEntry.objects.filter(pk__in=keys).values_list("key", flat=True)
        rows = rows.filter(code__in=list(codes))
    return rows


def agencies_answering() -> list[AgencyCount]:
    """Return the agencies with public questions, in the order of the city."""
    counts = dict(
        KnowledgeEntry.objects.filter(is_public=True, is_current=True)
        .order_by()
        .values_list("agency")
        .annotate(count=Count("pk"))
    )
    known = Agency.objects.filter(pk__in=counts).order_by("position", "code")
    return [AgencyCount(agency, counts[agency.pk]) for agency in known]


def services_named(codes: Iterable[str]) -> list[Service]:
    """Return the services of these codes that are offered to the public."""
    rows = Service.objects.filter(code__in=list(codes), is_offered=True)
    return list(rows.exclude(current=None).exclude(category="internal"))
