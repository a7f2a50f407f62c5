"""How a publish plan is shown: for a person, and for a program."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from shizheng.packs.changes import Change
from shizheng.packs.publishing import PublishPlan

SHOWN = 60


Touched = Mapping[tuple[str, str], Mapping[str, Any]]


def report(plan: PublishPlan, touched: Touched = MappingProxyType({})) -> Iterator[str]:
    """Yield the lines for a person: what is new, what changes, what is refused and why.

    Args:
        touched: by kind and id, what a new version would do to what is open under older ones.
    """
    for each in plan.new:
        yield f"new        {each.kind} {each.id}, version {each.version}"
    for raised in plan.raised:
        found = raised.definition
        yield f"raised     {found.kind} {found.id}, {raised.before.version} to {found.version}"
        yield from (f"             {line(change)}" for change in raised.changes)
        yield f"             open under version {raised.before.version}: {_open(raised.still_open)}"
        yield from _touched_lines(touched.get((found.kind, found.id), {}))
    for gone in plan.removed:
        yield f"left out   {gone.published.kind} {gone.published.id} (its versions are kept)"
        yield f"             open: {_open(gone.still_open)}"
    for refused in plan.refused:
        problem = refused.problem
        yield f"refused    {problem.file}:{problem.line}  {problem.message} {problem.hint}"
        yield from (f"             {line(change)}" for change in refused.changes)
    yield f"unchanged  {len(plan.unchanged)}"


def as_json(plan: PublishPlan, touched: Touched = MappingProxyType({})) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "allowed": plan.is_allowed,
        "new": [_named(each) for each in plan.new],
        "raised": [
            {
                **_named(each.definition),
                "before": each.before.version,
                "open": each.still_open,
                "changes": [_change(change) for change in each.changes],
                "touches": dict(touched.get((each.definition.kind, each.definition.id), {})),
            }
            for each in plan.raised
        ],
        "refused": [
            {
                **_named(each.definition),
                "file": each.problem.file,
                "line": each.problem.line,
                "message": each.problem.message,
                "changes": [_change(change) for change in each.changes],
            }
            for each in plan.refused
        ],
        "removed": [
            {"kind": each.published.kind, "id": each.published.id, "open": each.still_open}
            for each in plan.removed
        ],
        "unchanged": len(plan.unchanged),
    }


def _touched_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield each fact on a line; what is counted by name on lines below it."""
    for name, value in facts.items():
        words = name.replace("_", " ")
        if isinstance(value, Mapping):
            yield from (f"             {words}: {key}: {each}" for key, each in value.items())
        else:
            yield f"             {words}: {value}"


def line(change: Change) -> str:
    """Return one change as ``levels[chair].after: 10 -> 15``."""
    if change.kind == "added":
        return f"{change.path}: added {_short(change.now)}"
    if change.kind == "removed":
        return f"{change.path}: removed {_short(change.was)}"
    return f"{change.path}: {_short(change.was)} -> {_short(change.now)}"


def _named(definition: Any) -> dict[str, Any]:
    return {"kind": definition.kind, "id": definition.id, "version": definition.version}


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "path": change.path, "was": change.was, "now": change.now}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _open(count: int | None) -> str:
    return "not counted" if count is None else str(count)
