"""What can be reported on the map, and which of it a text is likely about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.definitions import Service as Definition
from shizheng.services.learning import store
from shizheng.services.learning.matching import ServiceWords, suggest_services
from shizheng.services.learning.model import Prediction
from shizheng.services.models import Service
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by

FOLDER, AGENCY_MODEL = "learning", "agency"
"""Where ``shizheng learn`` keeps what it learnt."""
MOST_SUGGESTED = 3
LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be reported at a point (通報項目)."""

    service: Service
    definition: Definition

    @property
    def code(self) -> str:
        """Code of the service."""
        return self.service.code

    @property
    def name(self) -> str:
        """Name in the language of the moment."""
        return in_language(self.definition.name)


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer as the page lists it: chosen or not, and how likely the words make it."""

    offer: Offer
    is_chosen: bool
    percent: int | None = None


def offers() -> list[Offer]:
    """Return what anybody may report at a point, in the order of the pack."""
    known = Service.objects.select_related("owner").exclude(current=None)
    rows = known.filter(is_offered=True, category="report")
    found = (Offer(row, definition_by(row.current_id)) for row in rows if row.current_id)
    return [each for each in found if _is_of_map(each.definition)]


def _is_of_map(definition: Definition) -> bool:
    intake = definition.intake
    at_point = intake.location is not None and "point" in intake.location.geometry
    return at_point and Channel.WEB in intake.channels and intake.sign_in == "optional"


def choices(offered: Sequence[Offer], text: str, chosen: str) -> list[Choice]:
    """Return all offers, those first that the words are likely about; nothing chooses itself."""
    likely = suggested(offered, text)
    order = {code: place for place, code in enumerate(likely)}
    ordered = sorted(offered, key=lambda each: order.get(each.code, len(order)))
    return [Choice(each, each.code == chosen, likely.get(each.code)) for each in ordered]


def suggested(offered: Sequence[Offer], text: str) -> dict[str, int]:
    """Return the likely offers for a text, the best first, each with its share of 100.

    It is a ranking of words, and of agencies where a model was learnt; not a probability.
    """
    if len(text.strip()) < LEAST_WORDS:
        return {}
    words = tuple(_words(each.definition, each.service.owner.code) for each in offered)
    try:
        found = suggest_services(text, words, agencies=_agencies(text), limit=MOST_SUGGESTED)
    except DomainError:
        return {}
    return {one.code: round(100 * one.score) for one in found}


def _words(definition: Definition, agency: str) -> ServiceWords:
    return ServiceWords(
        definition.id,
        agency,
        tuple(definition.name.values()),
        tuple(definition.keywords),
        tuple(definition.summary.values()),
    )


def _agencies(text: str) -> Prediction | None:
    try:
        return store.load(settings.HOME / FOLDER, AGENCY_MODEL).model.predict(text)
    except DomainError:
        return None
