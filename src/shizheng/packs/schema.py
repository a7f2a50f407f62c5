"""What every kind of definition is made of: bodies, words in two languages, names of other things.

A room adds a kind by a file ``definitions.py``::

    @kinds.register("light_rule/1")
    class LightRule(Body): ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    InstanceOf,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from shizheng.kernel.registry import Registry
from shizheng.packs.problems import Path

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class Words(dict[str, str]):
    """One text in several languages, ``{zh-Hant: 民政局, en: Civil Affairs Bureau}`` (用語)."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Accept a mapping of language to text that is not blank."""
        text = core_schema.str_schema(strip_whitespace=True, min_length=1, max_length=4_000)
        inner = core_schema.dict_schema(core_schema.str_schema(), text, min_length=1)
        return core_schema.no_info_after_validator_function(cls, inner)


class Ref(str):
    """The id of another thing in the pack, checked to exist (參照)."""

    __slots__ = ()
    namespace: ClassVar[str] = ""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Accept text, or a whole number where ids are numbers."""
        text = core_schema.str_schema(min_length=1, max_length=200, coerce_numbers_to_str=True)
        return core_schema.no_info_after_validator_function(cls, text)


class AgencyRef(Ref):
    """Id of an agency (機關)."""

    namespace = "agency"


class DistrictRef(Ref):
    """Code of a district (行政區)."""

    namespace = "district"


class AreaRef(Ref):
    """Code of a district or village (行政區或里)."""

    namespace = "area"


class RoleRef(Ref):
    """Id of a role (角色)."""

    namespace = "role"


class PermissionRef(Ref):
    """Dotted name of a permission that some room provides (權限)."""

    namespace = "permission"


class OutlineRef(Ref):
    """Id of an outline (施政綱要)."""

    namespace = "outline"


class PlanItemRef(Ref):
    """Id of a plan item, chapter-item: ``30-15`` (施政要項)."""

    namespace = "plan_item"


class SystemRef(Ref):
    """Number of a system in the catalogue (系統)."""

    namespace = "system"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file of the pack, named by ``!file``: path below the pack, digest, size in bytes."""

    path: str
    sha256: str
    size: int


def _split(cell: Any) -> Any:
    """Let a table cell hold a list: ``plan;services``."""
    return (
        [part.strip() for part in cell.split(";") if part.strip()]
        if isinstance(cell, str)
        else cell
    )


def _true_or_false(value: Any) -> Any:
    """Accept true and false only; a table cell says them as text."""
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise PydanticCustomError("bool", "must be true or false")
    return value


def _whole(value: Any) -> Any:
    """Refuse true and false where a number stands."""
    if isinstance(value, bool):
        raise PydanticCustomError("int", "must be a whole number")
    return value


LARGEST = 2_147_483_647  # of the tables' whole numbers

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Whole = Annotated[int, BeforeValidator(_whole), Field(ge=-LARGEST, le=LARGEST)]
Position = Annotated[Whole, Field(ge=0)]
Cells = BeforeValidator(_split)
Beside = InstanceOf[FileRef]


class Part(BaseModel):
    """A piece of a definition: closed, unchangeable."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_by_name=False,
        validate_by_alias=True,
        allow_inf_nan=False,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of a kind that is not kept, at ``path`` inside the definition."""

    path: Path
    message: str
    rule: str
    hint: str = ""


class Body(Part):
    """Content of one definition (定義). ``single``: a pack holds at most one of this kind."""

    single: ClassVar[bool] = False
    required: ClassVar[bool] = False

    id: Key
    version: Annotated[Whole, Field(ge=1)] = 1
    plan_items: tuple[PlanItemRef, ...] = ()
    systems: tuple[SystemRef, ...] = ()

    def provides(self) -> Iterable[tuple[str, str]]:
        """Yield (namespace, id) of everything here that others may name."""
        return ()

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Yield every rule over several values that is not kept; examples are run here."""
        yield from ()

    def remarks(self) -> Iterator[str]:
        """Yield what whoever checks the pack should know though it is allowed."""
        yield from ()


class Span(Part):
    """Half-open span of days, ``from <= day < to``."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to <= self.from_:
            raise PydanticCustomError(
                "order",
                "must end after it begins, got {begin} to {end}",
                {"begin": str(self.from_), "end": str(self.to)},
            )
        return self


kinds: Registry[type[Body]] = Registry("kinds of definition")
