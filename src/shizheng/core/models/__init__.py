"""Tables that every room needs."""

from shizheng.core.models.agency import Agency, AgencyPeriod
from shizheng.core.models.area import Area
from shizheng.core.models.city import City, PublishedDefinition
from shizheng.core.models.file import Attachment, StoredFile
from shizheng.core.models.job import Heartbeat, Job
from shizheng.core.models.journal import (
    JournalEntry,
    JournalHead,
    JournalPersonal,
    JournalVerification,
)
from shizheng.core.models.outbox import Delivery, OutboxEvent, Webhook
from shizheng.core.models.person import Role, RoleGrant, User
from shizheng.core.models.request import KeptAnswer, RateCount
from shizheng.core.models.text import TextEntry
from shizheng.core.models.token import AccessToken

__all__ = [
    "AccessToken",
    "Agency",
    "AgencyPeriod",
    "Area",
    "Attachment",
    "City",
    "Delivery",
    "Heartbeat",
    "Job",
    "JournalEntry",
    "JournalHead",
    "JournalPersonal",
    "JournalVerification",
    "KeptAnswer",
    "OutboxEvent",
    "PublishedDefinition",
    "RateCount",
    "Role",
    "RoleGrant",
    "StoredFile",
    "TextEntry",
    "User",
    "Webhook",
]
