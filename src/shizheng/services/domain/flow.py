"""The flow of a case: who may do what now, and where it leads. The only table of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shizheng.kernel.errors import N_
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import ActNotOpen, ActUnknown, ConditionUnmet, NotThisActor
from shizheng.services.schema.common import SYSTEM
from shizheng.services.schema.flow import Action, Effect, Holder

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

OPENED = "opened"
"""Name of the event with which a case begins; no action of a service may be called so."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the flow sees them: roles of the pack they hold here, and reserved words."""

    parts: frozenset[str]

    def may(self, action: Action) -> bool:
        """Whether the action names one of their parts."""
        return not self.parts.isdisjoint(action.by)


SYSTEM_ACTOR = Actor(frozenset({SYSTEM}))


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads (異動): the state it enters and what follows, in order."""

    action: str
    left: str
    entered: str
    holder: Holder
    is_final: bool
    outcome: str
    effects: tuple[Effect, ...]

    @property
    def changes_state(self) -> bool:
        """Whether another state is entered."""
        return self.left != self.entered


def holder_of(service: "Service", state: str) -> Holder:
    """Return in whose hands a case at ``state`` is."""
    found = service.states[state]
    return Holder.NOBODY if found.final else found.holder


def actions_open(
    service: "Service", state: str, actor: Actor, scope: Mapping[str, Any] | None = None
) -> list[str]:
    """Return what ``actor`` may do at ``state``; with a scope, only what its conditions allow."""
    return [
        key
        for key, action in service.actions.items()
        if state in action.from_
        and actor.may(action)
        and (scope is None or service.vocabulary.truth(action.require, scope))
    ]


def decide(
    service: "Service",
    *,
    number: str,
    state: str,
    action: str,
    actor: Actor,
    scope: Mapping[str, Any],
) -> Move:
    """Return where an action leads.

    Raises:
        ActUnknown: the service has no such action.
        ActNotOpen: not from this state.
        NotThisActor: not by this actor.
        ConditionUnmet: its condition does not hold.
    """
    found = service.actions.get(action)
    if found is None:
        raise ActUnknown(service=Choosable(service.name), act=action[:60])
    label = Choosable(found.label)
    if state not in found.from_:
        raise ActNotOpen(act=label, number=number, state=Choosable(service.states[state].label))
    if not actor.may(found):
        raise NotThisActor(act=label, number=number, actors=", ".join(found.by))
    if not service.vocabulary.truth(found.require, scope, given=found.fields):
        reason = Choosable(found.reason) if found.reason else N_("something is still missing.")
        raise ConditionUnmet(act=label, reason=reason)
    entered = found.to or state
    target = service.states[entered]
    return Move(
        action=action,
        left=state,
        entered=entered,
        holder=holder_of(service, entered),
        is_final=target.final,
        outcome=str(target.outcome or ""),
        effects=found.do,
    )


def held_seconds(
    holder: Holder | str, since: datetime, until: datetime, before: Mapping[str, int]
) -> dict[str, int]:
    """Return the seconds each holder had a case, with the time since ``since`` added."""
    found = dict(before)
    if holder != Holder.NOBODY:
        found[str(holder)] = found.get(str(holder), 0) + max(
            0, int((until - since).total_seconds())
        )
    return found
