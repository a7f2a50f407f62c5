"""A version of a service as pages show it: tables of its parts, each fact once, all in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due
from shizheng.kernel.time.rules import rules
from shizheng.services import city
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.clocks import extended_calendar
from shizheng.services.following.words import day_words, moment_words
from shizheng.services.publishing import words
from shizheng.services.publishing.words import Names, code, lines
from shizheng.services.schema.flow import Action
from shizheng.services.schema.form import Field
from shizheng.services.schema.timing import ClockOf

Row = list[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a definition as a table: its anchor, title, columns and rows."""

    anchor: str
    caption: str
    columns: tuple[Any, ...]
    rows: list[Row]

    @property
    def head(self) -> list[tuple[Any, str]]:
        """The columns as the component takes them."""
        return [(text, "") for text in self.columns]


def tables(definition: Definition, at: datetime) -> Iterator[Table]:
    """Yield every part of a version that is there, in the order in which a case meets them."""
    names = Names()
    for found in (
        _states(definition),
        _actions(definition, names),
        _clocks(definition, names, at),
        _fields(definition),
        _computed(definition),
        _routing(definition, names),
        _reviews(definition, names),
        _fees(definition),
        _outputs(definition),
        _steps(definition, names),
        _rest(definition, names),
    ):
        if found.rows:
            yield found


def row(*cells: object) -> Row:
    """Return a row of the table component."""
    return [(cell, "") for cell in cells]


def _states(definition: Definition) -> Table:
    rows = [
        row(
            lines([in_language(state.label), code(key)]),
            words.HOLDERS["nobody" if state.final else str(state.holder)],
            _state_kind(definition, key),
            lines(
                f"{in_language(action.label)} → {words.label(definition.states, action.to)}"
                for action in definition.actions.values()
                if key in action.from_ and action.to and action.to != key
            ),
            lines(
                in_language(action.label)
                for action in definition.actions.values()
                if key in action.from_ and action.to in (None, key)
            ),
        )
        for key, state in definition.states.items()
    ]
    columns = (
        _("State"), _("In whose hands"), _("Kind"), _("Leads on"), _("May be done and stays"),
    )  # fmt: skip
    return Table("states", _("States"), columns, rows)


def _state_kind(definition: Definition, key: str) -> object:
    state = definition.states[key]
    if state.outcome:
        return _("End: {outcome}").format(outcome=words.OUTCOMES[str(state.outcome)])
    return _("Begin") if key == definition.start else ""


def _actions(definition: Definition, names: Names) -> Table:
    rows = [
        row(
            lines([in_language(action.label), code(key)]),
            lines(names.actor(str(each)) for each in action.by),
            lines(words.label(definition.states, each) for each in action.from_),
            words.label(definition.states, action.to) if action.to else _("stays"),
            lines(_conditions(action)),
            lines(_asked(action.fields)),
            lines(words.effect_words(definition, each, names) for each in action.do),
        )
        for key, action in definition.actions.items()
    ]
    columns = (
        _("Act"), _("Who"), pgettext("services", "From"), pgettext("services", "To"),
        _("Only if"), _("What is asked"), _("What follows"),
    )  # fmt: skip
    return Table("actions", _("Acts"), columns, rows)


def _conditions(action: Action) -> Iterator[object]:
    if action.require:
        yield code(action.require)
    if action.reason:
        yield in_language(action.reason)
    if action.two_person:
        yield _("a second person confirms")


def _asked(fields: Sequence[Field]) -> Iterator[str]:
    for each in fields:
        must = _(" (must)") if each.required else ""
        yield f"{in_language(each.label)}: {words.FIELD_KINDS[str(each.kind)]}{must}"


def _clocks(definition: Definition, names: Names, at: datetime) -> Table:
    rows = [
        row(
            lines([in_language(clock.label), code(key), *([clock.source] if clock.source else [])]),
            lines(_allowances(clock, at)),
            _rule_name(clock.rule),
            lines(words.label(definition.states, each) for each in clock.start),
            lines(words.label(definition.states, each) for each in clock.pause_in),
            lines(words.label(definition.states, each) for each in clock.stop_in),
            lines(_warnings(definition, clock, names)),
        )
        for key, clock in definition.clocks.items()
    ]
    columns = (
        _("Clock"), _("How long, and an example from today"), _("How it is counted"),
        _("Starts in"), _("Stands still in"), _("Stops in"), _("Extension, warnings and after"),
    )  # fmt: skip
    return Table("clocks", _("Clocks"), columns, rows)


def _rule_name(key: str) -> str:
    if key not in rules:
        return key
    return in_language({"zh-Hant": rules[key].name_zh, "en": rules[key].name_en})


def _allowances(clock: ClockOf, at: datetime) -> Iterator[object]:
    for allowance in clock.amounts:
        told = words.amount(allowance.amount)
        if allowance.when:
            told = f"{told} [{allowance.when}]"
        if allowance.source:
            told = f"{told} ({allowance.source})"
        yield told
        if ends := example_end(allowance.amount, clock.rule, at):
            yield _("begun today it ends on {day}").format(day=ends)


def example_end(amount: str, rule: str, at: datetime) -> str:
    """Return when a clock that begins now would end, as a count that everybody can repeat."""
    tz = city.zone()
    try:
        found = due(
            at.astimezone(tz), Amount.parse(amount), extended_calendar(city.calendar_for()),
            tz=tz, rule=rules[rule],
        )  # fmt: skip
    except (DomainError, KeyError):
        return ""
    return moment_words(found.due_at) if amount.endswith("h") else day_words(found.due_on)


def _warnings(definition: Definition, clock: ClockOf, names: Names) -> Iterator[str]:
    if clock.extend:
        most = words.amount(clock.extend.max) if clock.extend.max else _("the same length")
        yield _("may be extended {times} times by at most {most}").format(
            times=clock.extend.times, most=most
        )
    for warning in clock.warn:
        yield _("at {point}: {who} is told").format(
            point=warning.at, who=names.actor(str(warning.to))
        )
    for breach in clock.breach:
        when = words.amount(breach.after) if breach.after else ""
        after = _("{time} after its end").format(time=when) if when else _("at its end")
        done = "; ".join(words.effect_words(definition, each, names) for each in breach.do)
        yield f"{after}: {done}"


def _fields(definition: Definition) -> Table:
    rows = [
        row(
            lines([in_language(each.label), code(each.id)]),
            in_language(page.title),
            lines(_kind_words(each)),
            _("must be answered") if each.required else _("may be left out"),
            lines(_field_conditions(each)),
            lines(_field_marks(each)),
        )
        for page in definition.pages
        for each in page.fields
    ]
    columns = (
        _("Question"), _("Page"), pgettext("services", "Answer"), _("Needed"), _("Conditions"),
        _("Who may read it"),
    )  # fmt: skip
    return Table("form", _("Form"), columns, rows)


def _kind_words(each: Field) -> Iterator[object]:
    yield words.FIELD_KINDS[str(each.kind)]
    for option in each.options:
        yield f"· {in_language(option.label)}"
    if each.options_from:
        yield _("from the table {name}").format(name=each.options_from)
    for column in each.columns:
        yield f"· {in_language(column.label)}: {words.FIELD_KINDS[str(column.kind)]}"


CONDITIONS = (
    ("show_if", gettext_lazy("asked if {condition}")),
    ("require_if", gettext_lazy("must if {condition}")),
    ("compute", gettext_lazy("is computed: {condition}")),
    ("check", gettext_lazy("is right if {condition}")),
)


def _field_conditions(each: Field) -> Iterator[str]:
    for name, sentence in CONDITIONS:
        if condition := getattr(each, name):
            yield str(sentence).format(condition=condition)


def _field_marks(each: Field) -> Iterator[str]:
    if each.personal:
        yield _("personal: kept apart and masked")
    if each.public:
        yield _("everybody")


def _computed(definition: Definition) -> Table:
    rows = [
        row(in_language(each.label) or code(each.id), code(each.value)) for each in definition.calc
    ] + [row(in_language(each.reason), code(each.require)) for each in definition.eligibility]
    columns = (_("Value, or what is told where it does not hold"), _("Rule"))
    return Table("computed", _("Computed values and conditions to apply"), columns, rows)


def _routing(definition: Definition, names: Names) -> Table:
    rows = []
    for number, rule in enumerate(definition.routing, 1):
        if rule.to:
            to = names.agency(rule.to)
        elif rule.to_owner_of_asset:
            to = _("the owner of the works or land at the place")
        else:
            to = _("the office of the district")
        rows.append(row(number, code(rule.when) if rule.when else _("always"), to))
    return Table("routing", _("Which agency gets it"), (_("Order"), _("If"), _("Agency")), rows)


def _reviews(definition: Definition, names: Names) -> Table:
    silences = {
        "deemed_agree": _("counts as agreed"),
        "deemed_object": _("counts as objected"),
        "escalate": _("goes to the next chief"),
    }
    rows = [
        row(
            lines([in_language(review.label), code(key)]),
            lines(
                f"{names.agency(part.agency)}{f' [{part.when}]' if part.when else ''}"
                f" ({words.amount(part.due or review.due)})"
                for part in review.parts
            )
            or code(review.agencies or ""),
            silences[review.silence],
            lines(
                f"{told}: {words.label(definition.actions, action)}"
                for told, action in (
                    (_("all agree"), review.on_agreed),
                    (_("one objects"), review.on_objected),
                    (_("one returns it"), review.on_returned),
                )
                if action
            ),
        )
        for key, review in definition.reviews.items()
    ]
    columns = (_("Joint review"), _("Agencies and their time"), _("Silence"), _("What follows"))
    return Table("reviews", _("Joint reviews"), columns, rows)


def _fees(definition: Definition) -> Table:
    rows = [
        row(
            lines([in_language(fee.label), code(key)]),
            code(fee.amount),
            words.amount(fee.due),
            in_language(fee.basis),
        )
        for key, fee in definition.fees.items()
    ]
    return Table(
        "fees",
        _("Fees"),
        (pgettext("services", "Fee"), _("Amount"), _("To be paid within"), _("Basis")),
        rows,
    )


def _outputs(definition: Definition) -> Table:
    rows = [
        row(
            lines([in_language(output.label), code(key)]),
            lines([output.template.path, code(output.template.sha256[:12])]),
            code(output.number),
            words.amount(output.valid_for) if output.valid_for else _("without end"),
            _("signed") if output.sign else _("not signed"),
        )
        for key, output in definition.outputs.items()
    ]
    columns = (
        _("Document"),
        _("Template"),
        pgettext("services", "Number"),
        _("Valid for"),
        _("Signature"),
    )
    return Table("outputs", _("Documents"), columns, rows)


def _steps(definition: Definition, names: Names) -> Table:
    rows = [
        row(
            lines([in_language(step.label), code(key)]),
            names.agency(step.agency),
            lines(words.label(definition.steps, each) for each in step.after),
            words.amount(step.days),
            code(step.when) if step.when else _("always"),
        )
        for key, step in definition.steps.items()
    ]
    columns = (_("Step"), _("Agency"), _("After"), _("Time"), _("If"))
    return Table("steps", _("Steps of the master case"), columns, rows)


def _rest(definition: Definition, names: Names) -> Table:
    keep = definition.retention
    facts: list[tuple[object, object]] = [
        (_("Comes in by"), lines(words.CHANNELS[str(each)] for each in definition.intake.channels)),
        (_("Looked after by"), names.agency(definition.owner)),
        (_("What the page by number shows"), lines(map(code, definition.access.public))),
        (_("Personal data is kept"), lines(_kept(definition))),
        (_("Drafts of older versions"), words.DRAFTS_FATE[definition.in_flight.drafts]),
        (_("Open cases of older versions"), words.CASES_FATE[definition.in_flight.cases]),
    ]  # fmt: skip
    if keep.hold_if:
        facts.append((_("Kept longer if"), code(keep.hold_if)))
    if definition.dispatch:
        told = _("within {minutes} minutes, up to {attempts} crews").format(
            minutes=definition.dispatch.acknowledge_minutes, attempts=definition.dispatch.attempts
        )
        facts.append((_("The crew must answer"), told))
    if definition.satisfaction:
        facts.append((_("Asked afterwards"), in_language(definition.satisfaction.question)))
    rows = [row(name, value) for name, value in facts]
    return Table("rest", _("Intake, access and keeping"), (_("What"), _("How")), rows)


def _kept(definition: Definition) -> Iterator[str]:
    yield words.amount(definition.retention.keep)
    for outcome, period in definition.retention.outcomes.items():
        told = words.OUTCOMES.get(outcome, outcome)
        yield f"{told}: {words.amount(period)}"
