"""The pack's part of evaluations: types of rounds with their criteria, and the list of faults."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Key, Part, Whole, Words, kinds
from shizheng.plan.evaluation.domain.scoring import weights_wrong
from shizheng.plan.works.definitions import FaultCode

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Percent = Annotated[Whole, Field(ge=1, le=100)]
Days = Annotated[Whole, Field(ge=1, le=366)]


class CriterionOf(Part):
    """A criterion and its weight in per cent of the total (考核項目及配分)."""

    code: Key
    name: Words
    weight: Percent


@kinds.register("evaluation_type/1")
class EvaluationType(Body):
    """A type of evaluation round (考核類別): who is reviewed, who runs it, by which criteria.

    ``agencies``: who may be reviewed; none means every agency but the control unit. Reviewers are
    named when a round opens, and none of them scores an agency of his own. ``least_reviews``: with
    fewer an agency gets no rank. ``self_days``, ``review_days``: days from the opening.
    """

    name: Words
    source: Words
    control: AgencyRef
    agencies: tuple[AgencyRef, ...] = ()
    least_reviews: Annotated[Whole, Field(ge=1, le=50)] = 2
    self_days: Days = 30
    review_days: Days = 60
    criteria: Annotated[tuple[CriterionOf, ...], Field(min_length=1, max_length=12)]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check the weights, the days, and that nobody controls himself."""
        if wrong := weights_wrong(self.criteria):
            yield Finding(("criteria",), wrong, "criteria")
        if self.review_days <= self.self_days:
            message = f"must be after {self.self_days}, got {self.review_days}."
            yield Finding(("review_days",), message, "review_days")
        if self.control in self.agencies:
            message = f"“{self.control}” runs the round and cannot be reviewed in it."
            yield Finding(("agencies",), message, "agencies")


class ControlFaultOf(Part):
    """An entry of the list of faults (缺失代碼)."""

    code: FaultCode
    name: Words


@kinds.register("control_rule/1")
class ControlRule(Body):
    """How findings of evaluation, internal control and audit are corrected (內部控制缺失改善規則).

    ``correction_days``: working days from the finding; a refused correction gets them again.
    """

    single = True

    source: Words
    control: AgencyRef
    correction_days: Days
    faults: Annotated[tuple[ControlFaultOf, ...], Field(min_length=1)]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that codes stand once."""
        seen: set[str] = set()
        for index, fault in enumerate(self.faults):
            if fault.code in seen:
                message = f"“{fault.code}” stands twice."
                yield Finding(("faults", index, "code"), message, "faults")
            seen.add(fault.code)
