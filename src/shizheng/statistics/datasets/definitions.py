"""What a pack says of a file of others that it can take in as a dataset."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shizheng.kernel.errors import DomainError
from shizheng.packs.schema import AgencyRef, Body, Finding, Flag, Part, Text, Words, kinds
from shizheng.places.definitions import RegisterBody, RegisterRef
from shizheng.statistics.datasets.domain.catalogue import LICENCES, THEMES, checked_code
from shizheng.statistics.datasets.domain.lateness import Frequency

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class ColumnOf(Part):
    """A column of the file: its meaning, unit, and how it is read where that is not found.

    ``missing`` is what stands for no value; where ``codes`` are given (碼簿), no other may stand.
    """

    name: Text
    meaning: Words
    unit: Text | None = None
    reading: (
        Literal[
            "text", "integer", "decimal", "grouped", "float", "boolean", "iso_date", "roc_date",
            "compact_date", "roc_compact_date", "excel_date", "datetime", "offset_datetime",
            "month",
        ]
        | None
    ) = None  # fmt: skip
    required: Flag = False
    missing: tuple[Text, ...] = ()
    codes: dict[Text, Words] = Field(default_factory=dict)


@kinds.register("import_map/1")
class ImportMap(Body):
    """A file of others that can be taken in as a dataset (匯入對照): names, licence, columns."""

    code: Text
    file: Text
    owner: AgencyRef
    title: Words
    description: Words
    keywords: Words | None = None
    theme: Text
    licence: Text
    frequency: Literal[
        "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL_2", "ANNUAL", "IRREG", "NEVER"
    ] = Frequency.NEVER.value
    contact: Text | None = None
    source: Words
    source_url: Text | None = None
    encoding: Literal["utf-8", "big5", "utf-16-le", "utf-16-be"] | None = None
    key: tuple[Text, ...] = ()
    columns: Annotated[tuple[ColumnOf, ...], Field(min_length=1)]

    def findings(self, pack: object) -> Iterator[Finding]:
        """Check code, theme, licence, and that the key is among the columns."""
        yield from _catalogued(self.code, self.theme, self.licence)
        names = [column.name for column in self.columns]
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Finding(("columns", place, "name"), f"“{name}” is there twice.", "column")
        for place, name in enumerate(self.key):
            if name not in names:
                yield Finding(("key", place), f"no column is called “{name}”.", "key")


@kinds.register("register_dataset/1")
class RegisterDataset(Body):
    """A register that is open data (登記簿資料集): every day, as everybody may see it.

    Title, description and columns are those of the register.
    """

    register_: RegisterRef = Field(alias="register")
    code: Text
    keywords: Words
    theme: Text
    licence: Text

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check code, theme and licence, and that everybody may read the register."""
        yield from _catalogued(self.code, self.theme, self.licence)
        for register in pack.bodies(RegisterBody):
            if register.id == self.register_ and register.seen_by != "public":
                yield Finding(("register",), "is not for everybody.", "audience")


def _catalogued(code: str, theme: str, licence: str) -> Iterator[Finding]:
    try:
        checked_code(code)
    except DomainError as refusal:
        yield Finding(("code",), str(refusal), "code")
    for name, value, known in (("theme", theme, THEMES), ("licence", licence, LICENCES)):
        if value not in known:
            yield Finding((name,), f"must be one of {', '.join(known)}.", name)
