"""Tables of the room: registers, their things, what is true of each when, and since when we know.

A row of ``Feature`` says what held of a thing over a span of days, and over which span of time
the city believed it. Rows are never changed but for the moment at which the belief ended.
"""

from shizheng.places.digging.models import (
    DigChange,
    DigCharge,
    DigPermit,
    DigPlan,
    DigProposal,
    OwnerMember,
    PlannedDig,
    SiteReport,
    WorksRecord,
)
from shizheng.places.models.booking import (
    Bookable,
    Booking,
    Closure,
    GroupMember,
    SlotTally,
    Waiting,
)
from shizheng.places.models.feature import Feature, Relation
from shizheng.places.models.importing import ImportRow, ImportRun
from shizheng.places.models.layer import LayerVersion
from shizheng.places.models.proposal import Proposal
from shizheng.places.models.register import Register, Thing
from shizheng.places.models.tally import RegisterTally
from shizheng.places.noticing.models import ThingNotice
from shizheng.places.pipelines.models import LeakNotice, LeakReport
from shizheng.places.roads.models import RoadDefect
from shizheng.places.tenure.models import (
    AccountingFigure,
    LandEnquiry,
    Lease,
    Occupation,
    PropertyEntry,
    PropertyItem,
    RentDue,
    SaleHousehold,
    SaleNotice,
    Space,
    SpaceApplication,
    SpaceUse,
    StockFinding,
    StockRound,
)
from shizheng.places.upkeep.models.crews import Crew, CrewMember, CrewShift
from shizheng.places.upkeep.models.orders import (
    Escalation,
    FaultReport,
    RescueSheet,
    SparePart,
    StockMove,
    WorkOrder,
)
from shizheng.places.upkeep.models.rounds import (
    CheckDue,
    Inspection,
    RoundList,
    RoundStop,
    Upkeep,
)

__all__ = [
    "AccountingFigure",
    "Bookable",
    "Booking",
    "CheckDue",
    "Closure",
    "Crew",
    "CrewMember",
    "CrewShift",
    "DigChange",
    "DigCharge",
    "DigPermit",
    "DigPlan",
    "DigProposal",
    "Escalation",
    "FaultReport",
    "Feature",
    "GroupMember",
    "ImportRow",
    "ImportRun",
    "Inspection",
    "LandEnquiry",
    "LayerVersion",
    "LeakNotice",
    "LeakReport",
    "Lease",
    "Occupation",
    "OwnerMember",
    "PlannedDig",
    "PropertyEntry",
    "PropertyItem",
    "Proposal",
    "Register",
    "RegisterTally",
    "Relation",
    "RentDue",
    "RescueSheet",
    "RoadDefect",
    "RoundList",
    "RoundStop",
    "SaleHousehold",
    "SaleNotice",
    "SiteReport",
    "SlotTally",
    "Space",
    "SpaceApplication",
    "SpaceUse",
    "SparePart",
    "StockFinding",
    "StockMove",
    "StockRound",
    "Thing",
    "ThingNotice",
    "Upkeep",
    "Waiting",
    "WorkOrder",
    "WorksRecord",
]
