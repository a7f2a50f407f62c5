"""Tables that every room needs."""

from shizheng.core.models.agency import Agency, AgencyPeriod
from shizheng.core.models.area import Area
from shizheng.core.models.city import City, PublishedDefinition
from shizheng.core.models.person import Role, RoleGrant, User

__all__ = [
    "Agency",
    "AgencyPeriod",
    "Area",
    "City",
    "PublishedDefinition",
    "Role",
    "RoleGrant",
    "User",
]
