"""The difference of two versions in words, grouped by the part of the service that it concerns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.core.words import in_language
from shizheng.packs.changes import Change, ChangeKind, diff
from shizheng.services.definitions import Service as Definition

PARTS = {
    "name": gettext_lazy("Words for residents"),
    "summary": gettext_lazy("Words for residents"),
    "keywords": gettext_lazy("Words for residents"),
    "guide": gettext_lazy("Words for residents"),
    "satisfaction": gettext_lazy("Words for residents"),
    "pages": gettext_lazy("Form"),
    "tables": gettext_lazy("Look-up tables"),
    "calc": gettext_lazy("Computed values and conditions to apply"),
    "eligibility": gettext_lazy("Computed values and conditions to apply"),
    "intake": gettext_lazy("Intake, access and keeping"),
    "access": gettext_lazy("Intake, access and keeping"),
    "retention": gettext_lazy("Intake, access and keeping"),
    "routing": gettext_lazy("Which agency gets it"),
    "states": gettext_lazy("States"),
    "start": gettext_lazy("States"),
    "opening": gettext_lazy("Acts"),
    "actions": gettext_lazy("Acts"),
    "clocks": gettext_lazy("Clocks"),
    "reviews": gettext_lazy("Joint reviews"),
    "fees": gettext_lazy("Fees"),
    "outputs": gettext_lazy("Documents"),
    "dispatch": gettext_lazy("Sending a crew"),
    "steps": gettext_lazy("Steps of the master case"),
    "bookings": gettext_lazy("Shared places"),
    "in_flight": gettext_lazy("What happens to drafts and open cases"),
    "examples": gettext_lazy("Examples"),
}
KINDS = {
    ChangeKind.ADDED: gettext_lazy("New"),
    ChangeKind.REMOVED: gettext_lazy("Left out"),
    ChangeKind.CHANGED: gettext_lazy("Changed"),
}
LONGEST = 600
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One difference: where, what kind, what was and what is."""

    where: str
    path: str
    kind: str
    was: str
    now: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The differences of one part (異動分組)."""

    title: str
    changes: tuple[ChangeShown, ...]


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Definition
) -> tuple[Group, ...]:
    """Return what differs between two bodies, grouped; ``names`` is either version, for labels."""
    return grouped(diff(old, new), names)


def grouped(changes: Iterable[Change], names: Definition) -> tuple[Group, ...]:
    """Return changes grouped by part, in the order in which a service is told."""
    order = list(dict.fromkeys(map(str, PARTS.values())))
    other = _("Other")

    def part(change: Change) -> str:
        return str(PARTS.get(_STEP.findall(change.path)[0], other))

    def position(change: Change) -> int:
        return order.index(part(change)) if part(change) in order else len(order)

    ordered = sorted((each for each in changes if each.path != "version"), key=position)
    return tuple(
        Group(title, tuple(shown(change, names) for change in found))
        for title, found in groupby(ordered, key=part)
    )


def shown(change: Change, names: Definition) -> ChangeShown:
    """Return one change in words."""
    return ChangeShown(
        where=place_words(change.path, names),
        path=change.path,
        kind=str(KINDS[change.kind]),
        was=value_words(change.was),
        now=value_words(change.now),
        line=change.place.line if change.place else None,
    )


def place_words(path: str, names: Definition) -> str:
    """Return a path with the labels of the states, acts, clocks and questions on it."""
    first, *rest = _STEP.findall(path)
    labels: Mapping[str, Any] = names.fields if first == "pages" else {}
    if first in {"states", "actions", "clocks", "reviews", "fees", "outputs", "steps", "bookings"}:
        labels = getattr(names, first)
    words = [
        f"“{in_language(labels[step].label)}”" if step in labels else _step_words(step)
        for step in rest
    ]
    return " › ".join(words) or first.replace("_", " ")


def _step_words(step: str) -> str:
    """Return a key as words, and a position in a list counted from one."""
    return f"#{int(step) + 1}" if step.isdigit() else step.replace("_", " ")


def value_words(value: Any) -> str:
    """Return a value as people read it: a text in their language, yes or no, else as YAML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping) and set(value) <= {"zh-Hant", "en"}:
        return in_language(value)
    if isinstance(value, Mapping | list | tuple):
        plain = list(value) if isinstance(value, tuple) else value
        text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).strip()
    else:
        text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
