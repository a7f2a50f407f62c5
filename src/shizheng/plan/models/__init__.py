"""Tables of the plan."""

from shizheng.plan.models.register import (
    Annotation,
    Chapter,
    Commitment,
    Edition,
    Item,
    Light,
    Milestone,
    Plan,
    System,
    Target,
)

__all__ = [
    "Annotation",
    "Chapter",
    "Commitment",
    "Edition",
    "Item",
    "Light",
    "Milestone",
    "Plan",
    "System",
    "Target",
]
