"""Reads a pack folder into typed definitions, and collects everything that is wrong on the way."""

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

import shizheng
from shizheng.kernel.registry import Registry
from shizheng.packs import files, validation
from shizheng.packs.pack import Definition, Pack
from shizheng.packs.problems import Path as ValuePath
from shizheng.packs.problems import Place, Problem, problem_at, suggestion
from shizheng.packs.schema import Body, FileRef, kinds
from shizheng.packs.tables import read_table
from shizheng.packs.tree import Companion, Document, read_documents

Kinds = Registry[type[Body]]


def every_kind() -> Kinds:
    """Import the kinds of this room and each ``definitions.py`` of the others; return them all."""
    for kind in ("agency", "area", "calendar", "pack", "role"):
        importlib.import_module(f"shizheng.packs.kinds.{kind}")
    for _ in _modules("definitions"):
        pass
    return kinds


def every_permission() -> frozenset[str]:
    """Return the names that every ``permissions.py`` of a room holds."""
    names: set[str] = set()
    for module in _modules("permissions"):
        names |= set(getattr(module, "permissions", ()))
    return frozenset(names)


def _modules(name: str) -> Iterator[ModuleType]:
    """Import and yield every module called ``name`` in a room or in a package of one."""
    for folder in map(Path, shizheng.__path__):
        for file in sorted(folder.glob(f"*/**/{name}.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            yield importlib.import_module(".".join(("shizheng", *parts)))


def read(path: Path, known: Kinds | None = None) -> tuple[Pack, list[Problem]]:
    """Return the definitions that could be read, and the problems of those that could not.

    Raises:
        PackUnreadable: there is no such folder, or no pack in it.
    """
    known = every_kind() if known is None else known
    root = files.pack_root(path)
    reader = _Reader(root, known)
    definitions = tuple(reader.definitions())
    return Pack(root, definitions), reader.problems


def read_file(
    file: Path, root: Path, known: Kinds | None = None
) -> tuple[tuple[Definition, ...], list[Problem]]:
    """Return the definitions of one file, and what is wrong with those that could not be read.

    Args:
        root: the folder inside which its companions (``!file``, ``!table``) may stand.
    """
    reader = _Reader(root, every_kind() if known is None else known)
    return tuple(reader.file(file)), reader.problems


class _Reader:
    """Reads the files of one pack, one after the other."""

    def __init__(self, root: Path, known: Kinds) -> None:
        self.root = root
        self.known = known
        self.problems: list[Problem] = []

    def definitions(self) -> Iterator[Definition]:
        """Yield every definition that keeps its schema."""
        try:
            for file in files.definition_files(self.root):
                yield from self.file(file)
        except files.Unreadable as error:
            self.problems.append(error.problem)

    def file(self, file: Path) -> Iterator[Definition]:
        """Yield every definition of one file that keeps its schema."""
        if file.suffix == ".yml":
            message = "ends in .yml; definitions end in .yaml."
            self._refuse(Place(str(file)), (), message, "pack.file.name", "Rename the file.")
            return
        try:
            text = files.read_text(file, "definition")
        except files.Unreadable as error:
            self.problems.append(error.problem)
            return
        documents, problems = read_documents(text, str(file))
        self.problems += problems
        if problems:
            return
        if not documents:
            message = "is empty."
            self._refuse(Place(str(file)), (), message, "pack.file.empty", "Write or remove it.")
        for document in documents:
            definition = self._definition(document, file)
            if definition:
                yield definition

    def _definition(self, document: Document, file: Path) -> Definition | None:
        start = document.places[()]
        if not isinstance(document.value, dict):
            message = (
                f"must be a mapping of keys and values, got {validation.shown(document.value)}."
            )
            self._refuse(start, (), message, "pack.definition.mapping")
            return None
        schema = document.value.pop("schema", None)
        if not isinstance(schema, str) or schema not in self.known:
            self._refuse_schema(schema, document)
            return None
        kind, model = schema.partition("/")[0], self.known[schema]
        self._read_companions(document, file.parent)
        try:
            body = model.model_validate(document.value)
        except ValidationError as error:
            self.problems += validation.problems_of(error, kind, model, document)
            return None
        line = document.place(("schema",)).line
        return Definition(kind, schema, body, str(file), line, document.places)

    def _refuse_schema(self, schema: object, document: Document) -> None:
        place, code = document.place(("schema",)), "pack.definition.schema"
        if schema is None:
            hint = "Begin it with the kind it is, such as `schema: pack/1`."
            self._refuse(place, (), "`schema` is missing.", code, hint)
            return
        message = f"no kind of definition is called {validation.shown(schema)}."
        self._refuse(place, ("schema",), message, code, suggestion(str(schema), self.known))

    def _refuse(
        self, place: Place, path: ValuePath, message: str, code: str, hint: str = ""
    ) -> None:
        self.problems.append(problem_at(place, path, message, code, hint))

    def _read_companions(self, document: Document, folder: Path) -> None:
        """Put the content of each ``!table`` and ``!file`` where it is named."""
        for path, companion in [*_companions(document.value, ())]:
            value = self._companion(companion, path, document, folder)
            into = document.value
            for part in path[:-1]:
                into = into[part]
            into[path[-1]] = value

    def _companion(
        self, companion: Companion, path: ValuePath, document: Document, folder: Path
    ) -> Any:
        place = document.place(path)
        file = folder / companion.name
        if not companion.name or not files.is_inside(file, self.root):
            message = f"names “{companion.name}”, which is outside the pack."
            self._refuse(place, path, message, "pack.companion.outside")
            return [] if companion.role == "table" else None
        try:
            if companion.role == "table":
                text = files.read_text(file, "table")
                rows, places, problems = read_table(text, str(file), path)
                document.places |= places
                self.problems += problems
                return rows
            content = files.read_bytes(file, "file")
        except files.Unreadable as error:
            problem = error.problem
            if problem.code == "pack.file.missing":
                message = f"names the file “{companion.name}”, which does not exist."
                problem = problem_at(place, path, message, "pack.companion.missing")
            self.problems.append(replace(problem, path=".".join(map(str, path))))
            return [] if companion.role == "table" else None
        name = file.relative_to(self.root).as_posix()
        return FileRef(name, hashlib.sha256(content).hexdigest(), len(content))


def _companions(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, Companion]]:
    """Yield each companion inside ``value`` with its path."""
    if isinstance(value, Companion):
        yield path, value
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from _companions(inner, (*path, key))
