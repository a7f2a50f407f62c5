"""A pack that was read: its definitions, each pinned to its place, version and digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.files import read_bytes
from shizheng.packs.problems import Path as ValuePath
from shizheng.packs.problems import Place
from shizheng.packs.schema import Body, FileRef

Kind = TypeVar("Kind", bound=Body)


class DefinitionMissing(DomainError):
    """The pack holds no such definition (缺少定義)."""

    code = "packs.definition_missing"
    message = N_("The pack {pack} holds no single definition of the kind {kind}; it holds {count}.")
    hint = N_("Add the definition to the pack, or name the one you mean.")


def digest(schema: str, body: Mapping[str, Any]) -> str:
    """Return the sha256 of a definition's content: canonical JSON of schema and body."""
    canonical = json.dumps(
        {"schema": schema, **body}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Definition:
    """One definition of a pack (定義).

    ``kind`` is the name without the schema number; ``body`` is the content as JSON values, without
    defaults, and ``digest`` its sha256.
    """

    kind: str
    schema: str
    model: Body
    file: str
    line: int
    places: Mapping[ValuePath, Place]

    @property
    def id(self) -> str:
        """Id, unique in its kind."""
        return self.model.id

    @property
    def version(self) -> int:
        """Version, 1 or more."""
        return self.model.version

    @cached_property
    def body(self) -> dict[str, Any]:
        """Content as JSON values, without defaults."""
        content: dict[str, Any] = self.model.model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
        return content

    @cached_property
    def digest(self) -> str:
        """Digest of schema and content."""
        return digest(self.schema, self.body)

    def place(self, path: ValuePath) -> Place:
        """Return the place of ``path`` or of the nearest value around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, Place(self.file, self.line))


@dataclass(frozen=True)
class Pack:
    """Everything that one city is, as data (設定包)."""

    root: Path
    all: tuple[Definition, ...]

    def definitions(self, kind: str) -> tuple[Definition, ...]:
        """Return the definitions of one kind, in the order of their files."""
        return tuple(each for each in self.all if each.kind == kind)

    def one(self, kind: str) -> Definition:
        """Return the only definition of a kind.

        Raises:
            DefinitionMissing: there is none, or there are several.
        """
        found = self.definitions(kind)
        if len(found) != 1:
            raise DefinitionMissing(pack=self.root.name, kind=kind, count=len(found))
        return found[0]

    def bodies(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Return the contents of one kind, typed: ``pack.bodies(Role)``."""
        return tuple(each.model for each in self.all if isinstance(each.model, kind))

    def body(self, kind: type[Kind]) -> Kind:
        """Return the only content of a kind, typed: ``pack.body(Manifest)``.

        Raises:
            DefinitionMissing: there is none, or there are several.
        """
        found = self.bodies(kind)
        if len(found) != 1:
            raise DefinitionMissing(pack=self.root.name, kind=kind.__name__, count=len(found))
        return found[0]

    def read(self, ref: FileRef) -> bytes:
        """Return the content of a companion file (``!file``)."""
        return read_bytes(self.root / ref.path, "file")
