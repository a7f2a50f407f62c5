"""What programs send and get about services and cases: names, kinds and an example of each."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

Names = dict[str, str]
NUMBER = "EXC-1090302-0017"


class ServiceOut(Schema):
    """A service of the city (服務)."""

    code: str = Field(..., examples=["road_damage"])
    name: Names
    summary: Names
    category: str
    owner: str
    version: int
    channels: list[str]
    open311: bool
    sign_in: str


class ServiceDetailOut(ServiceOut):
    """A service with what a report needs; ``form`` is the JSON Schema of ``answers``."""

    place: Literal["required", "optional", "none"]
    description: str
    contact: str
    attachments: bool
    how_long: Names
    cost: Names
    form: dict[str, Any]


class PlaceIn(Schema):
    """A place: a point, or an address with the code of its district."""

    longitude: float | None = Field(None, ge=-180, le=180, examples=[120.3127])
    latitude: float | None = Field(None, ge=-90, le=90, examples=[22.6483])
    address: str = Field("", max_length=200)
    district: str = Field("", max_length=20)


class ContactIn(Schema):
    """How the person can be reached."""

    name: str = Field("", max_length=80)
    email: str = Field("", max_length=254, pattern=r"^([^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+)?$")
    phone: str = Field("", max_length=30, pattern=r"^(\+?[0-9()#\- ]{3,30})?$")


class CaseIn(Schema):
    """A report or application; ``answers`` as the form of the service says."""

    service: str = Field(..., max_length=60, examples=["road_damage"])
    answers: dict[str, Any] = Field({}, examples=[{"kind": "pothole"}])
    description: str = Field("", max_length=4_000, examples=["A hole in the middle of the road"])
    place: PlaceIn | None = None
    contact: ContactIn | None = None
    for_another: bool = Field(False, description="Staff: it is somebody else's, not one's own.")


class CaseOpenedOut(Schema):
    """A case that was taken in; ``follow_code`` is shown this once."""

    number: str = Field(..., examples=[NUMBER])
    state: str
    agency: str
    due_at: datetime | None
    follow_code: str


class CaseOut(Schema):
    """A case (案件) in a list; a personal one without its title."""

    number: str = Field(..., examples=[NUMBER])
    service: str
    title: str
    state: str
    state_name: Names
    holder: str
    is_open: bool
    outcome: str
    agency: str
    assignee: str | None
    district: str | None
    village: str | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    is_late: bool
    revision: int


class CasesOut(Schema):
    """A part of a list; ``cursor`` asks for what follows, null at the end."""

    cases: list[CaseOut]
    cursor: str | None


class EventOut(Schema):
    """Something that happened to a case."""

    sequence: int
    at: datetime
    action: str
    from_state: str
    to_state: str
    note: str
    visibility: str


class ActionOut(Schema):
    """What the caller may do now; ``form`` is the list of its fields."""

    action: str
    label: Names
    to: str | None
    two_person: bool
    fields: list[str]


class DocumentOut(Schema):
    """A file of a case; ``path`` is its address on this site."""

    field: str
    version: int
    name: str
    visibility: str
    added_at: datetime
    path: str | None


class ReviewOut(Schema):
    """One agency's part in a joint review (會審)."""

    key: str
    review: str
    agency: str
    round: int
    answer: str
    due_at: datetime | None


class CaseDetailOut(CaseOut):
    """One case; an act must name its ``revision``."""

    version: int
    description: str
    address: str
    longitude: float | None
    latitude: float | None
    answers: dict[str, Any]
    calculated: dict[str, Any]
    events: list[EventOut]
    actions: list[ActionOut]
    reviews: list[ReviewOut]
    documents: list[DocumentOut]


class ActIn(Schema):
    """An act; ``revision`` is that of the case as the caller saw it."""

    action: str = Field(..., max_length=60, examples=["accept"])
    revision: int = Field(..., ge=1, le=1_000_000, examples=[1])
    fields: dict[str, Any] = {}
    answers: dict[str, Any] | None = None
    note: str = Field("", max_length=4_000)


class ActFormIn(Schema):
    """An act that brings a file; ``fields`` is a JSON object, ``field`` where the files belong."""

    action: str = Field(..., max_length=60)
    revision: int = Field(..., ge=1, le=1_000_000)
    field: str = Field("attachment", max_length=60)
    fields: str = Field("{}", max_length=20_000)
    note: str = Field("", max_length=4_000)


class ReviewAnswerIn(Schema):
    """The answer of an agency."""

    answer: Literal["agree", "conditions", "object", "return"]
    opinion: str = Field("", max_length=4_000)
    conditions: str = Field("", max_length=4_000)


class MessageOut(Schema):
    """A message about a case."""

    sent_at: datetime
    visibility: str
    by_office: bool
    text: str


class MessageIn(Schema):
    """A message to the other side, or a note of the office (``internal``)."""

    text: str = Field(..., min_length=1, max_length=4_000)
    visibility: Literal["party", "internal"] = "party"


class ImportRowOut(Schema):
    """What became of one line of a file."""

    line: int
    number: str
    is_known: bool
    code: str
    reason: str


class ImportOut(Schema):
    """What became of a file; without ``kept`` nothing of it was taken in."""

    kept: bool
    opened: int
    known: int
    refused: int
    rows: list[ImportRowOut]


class CasesAsked(Schema):
    """Filters; each left out narrows nothing."""

    service: str = Field("", max_length=60)
    state: str = Field("", max_length=50)
    agency: str = Field("", max_length=50)
    district: str = Field("", max_length=20)
    holder: Literal["", "office", "applicant", "agency", "nobody"] = ""
    is_open: bool | None = None
    is_late: bool | None = None
    assignee: Literal["", "me", "nobody"] = ""
    due_before: datetime | None = None
    opened_after: datetime | None = None
    opened_before: datetime | None = None
    q: str = Field("", max_length=100, description="A number, or words of the title.")
    limit: int = Field(50, ge=1, le=200)
    cursor: str = Field("", max_length=120)


class MeasureOut(Schema):
    """A measure: what it counts, in which unit, and by what it can be split."""

    id: str
    name: dict[str, str]
    meaning: dict[str, str]
    unit: dict[str, str]
    aggregate: Literal["count", "share", "mean", "median", "p90"]
    table: str
    time: str = Field(description="Column by which a row belongs to a month.")
    of: str = Field(description="Id of the count that it is taken of.")
    dimensions: list[str]


class MeasureCellOut(Schema):
    """The value of one group; null where there is none or where it is withheld."""

    code: str
    name: str
    value: float | None
    withheld: bool


class MeasureFiguresOut(Schema):
    """A measure over one year, split one way; small groups are withheld."""

    measure: MeasureOut
    year: int
    by: str
    since: date
    until: date
    as_of: datetime
    is_synthetic: bool
    least_group: int
    cells: list[MeasureCellOut]
    total: MeasureCellOut


class MeasureAsked(Schema):
    """Which year and split; one service, agency or district gives its months."""

    year: str = Field("", max_length=4)
    by: Literal["", "service", "agency", "district", "village", "month"] = ""
    service: str = Field("", max_length=60)
    agency: str = Field("", max_length=60)
    district: str = Field("", max_length=20)
