"""A case in memory: the rules of a service at work without a database, for its examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any

from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.period import due as period_due
from shizheng.services.domain import answers, flow, routing
from shizheng.services.domain import clocks as timing
from shizheng.services.domain import reviews as joint
from shizheng.services.domain.errors import ActNotOpen
from shizheng.services.domain.facts import (
    ClockFacts,
    Facts,
    FeeFacts,
    OutputFacts,
    PlaceFacts,
    ReviewFacts,
)
from shizheng.services.domain.intake import check_eligible, check_intake
from shizheng.services.schema.flow import Effect
from shizheng.services.schema.service import Channel

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

NOON = time(9)
DEEPEST = 12


@dataclass(slots=True)
class Simulation:
    """One case of one service as it goes from act to act."""

    service: "Service"
    calendar: WorkCalendar
    tz: tzinfo
    state: str = ""
    agency: str = ""
    opened_at: datetime = datetime.min
    closed_at: datetime | None = None
    now: datetime = datetime.min
    answered: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, Any] = field(default_factory=dict)
    place: PlaceFacts = field(default_factory=PlaceFacts)
    channel: Channel = Channel.WEB
    clocks: dict[str, timing.ClockValue] = field(default_factory=dict)
    reviews: dict[str, dict[str, str]] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    review_due: dict[tuple[str, str], datetime] = field(default_factory=dict)
    fees: dict[str, FeeFacts] = field(default_factory=dict)
    outputs: dict[str, OutputFacts] = field(default_factory=dict)
    children: int = 0
    reopened: int = 0
    dispatch: str = ""
    acts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    depth: int = 0

    def moment(self, when: date | datetime | None) -> datetime:
        """Return a moment of an example: a date stands for nine in the morning."""
        if when is None:
            return self.now
        if isinstance(when, datetime):
            return when if when.tzinfo else when.replace(tzinfo=self.tz)
        return datetime.combine(when, NOON, self.tz)

    def open(
        self, *, received: date | datetime, channel: Channel, raw: Mapping[str, Any],
        place: PlaceFacts,
    ) -> None:  # fmt: skip
        """Take the case in.

        Raises:
            DomainError: the form, eligibility or the window says no.
        """
        self.now = self.opened_at = self.moment(received)
        self.channel, self.place, self.state = channel, place, self.service.start
        check_intake(self.service, channel=channel, on=self.now.date())
        files = {key: len(raw[key]) for key in raw if isinstance(raw[key], list)}
        form = answers.read_form(
            self.service.pages, raw, vocabulary=self.service.vocabulary, facts=self.facts(),
            files=files,
        )  # fmt: skip
        form.require()
        self.answered = {key: value for key, value in form.values.items() if value is not None}
        self._settle()
        scope = self.scope()
        check_eligible(self.service, scope)
        self.agency = routing.route(self.service, scope, place)
        self._enter(None, self.service.start, self.service.opening)

    def _settle(self) -> None:
        self.calculated = answers.calculate(self.service, self.service.vocabulary, self.facts())

    def facts(self) -> Facts:
        """Return what rules see now."""
        return Facts(
            state=self.state,
            channel=self.channel,
            agency=self.agency,
            opened_at=self.opened_at,
            now=self.now,
            today=self.now.date(),
            opened_on=self.opened_at.date(),
            answers=self.answered,
            calculated=self.calculated,
            place=self.place,
            is_open=not self.service.states[self.state].final,
            reopened_count=self.reopened,
            days_since_closed=(self.now - self.closed_at).days if self.closed_at else 0,
            clocks={key: self._clock_facts(clock) for key, clock in self.clocks.items()},
            reviews={
                key: ReviewFacts(found, self.rounds.get(key, 0))
                for key, found in self.reviews.items()
            },
            fees=self.fees,
            outputs=self.outputs,
            children={"total": self.children, "open": self.children},
            dispatch=self.dispatch,
            acts=self.acts,
        )

    def scope(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what expressions read now."""
        return self.service.vocabulary.scope(self.facts(), given=given)

    def reckoned(self, clock: timing.ClockValue) -> timing.Reckoning:
        """Return when a clock ends."""
        return timing.reckon(clock, self.service.clocks.get(clock.key), self.calendar, self.tz)

    def _clock_facts(self, clock: timing.ClockValue) -> ClockFacts:
        return timing.facts_of(clock, self.reckoned(clock).due_at, self.now, self.tz)

    def act(
        self, action: str, by: str, when: date | datetime | None, raw: Mapping[str, Any]
    ) -> None:
        """Act on the case.

        Raises:
            DomainError: the flow or the form says no.
        """
        self.wait(self.moment(when))
        if action not in self.service.actions:
            flow.decide(
                self.service, number="-", state=self.state, action=action,
                actor=flow.SYSTEM_ACTOR, scope={},
            )  # fmt: skip
        found = self.service.actions[action]
        own = {key: raw[key] for key in raw if key in {each.id for each in found.fields}}
        rest = {key: raw[key] for key in raw if key not in own}
        files = {key: len(own[key]) for key in own if isinstance(own[key], list)}
        given = answers.read_given(
            found.fields, own, vocabulary=self.service.vocabulary, facts=self.facts(), files=files
        )
        given.require()
        move = flow.decide(
            self.service, number="-", state=self.state, action=action,
            actor=flow.Actor(frozenset({by})), scope=self.scope(given.values),
        )  # fmt: skip
        if found.edits_form and rest:
            self._correct(rest)
        self.acts[action] = {key: value for key, value in given.values.items() if value is not None}
        self._enter(move.left, move.entered, move.effects, given.values)

    def _correct(self, rest: Mapping[str, Any]) -> None:
        merged = {**self.answered, **rest}
        form = answers.read_form(
            self.service.pages, merged, vocabulary=self.service.vocabulary, facts=self.facts()
        )
        form.require()
        self.answered = {key: value for key, value in form.values.items() if value is not None}
        self._settle()

    def _enter(
        self, left: str | None, entered: str, effects: tuple[Effect, ...],
        given: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.depth += 1
        if self.depth > DEEPEST:
            raise ActNotOpen(act="…", number="-", state=entered)
        before = self.service.states[left].final if left else False
        self.state = entered
        is_final = self.service.states[entered].final
        if before and not is_final:
            self.reopened += 1
        self.closed_at = (self.closed_at or self.now) if is_final else None
        if left != entered:
            for clock in timing.on_entry(
                self.service, self.clocks, left=left, entered=entered, at=self.now,
                scope=self.scope(given),
            ):  # fmt: skip
                self.clocks[clock.key] = clock
        for effect in effects:
            _EFFECTS.get(effect.name, _nothing)(self, effect.value, given or {})
        self.depth -= 1

    def follow(self, action: str | None) -> None:
        """Let the system take an action that a definition names, where it is open."""
        if not action or self.state not in self.service.actions[action].from_:
            return
        if self.service.vocabulary.truth(self.service.actions[action].require, self.scope()):
            self.act(action, "system", self.now, {})

    def answer_review(self, review: str, agency: str, answer: str) -> None:
        """Note what an agency answered, and what follows when all have."""
        waiting = self.reviews.get(review, {})
        if waiting.get(agency) != joint.Answer.WAITING:
            raise ActNotOpen(act=f"{review}: {agency}", number="-", state=self.state)
        waiting[agency] = answer
        self.judge(review)

    def judge(self, review: str) -> None:
        """Take the action that the answers of a review lead to, once nobody is waited for."""
        definition = self.service.reviews[review]
        found = joint.standing_of(self.reviews[review].values(), definition.join)
        if found.is_returned:
            self.follow(definition.on_returned)
        elif found.is_objected:
            self.follow(definition.on_objected)
        elif found.is_agreed:
            self.follow(definition.on_agreed)

    def pay(self, fee: str) -> None:
        """Pay a fee in full."""
        charged = self.fees.get(fee)
        if charged is None or not charged.is_open:
            raise ActNotOpen(act=fee, number="-", state=self.state)
        self.fees[fee] = replace(charged, is_open=False, is_paid=True)
        self.follow(self.service.fees[fee].on_paid)

    def wait(self, until: datetime) -> None:
        """Let time pass: breaches take effect, silent agencies are taken at their silence."""
        while True:
            due = [
                (step.at, clock, step)
                for clock in self.clocks.values()
                if clock.is_running
                for step in self.reckoned(clock).reached(until, clock.done)
            ]
            silent = [(at, key) for key, at in self.review_due.items() if at < until]
            if silent and (not due or min(silent)[0] <= min(due, key=lambda each: each[0])[0]):
                self._fall_silent(min(silent)[1], min(silent)[0])
            elif due:
                at, clock, step = min(due, key=lambda each: each[0])
                self._take(at, clock, step)
            else:
                break
        self.now = max(self.now, until)

    def _take(self, at: datetime, clock: timing.ClockValue, step: timing.Step) -> None:
        self.now = max(self.now, at)
        self.clocks[clock.key] = replace(clock, done=(*clock.done, step.id))
        kind, _, number = step.id.partition(":")
        if kind == "breach":
            self._enter(
                self.state, self.state, self.service.clocks[clock.key].breach[int(number)].do
            )

    def _fall_silent(self, key: tuple[str, str], at: datetime) -> None:
        review, agency = key
        del self.review_due[key]
        if self.reviews.get(review, {}).get(agency) != joint.Answer.WAITING:
            return
        self.now = max(self.now, at)
        answer = joint.silence(self.service.reviews[review].silence)
        if answer:
            self.reviews[review][agency] = answer
            self.judge(review)


def _nothing(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    return


def _clock(change: str) -> Any:
    def apply(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
        clock = case.clocks.get(value)
        if clock is None:
            return
        if change == "pause":
            case.clocks[value] = clock.paused(case.now, "effect")
        elif change == "resume":
            case.clocks[value] = clock.resumed(case.now)
        elif change == "stop":
            case.clocks[value] = clock.stopped(case.now, is_satisfied=True)
        else:
            for each in timing.restarted(case.service, clock, case.now, case.scope(given)):
                case.clocks[value] = each

    return apply


def _extend(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    clock = case.clocks[value]
    definition = case.service.clocks[value]
    longer = timing.extended(
        clock, definition, amount=str(given["amount"]), reason=str(given.get("reason", "")),
        due_at=case.reckoned(clock).due_at, at=case.now,
    )  # fmt: skip
    case.clocks[value] = replace(longer, done=())


def parties_asked(case: Simulation, review: str) -> dict[str, str]:
    """Return the agencies that a review asks, each with its allowance."""
    definition, scope = case.service.reviews[review], case.scope()
    vocabulary = case.service.vocabulary
    asked = {
        str(part.agency): part.due or definition.due
        for part in definition.parts
        if vocabulary.truth(part.when, scope)
    }
    named = vocabulary.value(definition.agencies, scope) if definition.agencies else ()
    for agency in named or ():
        asked.setdefault(str(agency), definition.due)
    return asked


def _start_review(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    asked = parties_asked(case, value.review)
    before = case.reviews.get(value.review, {})
    again = set(joint.asked_again(before, value.again)) if before else set(asked)
    fresh = {
        agency: amount
        for agency, amount in asked.items()
        if agency in again or agency not in before
    }
    case.reviews[value.review] = {**before, **dict.fromkeys(fresh, str(joint.Answer.WAITING))}
    case.rounds[value.review] = case.rounds.get(value.review, 0) + 1
    for agency, amount in fresh.items():
        found = period_due(case.now, Amount.parse(amount), case.calendar, tz=case.tz)
        case.review_due[value.review, agency] = found.due_at
    case.judge(value.review)


def _close_review(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    for agency, answer in case.reviews.get(value, {}).items():
        if answer == joint.Answer.WAITING:
            case.reviews[value][agency] = str(joint.Answer.CLOSED)


def _charge(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    amount = case.service.vocabulary.value(case.service.fees[value].amount, case.scope(given))
    amount = int(amount or 0)
    case.fees[value] = FeeFacts(amount, is_open=amount > 0, is_paid=amount == 0)
    if not amount:
        case.follow(case.service.fees[value].on_paid)


def _refund(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    fee = case.fees.get(value)  # what is still owed is owed no more
    if fee is not None:
        case.fees[value] = replace(fee, is_open=False, is_paid=False, is_refunded=fee.is_paid)


def _issue(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    if case.service.vocabulary.truth(value.when, case.scope(given)):
        case.outputs[value.output] = OutputFacts(is_issued=True, is_valid=True)
        case.follow(case.service.outputs[value.output].on_made)


def _revoke(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    if value.output in case.outputs:
        case.outputs[value.output] = OutputFacts(is_issued=True, is_valid=False)


def _spawn(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    case.children += 1


def _route(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    chosen = value.agency or given.get("agency")
    case.agency = str(chosen or routing.route(case.service, case.scope(given), case.place))


def _dispatch(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    case.dispatch = "stood_down" if value == "stand_down" else "sent"


def _act(case: Simulation, value: Any, given: Mapping[str, Any]) -> None:
    case.follow(value)


_EFFECTS: Mapping[str, Any] = {
    "pause": _clock("pause"),
    "resume": _clock("resume"),
    "stop": _clock("stop"),
    "restart": _clock("restart"),
    "extend": _extend,
    "start_review": _start_review,
    "close_review": _close_review,
    "charge": _charge,
    "refund": _refund,
    "issue": _issue,
    "revoke": _revoke,
    "spawn": _spawn,
    "route": _route,
    "dispatch": _dispatch,
    "act": _act,
}
