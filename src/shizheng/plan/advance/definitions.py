"""The pack's rule of advance reviews: from which cost on, by which criteria, with which mark."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Span, Whole, Words, kinds
from shizheng.plan.evaluation.definitions import CriterionOf
from shizheng.plan.evaluation.domain.scoring import weights_wrong

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


@kinds.register("advance_rule/1")
class AdvanceRule(Body):
    """When a project needs an advance review, and how it passes (先期作業審查規則).

    ``threshold_twd``: a project that costs as much or more may enter the budget only after it
    passed. ``midterm``: the mid-term plan that projects serve.
    """

    single = True

    source: Words
    control: AgencyRef
    threshold_twd: Annotated[Whole, Field(ge=1)]
    pass_mark: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
    least_reviews: Annotated[Whole, Field(ge=1, le=50)] = 2
    midterm: Span
    criteria: Annotated[tuple[CriterionOf, ...], Field(min_length=1, max_length=12)]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check the weights."""
        if wrong := weights_wrong(self.criteria):
            yield Finding(("criteria",), wrong, "criteria")
