"""Checks what holds between definitions: ids exist, texts are complete, nothing is twice."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shizheng.packs.kinds.pack import Manifest
from shizheng.packs.pack import Definition, Pack
from shizheng.packs.problems import Path as ValuePath
from shizheng.packs.problems import Place, Problem, problem_at, suggestion
from shizheng.packs.reading import Kinds, every_kind, every_permission, read
from shizheng.packs.schema import Ref, Words

Known = Mapping[str, set[str]]


def check(path: Path, known: Kinds | None = None) -> list[Problem]:
    """Return everything that is wrong with the pack at ``path``; empty when it is clean.

    Raises:
        PackUnreadable: there is no such folder, or no pack in it.
    """
    return examine(path, known)[1]


def examine(path: Path, known: Kinds | None = None) -> tuple[Pack, list[Problem]]:
    """Return the pack and everything that is wrong with it.

    What concerns several definitions is checked only when each of them could be read; otherwise
    one slip would be reported in many places.

    Raises:
        PackUnreadable: there is no such folder, or no pack in it.
    """
    known = every_kind() if known is None else known
    pack, problems = read(path, known)
    problems += _counts(pack, known, bool(problems))
    if not problems:
        problems += _relations(pack)
    return pack, sorted(set(problems))


def _counts(pack: Pack, known: Kinds, is_partial: bool) -> Iterator[Problem]:
    """Report ids defined twice, kinds that stand once only, and kinds that are missing."""
    first: dict[tuple[str, str], Definition] = {}
    for each in pack.all:
        name = "" if type(each.model).single else each.id
        other = first.setdefault((each.kind, name), each)
        if other is not each:
            thing = f"{each.kind} “{name}”" if name else f"a second definition of {each.kind}"
            message = f"{thing} is defined already at {other.file}:{other.line}."
            yield _problem(each, ("id",), message, "twice")
    kinds_here = {each.schema for each in pack.all}
    for schema, model in known.items():
        if model.required and schema not in kinds_here and not is_partial:
            place = Place(str(pack.root / "pack.yaml"))
            message = f"the pack holds no definition of the kind {schema}."
            yield problem_at(place, (), message, f"pack.{schema.partition('/')[0]}.missing")


def _relations(pack: Pack) -> Iterator[Problem]:
    """Report dangling ids, missing languages, and the rules that each kind brings itself."""
    known = names_in(pack)
    for each in pack.all:
        yield from relations_of(each, pack, known)


def names_in(pack: Pack) -> Known:
    """Return by namespace every name that definitions of the pack may refer to."""
    known: dict[str, set[str]] = {"permission": {*every_permission()}}
    for each in pack.all:
        for namespace, name in each.model.provides():
            known.setdefault(namespace, set()).add(name)
    return known


def relations_of(each: Definition, pack: Pack, known: Known) -> Iterator[Problem]:
    """Report what is wrong with one definition of a pack beside the others."""
    languages = pack.body(Manifest).languages
    for path, value in leaves(each.model, ()):
        if isinstance(value, Words):
            yield from _untranslated(each, path, value, languages)
        elif isinstance(value, Ref):
            yield from _dangling(each, path, value, known)
    for found in each.model.findings(pack):
        yield _problem(each, found.path, found.message, found.rule, found.hint)


def leaves(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, Any]]:
    """Yield every text and reference inside a model with its path as the file has it."""
    if isinstance(value, Words | Ref):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from leaves(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))


def _untranslated(
    each: Definition, path: ValuePath, words: Words, languages: tuple[str, ...]
) -> Iterator[Problem]:
    if lacking := [language for language in languages if language not in words]:
        message = f"has no text in {', '.join(lacking)}."
        hint = f"The pack speaks {', '.join(languages)}; give every text in each."
        yield _problem(each, path, message, "language", hint)
    if foreign := [language for language in words if language not in languages]:
        message = f"has a text in {foreign[0]}, which the pack does not declare."
        hint = suggestion(foreign[0], languages)
        yield _problem(each, (*path, foreign[0]), message, "language", hint)


def _dangling(each: Definition, path: ValuePath, ref: Ref, known: Known) -> Iterator[Problem]:
    there = known.get(ref.namespace, set())
    if ref not in there:
        message = f"no {ref.namespace.replace('_', ' ')} is called “{ref}”."
        hint = suggestion(ref, there) or f"The pack holds no {ref.namespace.replace('_', ' ')}."
        yield _problem(each, path, message, "unknown", hint)


def _problem(each: Definition, path: ValuePath, message: str, rule: str, hint: str = "") -> Problem:
    return problem_at(each.place(path), path, message, f"pack.{each.kind}.{rule}", hint)
