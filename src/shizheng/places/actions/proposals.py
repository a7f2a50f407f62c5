"""Changes that people propose from the field or from home, and what the owner decides."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import shapely
from django.db import transaction
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from shizheng.core import journal, outbox
from shizheng.core.access import require, works_for_city
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.places.access import DECIDE, level_of, sees
from shizheng.places.actions.things import thing_change, thing_record, thing_retire
from shizheng.places.building import Given, built_all
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import (
    FieldUnknown,
    ProposalSettled,
    ProposalsUnwanted,
    ReasonMissing,
    ThingRefused,
)
from shizheng.places.domain.values import read
from shizheng.places.frame import frame
from shizheng.places.models import Proposal, Register, Thing
from shizheng.places.selectors.registers import body_of
from shizheng.places.telling import tell

LEAST = 2
ANSWERS: dict[str, str] = {
    Proposal.State.ACCEPTED: N_("Your proposal for {thing} is accepted"),
    Proposal.State.REFUSED: N_("Your proposal for {thing} is refused"),
}


@transaction.atomic
def change_propose(
    *, register: Register, thing: Thing | None, act: str, by: User, at: datetime,
    valid_from: date, reason: str, key: str = "", values: Mapping[str, object] | None = None,
    state: str = "", geometry: BaseGeometry | None = None,
) -> Proposal:  # fmt: skip
    """Propose a new thing, a change or an end (提出異動); the register stays as it is.

    Nobody can propose values of fields that they may not see.

    Raises:
        ProposalsUnwanted: this register takes no proposals from ``by``.
        ReasonMissing: it does not say why.
        ThingRefused, FieldUnknown: what is proposed could not be kept.
    """
    body = body_of(register)
    _may_propose(by, register)
    said = cleaned(reason).strip()[:500]
    if len(said) < LEAST:
        raise ReasonMissing(least=LEAST)
    given = _values(body, values or {}, by, register)
    if thing is None:
        wanted = Given(key, given, state or None, geometry)
        (found,) = built_all(body, [wanted], frame=frame(valid_from))
        if found.problems:
            raise ThingRefused(key=key, problems=found.problems)
    made = Proposal.objects.create(
        register=register, thing=thing, act=act, key=thing.key if thing else key,
        valid_from=valid_from, values=given, state_after=state,
        shape=shapely.to_wkb(geometry) if geometry is not None else None, reason=said,
        seen_version=thing.version if thing else 0, proposed_by=by, proposed_at=at,
        due_on=_answer_by(body, at),
    )  # fmt: skip
    facts = {"register": register.code, "key": made.key, "act": act, "fields": sorted(given)}
    journal.record("places.proposal.made", made, by=by, at=at, now=facts)
    outbox.publish("places.proposal.made", made, at=at, payload=facts)
    return made


def _answer_by(body: RegisterBody, at: datetime) -> date | None:
    days = body.proposals_within_days
    return timezone.localdate(at) + timedelta(days=days) if days else None


def may_propose(by: User, register: Register) -> bool:
    """Whether the register takes proposals from somebody who is signed in."""
    if register.proposals_by == "staff":
        return works_for_city(by)
    return register.proposals_by == "everybody"


def _may_propose(by: User, register: Register) -> None:
    if not may_propose(by, register):
        raise ProposalsUnwanted


def _values(
    body: RegisterBody, values: Mapping[str, object], by: User, register: Register
) -> dict[str, object]:
    level = level_of(by, register)
    seen = {each.id: each for each in body.fields if sees(level, each.seen_by)}
    given: dict[str, object] = {}
    for name, value in values.items():
        if name not in seen:
            raise FieldUnknown(field=name, known=", ".join(seen))
        given[name] = None if value in (None, "") else read(seen[name], body, value)
    return given


@transaction.atomic
def proposal_accept(*, proposal: Proposal, by: User, at: datetime, answer: str = "") -> Thing:
    """Do what was proposed, in the name of who decides (核准異動).

    Raises:
        NotPermitted: ``by`` does not decide for the owner agency.
        ProposalSettled: it was decided before.
        DomainError: the act itself is refused, for instance because the thing changed since.
    """
    require(by, DECIDE, proposal)
    _settle(proposal, Proposal.State.ACCEPTED, by, at, answer)
    shape = shapely.from_wkb(bytes(proposal.shape)) if proposal.shape is not None else None
    why = proposal.reason
    if proposal.thing is None:
        return thing_record(
            register=proposal.register, key=proposal.key, by=by, at=at,
            valid_from=proposal.valid_from, values=proposal.values,
            state=proposal.state_after or None, geometry=shape,
        )  # fmt: skip
    thing = proposal.thing
    if proposal.act == Proposal.Act.RETIRE:
        return thing_retire(
            thing=thing, seen=proposal.seen_version, by=by, at=at, on=proposal.valid_from, why=why
        )
    return thing_change(
        thing=thing, seen=proposal.seen_version, by=by, at=at, valid_from=proposal.valid_from,
        values=proposal.values, state=proposal.state_after or None, geometry=shape, why=why,
    )  # fmt: skip


@transaction.atomic
def proposal_refuse(*, proposal: Proposal, by: User, at: datetime, answer: str) -> Proposal:
    """Decline what was proposed, with the reason (駁回異動).

    Raises:
        NotPermitted, ProposalSettled: see ``proposal_accept``.
        ReasonMissing: it does not say why.
    """
    require(by, DECIDE, proposal)
    if len(cleaned(answer).strip()) < LEAST:
        raise ReasonMissing(least=LEAST)
    _settle(proposal, Proposal.State.REFUSED, by, at, answer)
    return proposal


@transaction.atomic
def proposal_withdraw(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Take back what one proposed oneself (撤回提案).

    Raises:
        ProposalsUnwanted: somebody else proposed it.
        ProposalSettled: it was decided before.
    """
    if proposal.proposed_by_id != by.pk:
        raise ProposalsUnwanted
    _settle(proposal, Proposal.State.WITHDRAWN, by, at, "")
    return proposal


def _settle(proposal: Proposal, state: str, by: User, at: datetime, answer: str) -> None:
    waiting = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.WAITING)
    said = cleaned(answer).strip()[:500]
    if not waiting.update(state=state, decided_by=by, decided_at=at, answer=said):
        raise ProposalSettled
    proposal.refresh_from_db()
    facts = {"register": proposal.register.code, "key": proposal.key, "act": proposal.act}
    journal.record(f"places.proposal.{state}", proposal, by=by, at=at, why=said, now=facts)
    outbox.publish(f"places.proposal.{state}", proposal, at=at, payload=facts)
    if state in ANSWERS and proposal.proposed_by_id != by.pk:
        tell(
            [proposal.proposed_by], key=f"proposal:{proposal.pk}", at=at,
            template=f"places.proposal_{state}", subject=ANSWERS[state],
            text=N_("{agency} on {thing} of {register}: {answer}"),
            agency=proposal.register.owner.name, thing=proposal.key,
            register=proposal.register.name, answer=said or "–",
        )  # fmt: skip
