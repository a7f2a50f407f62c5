"""What a pack says of polls: from how many answers on a share is told."""

from typing import Annotated

from pydantic import Field

from shizheng.packs.schema import Body, Text, Whole, Words, kinds


@kinds.register("poll_rule/1")
class PollRule(Body):
    """A share that rests on fewer answers than this is withheld (樣本過少不予公布)."""

    single = True

    name: Words
    fewest_answers: Annotated[Whole, Field(ge=2, le=1000)]
    source: Text
