"""What a pack says of files with what happened: which columns hold when and where."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shizheng.packs.schema import Body, Text, Words, kinds


@kinds.register("incident_import/1")
class IncidentImport(Body):
    """A file of what really happened (災情匯入對照), by which warning rules are judged.

    ``only`` keeps rows whose column has one of these values, ``without`` drops them; ``not_on``
    are days of exercises.
    """

    name: Words
    source: Words
    file: Text
    key: Text
    time: Text
    zone: Literal["UTC", "Asia/Taipei"]
    ended: Text | None = None
    value: Text | None = None
    longitude: Text
    latitude: Text
    place: Text
    only: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    without: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    not_on: tuple[Text, ...] = ()
