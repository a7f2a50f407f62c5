"""What surveys publish: addresses to visit, visited and complete by village; people counted."""

from collections.abc import Mapping
from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Standing,
    publish,
)
from shizheng.kernel.errors import N_
from shizheng.statistics.models import SurveyAddress, SurveyPerson


def of_village(**others: Dimension) -> Mapping[str, Dimension]:
    """Return by what a survey can be split."""
    return MappingProxyType({
        "district": Dimension("village.parent.code", DimensionKind.AREA),
        "village": Dimension("village.code", DimensionKind.AREA),
        "survey": Dimension("round.code"),
        "agency": Dimension("round.owner.code", DimensionKind.AGENCY),
        **others,
    })  # fmt: skip


SAMPLED = Condition("is_sampled", Comparison.EQUALS, True)
OPENED = Condition("round.opened_at", Comparison.NOT_NULL)
LIVED_IN = Condition("state", Comparison.DIFFERS, "vacant")


def _addresses(
    code: str, name: str, description: str, *where: Condition, since: str = "listed_at"
) -> Measure:
    return Measure(
        code=f"statistics.{code}", name=name, description=description, unit="address",
        table=SurveyAddress, aggregate=COUNT, time=Standing(since, "removed_at"),
        dimensions=of_village(), where=(SAMPLED, OPENED, LIVED_IN, *where),
        synthetic="round.is_synthetic",
    )  # fmt: skip


publish(
    _addresses(
        "survey_addresses", N_("Addresses of a survey"),
        N_("Addresses to be visited at the end of the time, without those where nobody lives."),
    ),
    _addresses(
        "survey_addresses_complete", N_("Addresses that answered"),
        N_("Addresses of a survey that had answered in full by the end of the time."),
        Condition("completed_at", Comparison.NOT_NULL), since="completed_at",
    ),
    Measure(
        code="statistics.survey_people", name=N_("People counted in a survey"),
        description=N_(
            "People of households that count, in the time of the reference date; each once."
        ),
        unit="person", table=SurveyPerson, aggregate=COUNT, time="reference_on",
        dimensions=of_village(
            sex=Dimension("sex"),
            age_band=Dimension("age_band", DimensionKind.PERSON_BAND),
        ),
        where=(Condition("is_counted", Comparison.EQUALS, True),),
        synthetic="is_synthetic",
    ),
)  # fmt: skip
