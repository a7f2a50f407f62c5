"""Checks that what upkeep asks of a service when a repair ends is there (結案動作檢查)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shizheng.packs.schema import Finding
from shizheng.places.upkeep.definitions import UpkeepBody
from shizheng.services.schema.common import SYSTEM

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack
    from shizheng.services.definitions import Service


def closing_findings(service: "Service", pack: "Pack") -> Iterator[Finding]:
    """Yield the actions that an upkeep names and the system cannot take on a case of a service."""
    for upkeep in pack.bodies(UpkeepBody):
        for rule in upkeep.reports:
            if rule.service != service.id or rule.closes is None:
                continue
            for name in filter(None, (rule.closes.verified, rule.closes.cancelled)):
                action = service.actions.get(name)
                if action is None:
                    message = f"the upkeep “{upkeep.id}” closes cases by “{name}”, which is none."
                    yield Finding(("actions",), message, "closes")
                elif SYSTEM not in action.by:
                    message = f"the upkeep “{upkeep.id}” lets the system take it: name `system`."
                    yield Finding(("actions", name, "by"), message, "closes")
