"""What a pack says of personal data: how long copies wait and answered requests are kept."""

from typing import Annotated

from pydantic import Field

from shizheng.packs.schema import Body, Text, Whole, Words, kinds


@kinds.register("personal_rule/1")
class PersonalRule(Body):
    """For how long the personal data service keeps what it makes itself (保存期限)."""

    single = True

    name: Words
    copy_hours: Annotated[Whole, Field(ge=1, le=24 * 30)]
    request_years: Annotated[Whole, Field(ge=1, le=50)]
    source: Text
