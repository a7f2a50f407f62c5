"""Tables of the case engine.

``PERSONAL`` names the fields of a row that retention empties with every case (個資欄位); ``WORDS``
those in which the office writes freely, which go with a case of class ``personal``.
"""

from shizheng.services.models.case import (
    AnswerSet,
    Case,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseMessage,
    CaseParty,
    CaseSeries,
    CaseStanding,
    Confirmation,
    Draft,
    SheetMark,
)
from shizheng.services.models.centre import Call, KnowledgeEntry, ReplyTemplate, SavedView
from shizheng.services.models.clock import CaseClock
from shizheng.services.models.desk import BulkAct
from shizheng.services.models.duty import Dispatch, DutyFeed
from shizheng.services.models.interface import ClientKey, ImportedRow
from shizheng.services.models.master import Booking, CaseStep, PlaceRegister
from shizheng.services.models.notice import Notice
from shizheng.services.models.output import Output, OutputSeries
from shizheng.services.models.payment import (
    Charge,
    Payment,
    PracticePayment,
    PracticeRefund,
    Refund,
)
from shizheng.services.models.review import Review
from shizheng.services.models.service import (
    MigrationReport,
    PackFile,
    Service,
    ServiceVersion,
    Zone,
)
from shizheng.services.models.village import VillageProfile, VillageRecord, VillageReport

__all__ = [
    "AnswerSet",
    "Booking",
    "BulkAct",
    "Call",
    "Case",
    "CaseClock",
    "CaseDocument",
    "CaseEvent",
    "CaseLink",
    "CaseMessage",
    "CaseParty",
    "CaseSeries",
    "CaseStanding",
    "CaseStep",
    "Charge",
    "ClientKey",
    "Confirmation",
    "Dispatch",
    "Draft",
    "DutyFeed",
    "ImportedRow",
    "KnowledgeEntry",
    "MigrationReport",
    "Notice",
    "Output",
    "OutputSeries",
    "PackFile",
    "Payment",
    "PlaceRegister",
    "PracticePayment",
    "PracticeRefund",
    "Refund",
    "ReplyTemplate",
    "Review",
    "SavedView",
    "Service",
    "ServiceVersion",
    "SheetMark",
    "VillageProfile",
    "VillageRecord",
    "VillageReport",
    "Zone",
]
