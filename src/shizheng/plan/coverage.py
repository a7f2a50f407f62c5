"""Computes coverage from the pack's folder and from what the last test run left behind."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from shizheng.packs.pack import Pack
from shizheng.plan.definitions import Catalogue, Outline
from shizheng.plan.domain.coverage import Carrier, Coverage, ScenarioRun, coverage
from shizheng.plan.domain.outline.parser import parse

SCENARIO = re.compile(r"test_(\d{3})_\w+\.py")


def coverage_of(pack: Pack, *, tests: Path, results: Path) -> Coverage:
    """Return what carries each item and system of a pack.

    Args:
        tests: the folder ``tests/systems``; without it no system has a scenario.
        results: the file that the test suite writes (see ``scenario_runs``).
    """
    catalogue = next(iter(pack.bodies(Catalogue)), None)
    systems = {row.number: dict(row.name) for row in catalogue.system_list} if catalogue else {}
    return coverage(
        items=list(_item_codes(pack)),
        systems=systems,
        carriers=_carriers(pack),
        scenarios=scenario_files(tests),
        runs=scenario_runs(results),
    )


def _item_codes(pack: Pack) -> Iterator[str]:
    newest = max(pack.bodies(Outline), key=lambda body: body.period.from_)
    parsed = parse(pack.read(newest.text), name=newest.text.path)
    return (item.code for chapter in parsed.chapters for item in chapter.items)


def _carriers(pack: Pack) -> Iterator[Carrier]:
    """Every definition that says which items it carries out or which systems it implements."""
    for each in pack.all:
        if each.model.plan_items or each.model.systems:
            yield Carrier(
                name=f"{each.kind} {each.id}",
                plan_items=each.model.plan_items,
                systems=[int(number) for number in each.model.systems],
            )


def scenario_files(tests: Path) -> dict[int, str]:
    """Return the scenario of each system number, named as ``tests/systems/test_006_x.py``."""
    found = {}
    for path in sorted(tests.glob("test_*.py")):
        match = SCENARIO.fullmatch(path.name)
        if match:
            found[int(match[1])] = f"tests/systems/{path.name}"
    return found


def scenario_runs(results: Path) -> list[ScenarioRun]:
    """Return the last run of each scenario on each database; none if the suite never ran here."""
    try:
        rows = json.loads(results.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    return [ScenarioRun(**row) for row in rows]
