"""Tables of the room."""

from shizheng.sensing.models.alerting import (
    Alert,
    AlertMessage,
    AlertStep,
    Maintenance,
    RuleState,
    Subscription,
    SubscriptionNotice,
    WarningRule,
)
from shizheng.sensing.models.intake import Gateway, IntakeCount, Quarantined
from shizheng.sensing.models.store import Hot, Hourly, Latest, Segment
from shizheng.sensing.models.things import (
    Audience,
    Datastream,
    Entity,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    PartProperty,
    Placed,
    Sensor,
    Thing,
)

__all__ = [
    "Alert",
    "AlertMessage",
    "AlertStep",
    "Audience",
    "Datastream",
    "Entity",
    "FeatureOfInterest",
    "Gateway",
    "HistoricalLocation",
    "Hot",
    "Hourly",
    "IntakeCount",
    "Latest",
    "Location",
    "Maintenance",
    "ObservedProperty",
    "PartProperty",
    "Placed",
    "Quarantined",
    "RuleState",
    "Segment",
    "Sensor",
    "Subscription",
    "SubscriptionNotice",
    "Thing",
    "WarningRule",
]
