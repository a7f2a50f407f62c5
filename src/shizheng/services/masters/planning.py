"""The steps of a master case in time (許可時程): dates, critical path, promises, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.services import city
from shizheng.services.actions.run import Run
from shizheng.services.applying.views.browsing import period_words
from shizheng.services.masters.chart import Bar, Chart, drawn
from shizheng.services.masters.domain.schedule import Planned, StepValue, schedule
from shizheng.services.models import Case, CaseStep
from shizheng.services.schema.subjects import ComparedOf
from shizheng.services.versions import definition_by

LIGHTS = {"waiting": "grey", "open": "green", "blocked": "red", "done": "green", "dropped": "grey"}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step in words: dates as planned, promised and done, and what it waits for."""

    step: CaseStep
    planned: Planned
    before: tuple[str, ...]
    legal: str
    basis: str
    service: str
    may_open: bool
    is_overdue: bool

    @property
    def before_words(self) -> str:
        """Names of the steps before it."""
        return _(", ").join(self.before)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.step.status in ("done", "dropped")

    @property
    def is_critical(self) -> bool:
        """Whether a day lost here is a day lost at the end."""
        return self.planned.is_critical and not self.is_settled

    @property
    def colour(self) -> str:
        """Name of the light beside the status."""
        return LIGHTS[self.step.status]

    @property
    def is_promise_late(self) -> bool:
        """Whether the promised day lies after the day planned by law."""
        promised = self.step.promised_on
        return bool(promised and not self.is_settled and promised > self.planned.ends)


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a case, the chain that decides its end, and the chart of it."""

    rows: tuple[StepRow, ...]
    path: tuple[str, ...]
    ends: date
    done: int
    chart: Chart

    @property
    def blocked(self) -> tuple[StepRow, ...]:
        """The steps that wait for the task force."""
        return tuple(row for row in self.rows if row.step.status == "blocked")


@dataclass(frozen=True, slots=True)
class Compared:
    """A promised figure beside what came of it; ``percent`` of the promise, None if unknown."""

    label: str
    promised: float | int | None
    realised: float | int | None
    unit: str

    @property
    def percent(self) -> int | None:
        """Return how much of the promise was kept."""
        if not self.promised or self.realised is None:
            return None
        return round(100 * float(self.realised) / float(self.promised))


def plan_of(case: Case, at: datetime) -> Plan | None:
    """Return the steps of a case with their dates as of a moment; None for one without steps."""
    rows = CaseStep.objects.filter(case=case).select_related("agency", "child", "decision_agency")
    steps = list(rows.order_by("position", "key"))
    if not steps:
        return None
    today = timezone.localdate(at)
    found = schedule(
        [_value(step) for step in steps], begins=timezone.localdate(case.opened_at), today=today,
        calendar=city.calendar_for(), tz=city.zone(),
    )  # fmt: skip
    labels = {step.key: in_language(step.label) for step in steps}
    shown = tuple(_row(case, step, found.steps[step.key], labels, today) for step in steps)
    is_left = {step.key for step in steps if step.status not in ("done", "dropped")}
    return Plan(
        rows=shown,
        path=tuple(labels[key] for key in found.path if key in is_left),
        ends=found.ends,
        done=len(steps) - len(is_left),
        chart=drawn([_bar(row) for row in shown], today=today),
    )


def _value(step: CaseStep) -> StepValue:
    return StepValue(
        key=step.key, amount=step.amount, after=tuple(step.after), started_on=step.started_on,
        finished_on=step.finished_on, is_dropped=step.status == CaseStep.Status.DROPPED,
    )  # fmt: skip


def _row(
    case: Case, step: CaseStep, planned: Planned, labels: dict[str, str], today: date
) -> StepRow:
    definition = definition_by(case.version_id).steps.get(step.key)
    return StepRow(
        step=step, planned=planned, before=tuple(labels[key] for key in step.after),
        legal=period_words(step.amount),
        basis=in_language(definition.basis) if definition and definition.basis else "",
        service=str(definition.service or "") if definition else "",
        may_open=bool(definition and definition.service and definition.answers),
        is_overdue=bool(step.promised_on and step.promised_on < today)
        and step.status not in ("done", "dropped"),
    )  # fmt: skip


def _bar(row: StepRow) -> Bar:
    step = row.step
    return Bar(
        label=in_language(step.label), begins=row.planned.begins, ends=row.planned.ends,
        kind="critical" if row.is_critical else step.status, promised=step.promised_on,
        is_left_out=step.status == CaseStep.Status.DROPPED,
    )  # fmt: skip


def contact_of(case: Case) -> tuple[str, str, str]:
    """Return the one contact of an applicant (單一聯絡人): name, e-mail, agency."""
    agency = in_language(case.agency.name)
    person = case.assignee
    return (str(person), person.email, agency) if person else (_("To be named"), "", agency)


def compared_of(case: Case, at: datetime) -> tuple[Compared, ...]:
    """Return what was promised beside what came of it, once something was reported."""
    definition = definition_by(case.version_id)
    if not definition.compared:
        return ()
    return tuple(_compared(definition.compared, Run(case, at=at, by=None)))


def _compared(figures: Sequence[ComparedOf], run: Run) -> Iterator[Compared]:
    scope, vocabulary = run.scope(), run.service.vocabulary
    for each in figures:
        yield Compared(
            in_language(each.label), vocabulary.value(each.promised, scope),
            vocabulary.value(each.realised, scope), in_language(each.unit),
        )  # fmt: skip
