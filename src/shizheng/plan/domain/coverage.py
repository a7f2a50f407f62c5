"""What carries each item of the plan and each system of the catalogue (涵蓋).

Computed from the pack's definitions and the last run of the scenarios, never written by hand. A
system counts only when its scenario, driven as its users would, passed in the last run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SystemState(StrEnum):
    """Passing 通過, failing 未通過, none 尚無情境測試或尚未執行."""

    PASSING = "passing"
    FAILING = "failing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Carrier:
    """Something that carries out items or implements systems: a definition, a measure, a page."""

    name: str
    plan_items: Sequence[str] = ()
    systems: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """The last run of one system's scenario on one database."""

    system: int
    scenario: str
    database: str
    passed: bool
    at: str


@dataclass(frozen=True, slots=True)
class CoveredSystem:
    """A system with its scenario and what implements it."""

    number: int
    name: Mapping[str, str]
    state: SystemState
    scenario: str
    by: tuple[str, ...]
    last_run: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every item with the names of its carriers, every system with its state."""

    items: Mapping[str, tuple[str, ...]]
    systems: Sequence[CoveredSystem]

    @property
    def carried_count(self) -> int:
        """Items that at least one carrier names."""
        return sum(bool(by) for by in self.items.values())

    @property
    def passing_count(self) -> int:
        """Systems whose scenario passed."""
        return sum(system.state == SystemState.PASSING for system in self.systems)

    def as_json(self) -> dict[str, object]:
        """Return the shape that ``shizheng coverage --json`` prints."""
        return {
            "items": {
                code: {"state": "carried" if by else "none", "by": list(by)}
                for code, by in self.items.items()
            },
            "systems": {
                str(system.number): {
                    "state": system.state.value,
                    "scenario": system.scenario,
                    "by": list(system.by),
                    "last_run": system.last_run,
                }
                for system in self.systems
            },
        }


def coverage(
    items: Iterable[str],
    systems: Mapping[int, Mapping[str, str]],
    carriers: Iterable[Carrier],
    scenarios: Mapping[int, str],
    runs: Iterable[ScenarioRun],
) -> Coverage:
    """Put items, systems, carriers and runs together.

    Args:
        items: codes of the plan's items in order.
        systems: number to name by language.
        scenarios: number to the path of the scenario's file, where there is one.
        runs: last run of each scenario on each database.
    """
    by_item: dict[str, list[str]] = defaultdict(list)
    by_system: dict[int, list[str]] = defaultdict(list)
    for carrier in carriers:
        for code in carrier.plan_items:
            by_item[code].append(carrier.name)
        for number in carrier.systems:
            by_system[number].append(carrier.name)
    last: dict[int, list[ScenarioRun]] = defaultdict(list)
    for run in runs:
        if scenarios.get(run.system) == run.scenario:
            last[run.system].append(run)
    return Coverage(
        items={code: tuple(sorted(by_item[code])) for code in items},
        systems=[
            CoveredSystem(
                number=number,
                name=name,
                state=_state(last[number]),
                scenario=scenarios.get(number, ""),
                by=tuple(sorted(by_system[number])),
                last_run=max((run.at for run in last[number]), default=""),
            )
            for number, name in sorted(systems.items())
        ],
    )


def _state(runs: Sequence[ScenarioRun]) -> SystemState:
    if not runs:
        return SystemState.NONE
    return SystemState.PASSING if all(run.passed for run in runs) else SystemState.FAILING
