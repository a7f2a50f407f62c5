"""The pack's rule of lights: its thresholds, its signs, and who may say something beside it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from shizheng.packs.schema import Body, Finding, Flag, Part, Whole, Words, kinds
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.domain.progress import Thresholds

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class LightLook(Part):
    """How one light looks without colour: a shape and a word."""

    shape: Annotated[str, StringConstraints(min_length=1, max_length=1)]
    word: Words


class Lights(Part):
    """The four lights (燈號)."""

    green: LightLook
    yellow: LightLook
    red: LightLook
    grey: LightLook


Percent = Annotated[Decimal, Field(ge=0, le=1000, max_digits=7, decimal_places=3)]


class GapOf(Part):
    """From which gap on a light is yellow, and from which it is red."""

    yellow: Percent
    red: Percent


class TrendOf(Part):
    """So many periods in a row that grew worse by so many per cent together (趨勢)."""

    periods: Annotated[Whole, Field(ge=2, le=24)]
    percent: Percent


class ProgressOf(Part):
    """How figures are judged against plan, floor and money (進度門檻)."""

    longest_fresh_days: Annotated[Whole, Field(ge=1, le=3660)]
    gap: GapOf
    trend: TrendOf
    money_gap: Percent
    contradiction_gap: Percent

    def thresholds(self) -> Thresholds:
        """Return the thresholds that compute."""
        return Thresholds(
            longest_fresh_days=self.longest_fresh_days,
            gap_yellow=self.gap.yellow,
            gap_red=self.gap.red,
            trend_periods=self.trend.periods,
            trend_percent=self.trend.percent,
            money_gap=self.money_gap,
            contradiction_gap=self.contradiction_gap,
        )


class OverrideOf(Part):
    """Who may say something beside a light, and for how long (人工註記)."""

    two_people: Flag = True
    longest_days: Annotated[Whole, Field(ge=1, le=366)] = 30


class EarlierRuleOf(Part):
    """An earlier version of the rule, kept so that lights can be compared with it."""

    version: Annotated[Whole, Field(ge=1)]
    fresh_days: Annotated[Whole, Field(ge=1, le=3660)]
    warn_days: Annotated[Whole, Field(ge=0, le=3660)]
    progress: ProgressOf | None = None


@kinds.register("light_rule/1")
class LightRuleBody(Body):
    """When a light is green, yellow, red or grey (燈號規則); ``plan.domain.lights`` applies it.

    Without evidence a light is grey. ``fresh_days``: older evidence is stale; ``warn_days``: what
    is due within them and not done is worth attention; ``progress``: how figures are judged, and
    without it they only grow old.
    """

    single = True

    name: Words
    valid_from: date
    source: Words
    fresh_days: Annotated[Whole, Field(ge=1, le=3660)]
    warn_days: Annotated[Whole, Field(ge=0, le=3660)]
    progress: ProgressOf | None = None
    override: OverrideOf = OverrideOf()
    earlier: tuple[EarlierRuleOf, ...] = ()
    lights: Lights

    def rule(self) -> LightRule:
        """Return the rule that computes."""
        return _rule(self.id, self)

    def rules(self) -> dict[int, LightRule]:
        """Return this version and those before it that the pack keeps, by version."""
        return {each.version: _rule(self.id, each) for each in self._every_version}

    @property
    def _every_version(self) -> "tuple[LightRuleBody | EarlierRuleOf, ...]":
        return (*self.earlier, self)

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check the signs of the lights, the thresholds, and the order of versions."""
        looks = {name: getattr(self.lights, name) for name in Lights.model_fields}
        shapes: dict[str, str] = {}
        for name, look in looks.items():
            for said in (look.shape, *look.word.values()):
                if said in shapes:
                    message = f"{said} is the sign of {shapes[said]} already."
                    hint = "Lights must differ without colour."
                    yield Finding(("lights", name), message, "lights", hint)
                shapes[said] = name
        versions = [each.version for each in self._every_version]
        if versions != sorted(set(versions)):
            message = f"versions must rise up to {self.version}, got {versions}."
            yield Finding(("earlier",), message, "earlier")
        for each in self._every_version:
            try:
                _rule(self.id, each)
            except ValueError as error:
                yield Finding(("progress",), f"{error}.", "progress")


def _rule(identifier: str, body: LightRuleBody | EarlierRuleOf) -> LightRule:
    progress = body.progress.thresholds() if body.progress else None
    return LightRule(identifier, body.version, body.fresh_days, body.warn_days, progress)
