"""Moving drafts and cases from one version of a service to another: what goes where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shizheng.kernel.errors import N_, DomainError
from shizheng.services.domain.answers import Choosable

if TYPE_CHECKING:
    from shizheng.services.definitions import Service


class StateUnmapped(DomainError):
    """The new version has no place for the state of the case (狀態無對應)."""

    code = "services.state_unmapped"
    message = N_("Version {version} of “{service}” has no state for “{state}”.")
    hint = N_("Name it in `in_flight.migrate.states`, or let the case end under its own version.")
    status = 409


@dataclass(frozen=True, slots=True)
class Moving:
    """How things move between two versions (版本移轉).

    ``states``: every state of the old version to one of the new; those without are in
    ``unmapped``. ``answers``: old field to new; those without are in ``dropped``.
    """

    states: Mapping[str, str]
    unmapped: tuple[str, ...]
    answers: Mapping[str, str]
    dropped: tuple[str, ...]
    clocks_gone: tuple[str, ...]


def moving(old: "Service", new: "Service") -> Moving:
    """Return how drafts and open cases of ``old`` move to ``new``, as ``new`` declares."""
    declared = new.in_flight.migrate
    states = {state: declared.states.get(state, state) for state in old.open_states}
    answers = {key: declared.answers.get(key, key) for key in old.fields}
    return Moving(
        states={state: to for state, to in states.items() if to in new.states},
        unmapped=tuple(state for state, to in states.items() if to not in new.states),
        answers={key: to for key, to in answers.items() if to in new.fields},
        dropped=tuple(key for key, to in answers.items() if to not in new.fields),
        clocks_gone=tuple(key for key in old.clocks if key not in new.clocks),
    )


def moved_answers(answers: Mapping[str, Any], plan: Moving) -> dict[str, Any]:
    """Return answers under their new names, without those for which there is no field now."""
    return {plan.answers[key]: value for key, value in answers.items() if key in plan.answers}


def state_after(state: str, old: "Service", new: "Service", plan: Moving) -> str:
    """Return the state of a case in the new version.

    Raises:
        StateUnmapped: there is none.
    """
    found = plan.states.get(state)
    if found is None:
        label = old.states[state].label
        raise StateUnmapped(
            version=new.version, service=Choosable(new.name), state=Choosable(label)
        )
    return found


def form_changes(old: "Service", new: "Service", plan: Moving) -> list[dict[str, Any]]:
    """Return what a person with a half-filled form should know: questions new, gone, different."""
    renamed = {to: key for key, to in plan.answers.items()}
    found: list[dict[str, Any]] = []
    for key, field in new.fields.items():
        before = old.fields.get(renamed.get(key, ""))
        if before is None:
            found.append({"kind": "added", "field": key, "label": dict(field.label)})
        elif before.model_dump(exclude={"id"}) != field.model_dump(exclude={"id"}):
            found.append({"kind": "changed", "field": key, "label": dict(field.label)})
    found += [
        {"kind": "removed", "field": key, "label": dict(old.fields[key].label)}
        for key in plan.dropped
    ]
    return found
