"""The linter of service definitions: what could strand a case is found before anybody applies."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shizheng.kernel.errors import DomainError
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.shapes import Shape
from shizheng.kernel.time.rules import rules
from shizheng.packs.kinds.calendar import Calendar
from shizheng.packs.kinds.pack import Manifest
from shizheng.packs.kinds.role import Role
from shizheng.packs.problems import Path, listed, nearest
from shizheng.packs.schema import Finding
from shizheng.services.domain.examples import run_example
from shizheng.services.domain.flow import OPENED
from shizheng.services.domain.names import RESERVED, shape_of
from shizheng.services.schema.common import RESERVED_ACTORS, SYSTEM
from shizheng.services.schema.flow import DESK_LETTERS, Effect
from shizheng.services.schema.form import Field, FieldKind

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack
    from shizheng.services.definitions import Service

_CLOCK_EFFECTS = ("pause", "resume", "restart", "stop", "extend")
_CHOOSING = (FieldKind.CHOICE, FieldKind.CHOICES)


def lint(service: "Service", pack: "Pack") -> Iterator[Finding]:
    """Yield what is wrong with a service; its examples run only when nothing else is."""
    found = [
        *_states(service),
        *_actors(service, pack),
        *_clocks(service),
        *_effects(service),
        *_fields(service),
        *_tables(service),
        *_subjects(service),
        *_answers_to_all(service),
    ]
    if not found:
        found = [*_expressions(service)]
    yield from found
    if not found:
        yield from _examples(service, pack)


def _unknown(path: Path, what: str, key: str, known: Iterable[str], rule: str) -> Finding:
    every = sorted(known)
    hint = nearest(key, every) or f"Known: {listed(every)}."
    return Finding(path, f"no {what} is called “{key}”.", rule, hint)


def _states(service: "Service") -> Iterator[Finding]:
    """Every state must be reachable, and every one that is not final must be escapable."""
    known = service.states
    if service.start not in known:
        yield _unknown(("start",), "state", service.start, known, "states")
        return
    yield from _states_of_actions(service)
    steps = {
        (state, action.to)
        for action in service.actions.values()
        for state in action.from_
        if action.to
    }
    reached = _reachable({service.start}, steps)
    for state in known:
        if state not in reached:
            message = f"no way leads to the state “{state}”."
            hint = "Add an action whose `to` it is, or remove the state."
            yield Finding(("states", state), message, "reachable", hint)
    ends = {state for state, found in known.items() if found.final}
    if not ends:
        yield Finding(("states",), "no state is final, so that no case ever ends.", "escapable")
        return
    escaping = _reachable(ends, {(to, state) for state, to in steps})
    for state in known:
        if state not in escaping:
            message = f"no way leads from “{state}” to an end."
            hint = "Add an action from it; somebody must always be able to close the case."
            yield Finding(("states", state), message, "escapable", hint)


def _states_of_actions(service: "Service") -> Iterator[Finding]:
    known = service.states
    for key, action in service.actions.items():
        for index, state in enumerate(action.from_):
            if state not in known:
                path: Path = ("actions", key, "from", index)
                yield _unknown(path, "state", state, known, "states")
        if action.to and action.to not in known:
            yield _unknown(("actions", key, "to"), "state", action.to, known, "states")
        if key == OPENED:
            yield Finding(("actions", key), f"`{OPENED}` is the name of the beginning.", "actions")


def _reachable(start: set[str], steps: set[tuple[str, str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        here = waiting.pop()
        for state, to in steps:
            if state == here and to not in found:
                found.add(to)
                waiting.append(to)
    return found


def _actors(service: "Service", pack: "Pack") -> Iterator[Finding]:
    roles = {role.id for role in pack.bodies(Role)}
    letters: dict[tuple[str, str], str] = {}
    for key, action in service.actions.items():
        for index, actor in enumerate(action.by):
            if actor not in roles and actor not in RESERVED_ACTORS:
                path: Path = ("actions", key, "by", index)
                yield _unknown(path, "role", actor, roles | {*RESERVED_ACTORS}, "roles")
        if action.letter in DESK_LETTERS:
            message = f"“{action.letter}” is a key of the desk itself, which would take it."
            hint = f"Choose another letter; the desk uses {listed(DESK_LETTERS)}."
            yield Finding(("actions", key, "letter"), message, "letters", hint)
        for state in action.from_ if action.letter else ():
            other = letters.setdefault((state, action.letter or ""), key)
            if other != key:
                message = f"“{action.letter}” is the letter of “{other}” at “{state}” already."
                yield Finding(("actions", key, "letter"), message, "letters")


def _clocks(service: "Service") -> Iterator[Finding]:
    """States of a clock must exist; from every state where it runs a stop must be in reach."""
    steps = {
        (state, action.to)
        for action in service.actions.values()
        for state in action.from_
        if action.to
    }
    for key, clock in service.clocks.items():
        for name in ("start", "stop_in", "pause_in", "restart_in"):
            for index, state in enumerate(getattr(clock, name)):
                if state not in service.states:
                    path: Path = ("clocks", key, name, index)
                    yield _unknown(path, "state", state, service.states, "states")
        if clock.rule not in rules:
            yield _unknown(("clocks", key, "rule"), "rule", clock.rule, rules, "rule")
        can_stop = _reachable(set(clock.stop_in), {(to, state) for state, to in steps})
        for state in clock.start:
            if state in service.states and state not in can_stop:
                message = f"started in “{state}”, it can never stop."
                hint = "Name in `stop_in` a state that can be reached from there."
                yield Finding(("clocks", key, "stop_in"), message, "stoppable", hint)
        going = {(state, to) for state, to in steps if state not in clock.stop_in}
        for state in sorted(_reachable({*clock.start, *clock.restart_in}, going)):
            found = service.states.get(state)
            if found and found.final and state not in clock.stop_in:
                message = f"goes on in the final state “{state}”."
                yield Finding(
                    ("clocks", key, "stop_in"), message, "stoppable", "Add it to `stop_in`."
                )


def every_effect(service: "Service") -> Iterator[tuple[Path, Effect]]:
    """Yield each effect of a service with its path."""
    for index, effect in enumerate(service.opening):
        yield ("opening", index), effect
    for key, action in service.actions.items():
        for index, effect in enumerate(action.do):
            yield ("actions", key, "do", index), effect
    for key, clock in service.clocks.items():
        for number, breach in enumerate(clock.breach):
            for index, effect in enumerate(breach.do):
                yield ("clocks", key, "breach", number, "do", index), effect


def _effects(service: "Service") -> Iterator[Finding]:
    """What an effect names must exist."""
    for path, effect in every_effect(service):
        name, value = effect.name, effect.value
        place = (*path, name)
        if name in _CLOCK_EFFECTS and value not in service.clocks:
            yield _unknown(place, "clock", str(value), service.clocks, "effects")
        elif name in ("charge", "refund") and value not in service.fees:
            yield _unknown(place, "fee", str(value), service.fees, "effects")
        elif name in ("book", "release") and value not in service.bookings:
            yield _unknown(place, "booking", str(value), service.bookings, "effects")
        elif name == "act" and value not in service.actions:
            yield _unknown(place, "action", str(value), service.actions, "effects")
        elif name == "complete_step" and value not in service.steps:
            yield _unknown(place, "step", str(value), service.steps, "effects")
        elif name == "dispatch" and service.dispatch is None:
            yield Finding(place, "the service has no `dispatch`.", "effects")
        elif name == "close_review" and value not in service.reviews:
            yield _unknown(place, "review", str(value), service.reviews, "effects")
        else:
            yield from _named_effect(service, place, effect)


def _named_effect(service: "Service", place: Path, effect: Effect) -> Iterator[Finding]:
    if effect.start_review and effect.start_review.review not in service.reviews:
        key = effect.start_review.review
        yield _unknown((*place, "review"), "review", key, service.reviews, "effects")
    for issued in (effect.issue, effect.revoke):
        if issued and issued.output not in service.outputs:
            yield _unknown((*place, "output"), "output", issued.output, service.outputs, "effects")


def _subjects(service: "Service") -> Iterator[Finding]:
    """Actions that reviews, fees and crews lead to must be open to the system."""
    for path, action in _follow_ups(service):
        if action is None:
            continue
        if action not in service.actions:
            yield _unknown(path, "action", action, service.actions, "actions")
        elif SYSTEM not in service.actions[action].by:
            message = f"“{action}” is taken by the system, which is not in its `by`."
            yield Finding(path, message, "actions", "Add `system` to `by`.")
    for key, review in service.reviews.items():
        if not review.parts and review.agencies is None:
            yield Finding(("reviews", key), "asks no agency.", "reviews")
    yield from _steps(service)


def _answers_to_all(service: "Service") -> Iterator[Finding]:
    """Where reports are joined, whoever reported the same is told the end, too (一次回復)."""
    if service.intake.duplicates is None:
        return
    for key, action in service.actions.items():
        target = service.states.get(action.to or "")
        told = {each.notify.to for each in action.do if each.notify}
        if target and target.final and "applicant" in told and "linked" not in told:
            message = "closes the case and tells the applicant, but nobody who reported the same."
            hint = "Add `notify: {to: linked, ...}`, or leave out `intake.duplicates`."
            yield Finding(("actions", key, "do"), message, "duplicates", hint)


def _follow_ups(service: "Service") -> Iterator[tuple[Path, str | None]]:
    for key, review in service.reviews.items():
        for name in ("on_agreed", "on_objected", "on_returned"):
            yield ("reviews", key, name), getattr(review, name)
    for key, fee in service.fees.items():
        for name in ("on_paid", "on_expired"):
            yield ("fees", key, name), getattr(fee, name)
    for key, output in service.outputs.items():
        for name in ("on_made", "on_failed"):
            yield ("outputs", key, name), getattr(output, name)
    if service.dispatch:
        for name in ("on_acknowledged", "on_missed"):
            yield ("dispatch", name), getattr(service.dispatch, name)


def _steps(service: "Service") -> Iterator[Finding]:
    for key, step in service.steps.items():
        for index, before in enumerate(step.after):
            if before not in service.steps:
                path: Path = ("steps", key, "after", index)
                yield _unknown(path, "step", before, service.steps, "steps")
    for key, booking in service.bookings.items():
        if booking.table is not None and booking.table not in service.tables:
            path = ("bookings", key, "table")
            yield _unknown(path, "table", booking.table, service.tables, "bookings")
    if service.steps and (loop := _loop(service)):
        yield Finding(("steps", loop), "waits for itself.", "steps", "Break the circle of `after`.")


def _loop(service: "Service") -> str | None:
    """Return a step that is before itself, if there is one."""
    left = {key: set(step.after) & set(service.steps) for key, step in service.steps.items()}
    while ready := [key for key, before in left.items() if not before]:
        for key in ready:
            del left[key]
        for before in left.values():
            before.difference_update(ready)
    return next(iter(left), None)


def every_form(service: "Service") -> Iterator[tuple[Path, tuple[Field, ...], bool]]:
    """Yield each list of fields with its path, and whether it is the form of an action."""
    for index, page in enumerate(service.pages):
        yield ("pages", index, "fields"), page.fields, False
    for key, action in service.actions.items():
        yield ("actions", key, "fields"), action.fields, True


def _fields(service: "Service") -> Iterator[Finding]:
    """Ids stand once and are not words of the language; choices have options, checks words."""
    seen: dict[str, Path] = {}
    for path, fields, is_action in every_form(service):
        own: set[str] = set()
        for index, each in enumerate(fields):
            place = (*path, index)
            if each.id in RESERVED:
                yield Finding((*place, "id"), f"“{each.id}” is a word of expressions.", "fields")
            if each.id in own or (not is_action and each.id in seen):
                yield Finding((*place, "id"), f"the field “{each.id}” stands twice.", "fields")
            own.add(each.id)
            if not is_action:
                seen[each.id] = place
            if is_action and (each.personal or any(column.personal for column in each.columns)):
                message = "the form of an action keeps nothing personal: what it is given is lost."
                hint = (
                    "Ask for it in the application, and let the action correct it (`edits_form`)."
                )
                yield Finding((*place, "personal"), message, "fields", hint)
            yield from _field(service, place, each)
            for number, column in enumerate(each.columns):
                yield from _field(service, (*place, "columns", number), column)


def _field(service: "Service", place: Path, each: Field) -> Iterator[Finding]:
    if each.kind in _CHOOSING and not each.options and not each.options_from:
        yield Finding(place, "offers no choices.", "fields", "Add `options` or `options_from`.")
    if each.options_from and each.options_from not in service.tables:
        found = _unknown(
            (*place, "options_from"), "table", each.options_from, service.tables, "fields"
        )
        yield found
    if each.kind is FieldKind.TABLE and not each.columns:
        yield Finding(place, "has no columns.", "fields")
    if each.versions and (each.public or each.kind is not FieldKind.FILE):
        message = "only files have `versions`, and drawings under review are never public."
        yield Finding(place, message, "fields")
    if each.min is not None and each.max is not None and each.min > each.max:
        yield Finding((*place, "min"), f"{each.min} is above the `max` of {each.max}.", "fields")
    if each.check and not each.message:
        yield Finding(place, "has a check without a `message` to show.", "fields")


def _tables(service: "Service") -> Iterator[Finding]:
    for key, rows in service.tables.items():
        ids = [row.get("id", "") for row in rows]
        if not all(ids) or len(set(ids)) < len(ids):
            message = "every row needs an `id` of its own."
            yield Finding(("tables", key), message, "tables")


def _expressions(service: "Service") -> Iterator[Finding]:
    """Every expression is read against the names that its place can use."""
    for path, source, fields, value, only in every_expression(service):
        try:
            service.vocabulary.compiled(source, given=fields, value=value, only=only)
        except ExpressionError as error:
            refusal = error.refusal()
            yield Finding(path, refusal.message, "expression", refusal.hint)


Written = tuple[Path, str, tuple[Field, ...], Shape | None, frozenset[str] | None]


def every_expression(service: "Service") -> Iterator[Written]:
    """Yield path, source, fields of the action, shape of the value, and fields that may be read."""
    yield from _form_expressions(service)
    plain: list[tuple[Path, str | None]] = [
        *((("calc", i, "value"), each.value) for i, each in enumerate(service.calc)),
        *(
            (("eligibility", i, "require"), each.require)
            for i, each in enumerate(service.eligibility)
        ),
        *((("routing", i, "when"), each.when) for i, each in enumerate(service.routing)),
        *((("fees", k, "amount"), fee.amount) for k, fee in service.fees.items()),
        *((("steps", k, "when"), step.when) for k, step in service.steps.items()),
        *(
            (("steps", k, "answers", name), source)
            for k, step in service.steps.items()
            for name, source in step.answers.items()
        ),
        *(
            (("compared", i, name), getattr(each, name))
            for i, each in enumerate(service.compared)
            for name in ("promised", "realised")
        ),
        *((("reviews", k, "agencies"), each.agencies) for k, each in service.reviews.items()),
        (("retention", "hold_if"), service.retention.hold_if),
        (("title",), service.title),
        *(
            (("reviews", k, "parts", i, "when"), part.when)
            for k, review in service.reviews.items()
            for i, part in enumerate(review.parts)
        ),
        *(
            (("clocks", k, "amounts", i, "when"), each.when)
            for k, clock in service.clocks.items()
            for i, each in enumerate(clock.amounts)
        ),
        *(
            (("bookings", k, name), getattr(each, name))
            for k, each in service.bookings.items()
            for name in ("resources", "first", "last")
        ),
    ]
    for path, source in plain:
        if source is not None:
            yield path, source, (), None, None
    for key, output in service.outputs.items():
        fields = service.issuing_fields(key)
        for name, source in output.values.items():
            yield ("outputs", key, "values", name), source, fields, None, None
    for key, action in service.actions.items():
        if action.require:
            yield ("actions", key, "require"), action.require, action.fields, None, None
    for path, effect in every_effect(service):
        if effect.issue and effect.issue.when:
            yield (*path, "issue", "when"), effect.issue.when, (), None, None
        for name, source in (effect.spawn.answers if effect.spawn else {}).items():
            yield (*path, "spawn", "answers", name), source, (), None, None


def _form_expressions(service: "Service") -> Iterator[Written]:
    """A field may read only those before it, so that each answer is there when it is asked for."""
    before: set[str] = set()
    for index, page in enumerate(service.pages):
        if page.show_if:
            yield ("pages", index, "show_if"), page.show_if, (), None, frozenset(before)
        for number, each in enumerate(page.fields):
            path: Path = ("pages", index, "fields", number)
            yield from _of_field(path, each, (), frozenset(before))
            before.add(each.id)
    for key, action in service.actions.items():
        for number, each in enumerate(action.fields):
            path = ("actions", key, "fields", number)
            yield from _of_field(path, each, action.fields[:number], None)


def _of_field(
    path: Path, each: Field, given: tuple[Field, ...], only: frozenset[str] | None
) -> Iterator[Written]:
    for name in ("show_if", "require_if", "compute"):
        if source := getattr(each, name):
            yield (*path, name), source, given, None, only
    if each.check:
        yield (*path, "check"), each.check, given, shape_of(each), only


def _examples(service: "Service", pack: "Pack") -> Iterator[Finding]:
    if not service.examples:
        return
    manifest = pack.body(Manifest)
    try:
        calendar = pack.body(Calendar).work_calendar()
    except DomainError:
        return  # the calendar says so itself
    for index, example in enumerate(service.examples):
        for found in run_example(service, example, calendar, ZoneInfo(manifest.time_zone)):
            message = f"“{example.name}”: {found.key} is {found.found}, not {found.expected}."
            yield Finding(("examples", index, "expect"), message, "example")
