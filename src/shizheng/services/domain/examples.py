"""Running the examples of a definition: what came out beside what was expected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any

from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.services.domain.facts import PlaceFacts
from shizheng.services.domain.flow import holder_of
from shizheng.services.domain.simulation import Simulation
from shizheng.services.schema.service import Act, Example, Paid, ReviewAnswer, Wait

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of an example that came out otherwise."""

    key: str
    expected: Any
    found: Any


def run_example(
    service: "Service", example: Example, calendar: WorkCalendar, tz: tzinfo
) -> Iterator[Difference]:
    """Yield what of an example came out otherwise than it states; nothing if all is right."""
    case = Simulation(service, calendar, tz)
    refused = ""
    try:
        _run(case, example)
    except DomainError as refusal:
        refused = refusal.code
        said = str(refusal)
    expected = dict(example.expect)
    wanted = expected.pop(REFUSED, "")
    if refused != wanted:
        found = f"{refused}: {said}" if refused else "nothing was refused"
        yield Difference(REFUSED, wanted or "nothing", found)
        return
    for key, value in expected.items():
        found = found_in(case, key)
        if not _is_same(found, value):
            yield Difference(key, value, found)


def _run(case: Simulation, example: Example) -> None:
    zones = tuple(example.zones)
    place = PlaceFacts(
        district=str(example.district or ""), zones=zones, is_given=bool(example.district or zones)
    )
    case.open(received=example.received, channel=example.channel, raw=example.answers, place=place)
    for step in example.steps:
        if isinstance(step, Act):
            case.act(step.act, step.by, step.at, step.answers)
        elif isinstance(step, ReviewAnswer):
            case.wait(case.moment(step.at))
            case.answer_review(step.review, str(step.agency), step.answer)
        elif isinstance(step, Paid):
            case.wait(case.moment(step.at))
            case.pay(step.fee)
        elif isinstance(step, Wait):
            case.wait(case.moment(step.until))


def found_in(case: Simulation, key: str) -> Any:
    """Return the value of a dotted key of ``expect`` in a simulated case."""
    service = case.service
    plain = {
        "state": case.state,
        "holder": str(holder_of(service, case.state)),
        "outcome": str(service.states[case.state].outcome or ""),
        "agency": case.agency,
        "reopened": case.reopened,
    }
    if key in plain:
        return plain[key]
    if key.startswith("clocks.") and key.endswith(".due_at"):
        return _due_at(case, key.split(".")[1])
    first, *path = key.split(".")
    value: Any = case.scope().get(first)
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _due_at(case: Simulation, clock: str) -> str:
    """Return when a clock ends, to the minute, for allowances in hours: ``2020-02-14T00:30``."""
    found = case.clocks.get(clock)
    due_at = case.reckoned(found).due_at if found else None
    return due_at.astimezone(case.tz).strftime("%Y-%m-%dT%H:%M") if due_at else ""


def _is_same(found: Any, expected: Any) -> bool:
    if isinstance(expected, str) and isinstance(found, date):
        return str(found) == expected
    is_same: bool = (list(found) if isinstance(found, tuple) else found) == expected
    return is_same
