"""Checking one file of a service against the city as it is published: lines, examples, versions."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.db.models import Count, Max

from shizheng.core.models import PublishedDefinition
from shizheng.packs.checker import names_in, relations_of
from shizheng.packs.files import is_inside
from shizheng.packs.pack import Definition, Pack
from shizheng.packs.problems import Place, Problem, problem_at
from shizheng.packs.publishing import Published, PublishPlan, publish_plan
from shizheng.packs.reading import every_kind, read_file
from shizheng.packs.schema import FileRef
from shizheng.services.definitions import Service as Body
from shizheng.services.models import PackFile, Service

SERVICE = "service"
FOLDER = "services"
NAME = "service.yaml"
_COMPANION = re.compile(r"!(?:table|file)\s+([^\s,{}\[\]\"']+)")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked (檢查結果): its definition if it could be read, and every problem.

    ``files``: the companions that it names, by their path in the pack.
    """

    definition: Definition | None
    problems: tuple[Problem, ...]
    plan: PublishPlan | None = None
    files: Mapping[str, bytes] | None = None

    @property
    def body(self) -> Body:
        """The definition, typed.

        Raises:
            TypeError: it could not be read.
        """
        if self.definition is None or not isinstance(self.definition.model, Body):
            raise TypeError("the file holds no service")
        return self.definition.model

    @property
    def is_unchanged(self) -> bool:
        """Whether this very version is published already."""
        return bool(self.plan and self.plan.unchanged)


def check(text: str, companions: Mapping[str, bytes], code: str | None = None) -> Checked:
    """Check the text of one service as it would stand in the pack; nothing is written.

    Args:
        text: the YAML of the file.
        companions: files that it names, by name; those not given are taken as they were published.
        code: the service that it must be, if one is expected.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _lay_out(root, text, companions, code)
        found, problems = read_file(root / FOLDER / NAME, root)
        problems = [replace(each, file=NAME) for each in problems]
        if not problems:
            problems = [*_not_one(found, code)]
        if problems:
            return Checked(None, tuple(sorted(problems)))
        (definition,) = found
        files = {
            output.template.path: (root / output.template.path).read_bytes()
            for output in _body(definition).outputs.values()
        }
    others = city_pack()
    pack = Pack(
        root,
        (*(each for each in others.all if (each.kind, each.id) != (SERVICE, definition.id)),
         definition),
    )  # fmt: skip
    plan = _plan(definition, pack)
    problems = [
        *relations_of(definition, pack, names_in(pack)),
        *(each.problem for each in plan.refused),
    ]
    told = tuple(sorted(replace(each, file=NAME) for each in {*problems}))
    return Checked(definition, told, plan, files)


def _body(definition: Definition) -> Body:
    assert isinstance(definition.model, Body)  # noqa: S101 - checked by _not_one
    return definition.model


def _lay_out(root: Path, text: str, companions: Mapping[str, bytes], code: str | None) -> None:
    """Write the file and what it names into a folder as they stand in a pack."""
    (root / FOLDER).mkdir()
    for path, content in _published_files(code):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        by_name = companions.get(PurePosixPath(path).name)
        target.write_bytes(content if by_name is None else by_name)
    for path in {*_COMPANION.findall(text)}:
        target = root / FOLDER / path
        sent = companions.get(PurePosixPath(path).name)
        if sent is not None and is_inside(target, root):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(sent)
    (root / FOLDER / NAME).write_text(text, encoding="utf-8", newline="")


def _published_files(code: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield the companions of the version in force: those of other services are not read."""
    service = Service.objects.filter(code=code).select_related("current__definition").first()
    if service is None or service.current is None:
        return
    body = Body.model_validate(service.current.definition.body)
    wanted = {each.template.sha256: each.template.path for each in body.outputs.values()}
    for row in PackFile.objects.filter(digest__in=wanted):
        path = PurePosixPath(wanted[row.digest])
        if not path.is_absolute() and ".." not in path.parts:
            yield str(path), bytes(row.content)


def _not_one(found: tuple[Definition, ...], code: str | None) -> Iterator[Problem]:
    """Refuse a file that holds anything but the one service that is expected."""
    for each in found[1:]:
        message = "a file holds one service here; this is a second definition."
        yield problem_at(Place(NAME, each.line), (), message, "pack.service.one")
    first = found[0]
    if first.kind != SERVICE:
        message = f"is a {first.kind}; a service is published here, `schema: service/1`."
        yield problem_at(Place(NAME, first.line), ("schema",), message, "pack.service.schema")
    elif code is not None and first.id != code:
        message = f"is the service “{first.id}”, not “{code}”."
        hint = "Publish it as a service of its own, or correct `id`."
        place = replace(first.place(("id",)), file=NAME)
        yield problem_at(place, ("id",), message, "pack.service.id", hint)


def _plan(definition: Definition, pack: Pack) -> PublishPlan:
    rows = PublishedDefinition.objects.filter(kind=SERVICE, identifier=definition.id)
    published = [
        Published(row.kind, row.identifier, row.version, row.digest, row.body) for row in rows
    ]
    return publish_plan(published, Pack(pack.root, (definition,)))


def city_pack() -> Pack:
    """Return everything that is in force, as a pack: each definition in its newest version."""
    stand = PublishedDefinition.objects.aggregate(Max("published_at"), Count("pk"))
    return _city_pack(tuple(sorted(stand.items())))


@lru_cache(maxsize=2)
def _city_pack(stand: tuple[tuple[str, object], ...]) -> Pack:
    kinds = {schema.partition("/")[0]: (schema, model) for schema, model in every_kind().items()}
    newest: dict[tuple[str, str], PublishedDefinition] = {}
    for row in PublishedDefinition.objects.order_by("published_at", "version"):
        if row.kind in kinds:
            is_single = kinds[row.kind][1].single
            newest[row.kind, "" if is_single else row.identifier] = row
    for code in Service.objects.filter(is_offered=False).values_list("code", flat=True):
        newest.pop((SERVICE, code), None)
    return Pack(
        Path(),
        tuple(
            Definition(
                row.kind, kinds[row.kind][0], kinds[row.kind][1].model_validate(revived(row.body)),
                file="", line=1, places={},
            )
            for row in newest.values()
        ),
    )  # fmt: skip


def revived(value: Any) -> Any:
    """Return a stored body in which files that it names are references again."""
    if isinstance(value, dict):
        if value.keys() == {"path", "sha256", "size"}:
            return FileRef(**value)
        return {key: revived(each) for key, each in value.items()}
    return [revived(each) for each in value] if isinstance(value, list) else value
