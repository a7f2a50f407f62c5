"""Datasets as pages show them: columns with their rule, quality, findings, rows as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.kernel.errors import Refusal
from shizheng.statistics.datasets.actions import STATES
from shizheng.statistics.datasets.domain.catalogue import LICENCES, THEMES
from shizheng.statistics.datasets.domain.columns import FULL_WIDTH, RULES, Column, Type
from shizheng.statistics.datasets.domain.findings import NOTES, SAID, Finding
from shizheng.statistics.datasets.domain.lateness import FREQUENCIES, Frequency
from shizheng.statistics.datasets.domain.quality import MEANINGS, WEIGHTS, Part
from shizheng.statistics.models import Dataset, DatasetVersion


def type_name(type_: Type) -> str:
    """Return the name of a type in the language of the moment."""
    names = {
        Type.TEXT: pgettext("statistics", "Text"),
        Type.INTEGER: _("Whole number"),
        Type.DECIMAL: _("Decimal number"),
        Type.FLOAT: _("Binary number"),
        Type.BOOLEAN: _("True or false"),
        Type.DATE: _("Date"),
        Type.DATETIME: _("Date and time"),
        Type.MONTH: pgettext("statistics", "Month"),
        Type.GEOMETRY: _("Geometry"),
    }
    return names[type_]


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column with everything that is known of it."""

    column: Column
    type: str
    title: Mapping[str, str]
    meaning: Mapping[str, str]
    unit: str
    codes: Mapping[str, Mapping[str, str]]
    rule: str
    profile: Mapping[str, Any]


def columns_shown(version: DatasetVersion) -> list[ColumnShown]:
    """Return the columns of a version in order, with rule and profile."""
    profiles = {each["name"]: each for each in version.profile}
    found = []
    for each in version.schema:
        column = Column.of_json(each["column"])
        rule = _(RULES[column.reading]) + (f" {_(FULL_WIDTH)}" if column.is_full_width else "")
        found.append(
            ColumnShown(
                column,
                type_name(column.type),
                each["said"]["title"],
                each["said"]["meaning"],
                unit_of(each["said"]),
                each["said"].get("codes", {}),
                rule,
                profiles.get(column.name, {}),
            )
        )
    return found


def unit_of(said: Mapping[str, Any]) -> str:
    """Return the unit of a column in the language of the moment, as far as it is stated."""
    return in_language({"zh-Hant": said["unit"], "en": said.get("unit_en") or said["unit"]})


def quality_shown(version: DatasetVersion) -> list[tuple[str, str, str]]:
    """Return (what it is, its share, what it weighs) of each part of the score."""
    return [
        (_(MEANINGS[Part(name)]), percent(share), f"{WEIGHTS[Part(name)]}")
        for name, share in version.quality.items()
    ]


def percent(share: float) -> str:
    """Return a share in percent; rounded down, so that 100 % is all of it."""
    return f"{number(int(share * 1000 + 1e-9) / 10, 1)} %"


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """A finding in words, with row numbers."""

    said: str
    column: str
    count: int
    rows: str
    is_grave: bool


def problems_shown(version: DatasetVersion) -> list[ProblemShown]:
    """Return what was found, the grave first."""
    found = [
        ProblemShown(
            _(SAID[Finding(each["finding"])]),
            each["column"],
            each["count"],
            ", ".join(str(row) for row in each["rows"])
            + (" …" if each["count"] > len(each["rows"]) else ""),
            Finding(each["finding"]) not in NOTES,
        )
        for each in version.problems
    ]
    return sorted(found, key=lambda each: not each.is_grave)


def state_shown(version: DatasetVersion) -> str:
    """Return the state in words."""
    return _(STATES[version.state])


def refusal_shown(version: DatasetVersion) -> Refusal | None:
    """Return why the file could not be read, in the language of the moment."""
    kept = version.refusal
    if not kept:
        return None
    shown = {
        name: _(value) if name in kept["worded"] and value else value
        for name, value in kept["parameters"].items()
    }
    message, hint = (_(kept[each]).format(**shown) for each in ("message", "hint"))
    return Refusal(kept["code"], message, hint)


def facts_of(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what is said of a dataset, by name."""
    licence = LICENCES[dataset.licence]
    facts = [
        (_("Agency"), in_language(dataset.owner.name)),
        (_("Theme"), _(THEMES[dataset.theme])),
        (_("Licence"), _(licence.name)),
        (_("Brought up to date"), _(FREQUENCIES[Frequency(dataset.frequency)])),
        (_("Source"), in_language(dataset.source)),
        (_("Contact"), dataset.contact),
    ]
    return [(name, value) for name, value in facts if value]


def difference_shown(version: DatasetVersion) -> list[tuple[str, str]]:
    """Return what changed since the version before, by name; empty if there was none."""
    kept = version.difference
    if not kept:
        return []
    retyped = ", ".join(
        f"{name} ({type_name(Type(was))} → {type_name(Type(now))})"
        for name, was, now in kept["columns_retyped"]
    )
    return [
        (_("Rows added"), number(kept["rows_added"])),
        (_("Rows removed"), number(kept["rows_removed"])),
        (_("Rows changed"), number(kept["rows_changed"])),
        (_("Columns added"), ", ".join(kept["columns_added"]) or "–"),
        (_("Columns removed"), ", ".join(kept["columns_removed"]) or "–"),
        (_("Columns of another type"), retyped or "–"),
    ]


def cell_shown(value: Any) -> str:
    """Return a cell of the preview as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
