"""What a visitor can do here, and finding it: services by use, questions that are answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shizheng.core import search
from shizheng.core.access import works_for_city
from shizheng.core.addresses import address_of
from shizheng.core.search import Hit
from shizheng.core.visibility import Person
from shizheng.core.words import in_language, language_tag
from shizheng.services.definitions import Service as Definition
from shizheng.services.learning.errors import TextWithoutWords
from shizheng.services.learning.matching import ServiceWords, suggest_services
from shizheng.services.models import KnowledgeEntry, Service
from shizheng.services.searchable import QUESTION, SERVICE
from shizheng.services.versions import definition_by

INTERNAL = "internal"
MOST_FOUND = 12
MOST_RELATED = 8
USES: Mapping[str, Promise] = {
    "report": _("Report something in the street"),
    "apply": _("Apply for something"),
    "book": _("Book something"),
    "ask": _("Ask"),
    "complain": _("Complain or petition"),
    INTERNAL: _("For the office"),
}
"""Categories in the words of those who come, in the order in which they come most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as a list shows it."""

    code: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    address: str


@dataclass(frozen=True, slots=True)
class Use:
    """Services for one use."""

    key: str
    title: Promise
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found for some words: services, and questions with their answers."""

    services: Sequence[Offer]
    questions: Sequence[tuple[Hit, str]]

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.services) + len(self.questions)


def services_offered(*, viewer: Person) -> list[tuple[Service, Definition]]:
    """Return the services on offer in the order of the pack; the office's own for the office."""
    rows = Service.objects.visible_to(viewer).filter(is_offered=True).exclude(current=None)
    if not works_for_city(viewer):
        rows = rows.exclude(category=INTERNAL)
    return [(row, definition_by(row.current_id)) for row in rows.order_by("position", "code")]


def services_by_use(*, viewer: Person) -> list[Use]:
    """Return the services on offer by what they are for."""
    found: dict[str, list[Offer]] = {}
    for row, definition in services_offered(viewer=viewer):
        found.setdefault(row.category, []).append(_offer(row.code, definition))
    return [Use(key, title, found[key]) for key, title in USES.items() if key in found]


def _offer(code: str, definition: Definition) -> Offer:
    address = reverse("services:service", args=[code])
    return Offer(code, definition.name, definition.summary, address)


def services_found(query: str, *, viewer: Person) -> Matches:
    """Return services and answered questions for what somebody typed, the likeliest first.

    Every word found comes before what only sounds alike.

    Raises:
        QueryTooLong: more than search looks for.
    """
    offered = {row.code: definition for row, definition in services_offered(viewer=viewer)}
    found = search.find(
        query, viewer=viewer, kinds_wanted=(SERVICE, QUESTION), languages=[language_tag()]
    )
    codes = [hit.key for hit in found.hits if hit.kind == SERVICE]
    codes += _alike(query, offered)
    services = [_offer(code, offered[code]) for code in dict.fromkeys(codes) if code in offered]
    questions = [
        (hit, address_of(hit.path.lstrip("/")) or hit.path)
        for hit in found.hits
        if hit.kind == QUESTION
    ]
    return Matches(services[:MOST_FOUND], questions[:MOST_FOUND])


def _alike(query: str, offered: Mapping[str, Definition]) -> list[str]:
    words = [words_of(code, definition) for code, definition in offered.items()]
    try:
        return [found.code for found in suggest_services(query, words)]
    except TextWithoutWords:
        return []


def words_of(code: str, definition: Definition) -> ServiceWords:
    """Return what a service says of itself, for suggestions."""
    return ServiceWords(
        code,
        agency=str(definition.owner),
        names=tuple(definition.name.values()),
        keywords=definition.keywords,
        texts=tuple(definition.summary.values()),
    )


def questions_about(code: str) -> Iterator[tuple[str, str]]:
    """Yield (question, address) of public questions about a service."""
    rows = (
        KnowledgeEntry.objects.filter(is_current=True, is_public=True)
        .annotate(named=Cast("services", TextField()))
        .filter(named__contains=f'"{code}"')
        .order_by("-use_count", "code")
    )
    for row in rows[:MOST_RELATED]:
        path = address_of(f"questions/{row.code}/")
        if path:
            yield in_language(row.question), path
