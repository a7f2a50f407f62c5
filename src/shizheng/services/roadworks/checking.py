"""Checks that what digging asks of the service of its permits is there (案件動作檢查)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shizheng.packs.schema import Finding
from shizheng.places.digging.definitions import DiggingBody
from shizheng.services.schema.common import SYSTEM

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack
    from shizheng.services.definitions import Service


def following_findings(service: "Service", pack: "Pack") -> Iterator[Finding]:
    """Yield the actions that the rules of digging name and the system cannot take."""
    for body in pack.bodies(DiggingBody):
        if body.cases is None or body.cases.service != service.id:
            continue
        for state, name in body.cases.on.items():
            action = service.actions.get(name)
            if action is None:
                message = f"digging takes “{name}” when a permit is {state}, and there is none."
                yield Finding(("actions",), message, "cases")
            elif SYSTEM not in action.by:
                message = "digging lets the system take it: name `system`."
                yield Finding(("actions", name, "by"), message, "cases")
