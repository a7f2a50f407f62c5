"""Tables of figures: indicators and their vintages; datasets; polls; surveys."""

from shizheng.statistics.models.dataset import Dataset, DatasetColumn, DatasetVersion
from shizheng.statistics.models.indicator import EnteredFigure, Figure, Indicator, Vintage
from shizheng.statistics.models.personal import (
    DataConsent,
    DataCopy,
    DataRequest,
    DataUse,
    Takeout,
)
from shizheng.statistics.models.poll import PeerFigure, Poll, PollResult
from shizheng.statistics.models.survey import (
    MaskedRow,
    SurveyAddress,
    SurveyArea,
    SurveyAssignment,
    SurveyDuplicate,
    SurveyPerson,
    SurveyRecord,
    SurveyRound,
    SurveyTotal,
)

__all__ = [
    "DataConsent",
    "DataCopy",
    "DataRequest",
    "DataUse",
    "Dataset",
    "DatasetColumn",
    "DatasetVersion",
    "EnteredFigure",
    "Figure",
    "Indicator",
    "MaskedRow",
    "PeerFigure",
    "Poll",
    "PollResult",
    "SurveyAddress",
    "SurveyArea",
    "SurveyAssignment",
    "SurveyDuplicate",
    "SurveyPerson",
    "SurveyRecord",
    "SurveyRound",
    "SurveyTotal",
    "Takeout",
    "Vintage",
]
