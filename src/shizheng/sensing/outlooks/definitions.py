"""What a pack says of reckoned floods: which files, whose model, how sure, and whether it warns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.packs.schema import AgencyRef, Body, Finding, Flag, Text, Whole, Words, kinds
from shizheng.sensing.alerting.definitions import WarningBody

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Millimetres = Annotated[float, Field(ge=0, le=5_000)]


@kinds.register("flood_potential/1")
class FloodPotential(Body):
    """Files with the areas that would stand under water after so much rain (淹水潛勢情境).

    Each file is GeoJSON in longitude and latitude; each of its features has the rain of the
    scenario, a class of depth from 1 and what that class means in metres. ``may_warn`` false: the
    model is too old or too coarse to warn by, and is shown for comparison alone.
    """

    name: Words
    owner: AgencyRef
    rule: Text
    files: Annotated[tuple[Text, ...], Field(min_length=1, max_length=40)]
    rain: Text
    depth_class: Text
    depth: Text
    hours: Annotated[Whole, Field(ge=1, le=240)] = 24
    model_version: Annotated[Text, Field(max_length=120)]
    confidence: Literal["low", "medium", "high"]
    may_warn: Flag
    least_mm: Millimetres = 0
    tide_raises_m: float | None = None
    source: Words

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that the rule is there and is asked of outlooks."""
        rules = {body.id: body for body in pack.bodies(WarningBody)}
        if self.rule not in rules or rules[self.rule].subject != "outlook":
            known = ", ".join(name for name, body in rules.items() if body.subject == "outlook")
            message = f"is no warning rule with `subject: outlook`; known: {known or 'none'}."
            yield Finding(("rule",), message, "rule")
