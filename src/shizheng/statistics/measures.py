"""What figures tell of themselves: polls that were published, indicators that have figures."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    count_distinct,
    publish,
)
from shizheng.kernel.errors import N_
from shizheng.statistics.models import Poll, Vintage

publish(
    Measure(
        code="statistics.polls_published",
        name=N_("Polls published"),
        description=N_(
            "Polls of the city signed off in the period; a correction of one is no other poll."
        ),
        unit="poll",
        table=Poll,
        aggregate=COUNT,
        time="signed_at",
        dimensions=MappingProxyType({"agency": Dimension("agency.code", DimensionKind.AGENCY)}),
        where=(
            Condition("signed_at", Comparison.NOT_NULL),
            Condition("is_media", Comparison.EQUALS, False),
            Condition("version", Comparison.EQUALS, 1),
        ),
        synthetic="is_synthetic",
    ),
    Measure(
        code="statistics.indicators_released",
        name=N_("Indicators with figures released"),
        description=N_("Public indicators of which figures were released in the period."),
        unit="indicator",
        table=Vintage,
        aggregate=count_distinct("indicator.code"),
        time="released_at",
        dimensions=MappingProxyType(
            {"owner": Dimension("indicator.owner.code", DimensionKind.AGENCY)}
        ),
        where=(
            Condition("indicator.is_kept", Comparison.EQUALS, True),
            Condition("indicator.is_public", Comparison.EQUALS, True),
        ),
        synthetic="is_synthetic",
    ),
)
