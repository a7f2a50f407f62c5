"""Forms of a service: pages of fields, each with its kind, conditions and words."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Limit

from shizheng.packs.schema import Flag, Key, Part, Text, Whole, Words
from shizheng.services.schema.common import Condition


class FieldKind(StrEnum):
    """What a field holds (欄位種類)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"  # whole NTD
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    BOOL = "bool"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"
    TABLE = "table"  # repeated rows of columns
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    AREA = "area"  # code of a district or village
    TW_ID = "tw_id"  # 身分證字號
    TW_RESIDENCE = "tw_residence"  # 統一證號
    TW_BUSINESS = "tw_business"  # 統一編號
    TW_PARCEL = "tw_parcel"  # 地號


Prefill = Literal["person.name", "person.email", "person.phone"]
Accept = Literal["pdf", "jpg", "png", "webp", "dwg", "csv", "zip", "mp4"]


class Option(Part):
    """One answer to choose."""

    id: Key
    label: Words
    help: Words | None = None


class Field(Part):
    """One question of a form (欄位).

    ``show_if`` hides it, ``require_if`` demands it, ``compute`` answers it by itself, ``check``
    must be true of an answer or ``message`` is shown. ``personal`` answers are kept apart, masked
    in lists and never public; ``public`` ones stand on the page by number. A file with
    ``versions`` keeps every hand-in and can be marked sheet by sheet.
    """

    id: Key
    kind: FieldKind
    label: Words
    help: Words | None = None
    required: Flag = False
    require_if: Condition | None = None
    show_if: Condition | None = None
    compute: Condition | None = None
    check: Condition | None = None
    message: Words | None = None
    prefill: Prefill | None = None
    personal: Flag = False
    public: Flag = False
    options: tuple[Option, ...] = ()
    options_from: Key | None = None
    columns: tuple["Field", ...] = ()
    min: Annotated[Decimal, Limit(max_digits=16, decimal_places=4)] | None = None
    max: Annotated[Decimal, Limit(max_digits=16, decimal_places=4)] | None = None
    max_length: Annotated[Whole, Limit(ge=1, le=20_000)] | None = None
    max_rows: Annotated[Whole, Limit(ge=1, le=500)] = 50
    accept: tuple[Accept, ...] = ("pdf", "jpg", "png")
    max_files: Annotated[Whole, Limit(ge=1, le=20)] = 1
    max_mb: Annotated[Whole, Limit(ge=1, le=500)] = 20
    versions: Flag = False
    unit: Words | None = None


POWER_OF_ATTORNEY = Field(
    id="power_of_attorney",
    kind=FieldKind.FILE,
    label={"zh-Hant": "委任書", "en": "Power of attorney"},
    personal=True,
    max_files=3,
)
"""Under which the paper of a proxy is kept, whatever the service asks (委任書)."""


class Page(Part):
    """One page of a form: one subject (頁)."""

    id: Key
    title: Words
    help: Words | None = None
    show_if: Condition | None = None
    fields: Annotated[tuple[Field, ...], Limit(min_length=1)]


class Eligibility(Part):
    """A condition that must hold to apply (申請資格); ``reason`` is told where it does not."""

    require: Condition
    reason: Words
    hint: Words | None = None


class Calculation(Part):
    """A value computed from the answers (計算), such as a fee."""

    id: Key
    value: Condition
    label: Words | None = None
    kind: Literal["integer", "decimal", "money", "text", "bool", "date"] = "integer"
    unit: Words | None = None
    public: Flag = False


__all__ = [
    "Accept",
    "Calculation",
    "Eligibility",
    "Field",
    "FieldKind",
    "Option",
    "Page",
    "Text",
]
