"""Tables of digging: permits with what happened on site, money, plans of a year, owners' people."""

from shizheng.places.digging.models.joint import DigPlan, DigProposal, PlannedDig
from shizheng.places.digging.models.permits import DigChange, DigPermit, WorksRecord
from shizheng.places.digging.models.site import DigCharge, OwnerMember, SiteReport

__all__ = [
    "DigChange",
    "DigCharge",
    "DigPermit",
    "DigPlan",
    "DigProposal",
    "OwnerMember",
    "PlannedDig",
    "SiteReport",
    "WorksRecord",
]
