"""What a pack says of the sensors of its demonstration; every post and reading is invented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    DistrictRef,
    Finding,
    Flag,
    Key,
    Part,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import RegisterRef
from shizheng.sensing.definitions import Number, ObservedPropertyRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class SeriesOf(Part):
    """What a post observes (觀測序列): its course, about which value and by how much it moves."""

    property: ObservedPropertyRef
    course: Literal["flood", "rain", "air", "daily", "season", "sun", "constant"]
    every_minutes: Annotated[Whole, Field(ge=5, le=1_440)]
    days: Annotated[Whole, Field(ge=1, le=120)]
    around: Number = 0
    swing: Number = 0
    decimals: Annotated[Whole, Field(ge=0, le=4)] = 1


class PostsOf(Part):
    """Invented posts (虛構測站): so many in each of some districts.

    ``name`` may say ``{district}`` and ``{number}``.
    """

    name: Text
    owner: AgencyRef
    districts: Annotated[tuple[DistrictRef, ...], Field(min_length=1)]
    each: Annotated[Whole, Field(ge=1, le=6)] = 1
    series: Annotated[tuple[SeriesOf, ...], Field(min_length=1)]


class ThingOf(Part):
    """An invented thing of a register (虛構設施), and what is observed at it.

    ``site``: the post says in the property ``site`` which thing it belongs to.
    """

    register_: Annotated[RegisterRef, Field(alias="register")]
    key: Text
    district: DistrictRef
    values: dict[Key, Text]
    owner: AgencyRef | None = None
    name: Text | None = None
    series: tuple[SeriesOf, ...] = ()
    has_still: Flag = False


@kinds.register("demo_sensors/1")
class DemoSensors(Body):
    """Sensors of a demonstration (示範感測網): all of them invented, and they go on sending."""

    single = True

    synthetic: Literal[True]
    storm_days_ago: Annotated[Whole, Field(ge=1, le=60)]
    still: Words
    posts: tuple[PostsOf, ...] = ()
    things: tuple[ThingOf, ...] = ()

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check that things with series say whose and what they are."""
        for place, posts in enumerate(self.posts):
            try:
                posts.name.format(district="", number=1)
            except (LookupError, ValueError):
                message = "may say {district} and {number}, and nothing else in braces."
                yield Finding(("posts", place, "name"), message, "name")
        for place, each in enumerate(self.things):
            if each.series and not (each.owner and each.name):
                message = "needs owner and name, as it observes something."
                yield Finding(("things", place, "series"), message, "whose")
