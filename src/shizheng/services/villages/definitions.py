"""The demonstration's villages as a pack gives them: invented, and marked as such."""

from typing import Annotated, Literal

from pydantic import Field as Limit

from shizheng.packs.schema import (
    AreaRef,
    Body,
    Flag,
    Key,
    Part,
    RoleRef,
    Text,
    Whole,
    Words,
    kinds,
)


class DemoRecord(Part):
    """An invented record of a village (示範里政紀錄); ``days_ago`` counts from today."""

    kind: Literal["notice", "meeting", "expense", "work"]
    title: Text
    text: Text | None = None
    days_ago: Annotated[Whole, Limit(ge=0, le=3_650)] = 0
    amount: Annotated[Whole, Limit(ge=1)] | None = None
    is_public: Flag = True


class DemoVillage(Part):
    """An invented profile of a village, its records, and its chief's account (示範里)."""

    area: AreaRef
    chief: Key
    role: RoleRef
    chief_name: Words
    office_address: Text
    activity_centre: Text
    records: tuple[DemoRecord, ...] = ()


@kinds.register("demo_villages/1")
class DemoVillages(Body):
    """Villages of the demonstration (示範里); chiefs, addresses and records are invented."""

    single = True

    synthetic: Literal[True]
    villages: Annotated[tuple[DemoVillage, ...], Limit(min_length=1)]
