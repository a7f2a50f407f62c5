"""What helps while the caller speaks: answers, services and agencies that fit the words so far.

Nothing here is applied by itself: a person chooses, and sees how sure the suggestion is.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Max

from shizheng.core.access import Person
from shizheng.core.models import Agency
from shizheng.kernel.errors import DomainError
from shizheng.services.calls.centre import services_taken
from shizheng.services.learning import store
from shizheng.services.learning.matching import ServiceWords, suggest_services
from shizheng.services.learning.model import Prediction
from shizheng.services.models import KnowledgeEntry, Service
from shizheng.services.versions import definition_by

MODEL_FOLDER, AGENCY_MODEL = "learning", "agency"
MOST_ENTRIES, MOST_SERVICES = 5, 4


@dataclass(frozen=True, slots=True)
class EntryFound:
    """An entry of the knowledge base that may answer the caller."""

    entry: KnowledgeEntry
    percent: int


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """A service that the caller may mean, with the signs that speak for it."""

    service: Service
    percent: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgencyFound:
    """An agency that the words may be for, by what was learnt."""

    agency: Agency
    percent: int
    because: tuple[str, ...]
    is_confident: bool


def entries_found(text: str, *, viewer: Person) -> list[EntryFound]:
    """Return the entries in use that fit the words, the best first."""
    state = KnowledgeEntry.objects.filter(is_current=True).aggregate(
        newest=Max("changed_at"), count=Count("pk")
    )
    words = _entry_words(state["newest"], state["count"])
    found = _suggested(text, words, MOST_ENTRIES)
    seen = KnowledgeEntry.objects.visible_to(viewer).filter(
        is_current=True, code__in=[code for code, _, _ in found]
    )
    rows = {row.code: row for row in seen.select_related("agency")}
    return [EntryFound(rows[code], percent) for code, percent, _ in found if code in rows]


@lru_cache(maxsize=4)
def _entry_words(newest: datetime | None, count: int) -> tuple[ServiceWords, ...]:
    rows = KnowledgeEntry.objects.filter(is_current=True).order_by("code")
    return tuple(
        ServiceWords(
            code=row.code,
            names=tuple(row.question.values()),
            keywords=tuple(row.keywords),
            texts=tuple(row.answer.values()),
        )
        for row in rows
    )


def services_found(text: str) -> list[ServiceFound]:
    """Return the services of the centre that fit the words, the best first."""
    rows = {row.code: row for row in services_taken()}
    words = tuple(_service_words(row) for row in rows.values())
    found = _suggested(text, words, MOST_SERVICES, predicted(text))
    return [ServiceFound(rows[code], percent, because) for code, percent, because in found]


def _service_words(service: Service) -> ServiceWords:
    assert service.current_id is not None  # noqa: S101 - the centre's are offered
    body = definition_by(service.current_id)
    kinds = (
        option.label.values()
        for each in body.fields.values()
        for option in each.options
    )  # fmt: skip
    return ServiceWords(
        code=service.code,
        agency=_usual_agency(service),
        names=tuple(body.name.values()),
        keywords=(*body.keywords, *(text for texts in kinds for text in texts)),
        texts=tuple(body.summary.values()),
    )


def _usual_agency(service: Service) -> str:
    """Return the agency to which the service's last rule of routing leads."""
    assert service.current_id is not None  # noqa: S101 - the centre's are offered
    body = definition_by(service.current_id)
    return str((body.routing[-1].to if body.routing else None) or body.owner)


def _suggested(
    text: str, words: tuple[ServiceWords, ...], limit: int, agencies: Prediction | None = None
) -> list[tuple[str, int, tuple[str, ...]]]:
    if not words:
        return []
    try:
        found = suggest_services(text, words, agencies=agencies, limit=limit)
    except DomainError:  # too few words yet, which is no fault while somebody types
        return []
    return [(one.code, round(one.score * 100), one.because) for one in found]


def predicted(text: str) -> Prediction | None:
    """Return which agencies the words may be for; None where nothing was learnt or can be said."""
    try:
        return store.load(settings.HOME / MODEL_FOLDER, AGENCY_MODEL).model.predict(text)
    except DomainError:
        return None


def agencies_found(text: str) -> list[AgencyFound]:
    """Return the agencies that a text may be for, with how sure the learnt model is."""
    found = predicted(text)
    if found is None:
        return []
    labels = [one.label for one in found.suggestions]
    rows = {row.code: row for row in Agency.objects.filter(code__in=labels)}
    return [
        AgencyFound(rows[one.label], round(one.probability * 100), one.because, found.is_confident)
        for one in found.suggestions
        if one.label in rows
    ]
