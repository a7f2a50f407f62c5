"""One act at work: the case, who acts, what rules see, and everything that it writes at its end.

An act changes the projection through ``put`` alone, so that its event says all of it. Follow-up
acts of the system are queued and happen after it, each with an event of its own, in the same
transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from shizheng.core import outbox
from shizheng.core.models import Agency, User
from shizheng.kernel.registry import Registry
from shizheng.services import city
from shizheng.services.actions.writing import acts_put, told_put
from shizheng.services.clocks.keeping import ClockKeeper
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import answers, parsing
from shizheng.services.domain.facts import (
    Facts,
    FeeFacts,
    OutputFacts,
    PlaceFacts,
    ReviewFacts,
)
from shizheng.services.domain.flow import held_seconds
from shizheng.services.models import (
    AnswerSet,
    Case,
    CaseEvent,
    CaseLink,
    CaseParty,
    CaseStanding,
    CaseStep,
    Charge,
    Dispatch,
    Notice,
    Output,
    Review,
    SheetMark,
)
from shizheng.services.versions import definition_by

Holders = dict[tuple[UUID, str | None], list[User]]
"""Who holds a role for an agency, by both; runs that go together ask once."""
HOLDERS = ("office", "applicant", "agency")
PROJECTED = (
    "state", "holder", "is_open", "outcome", "agency", "assignee", "title", "description",
    "address", "district", "village", "longitude", "latitude", "geometry", "zones", "answers",
    "calculated", "closed_at", "held_since", "office_seconds", "applicant_seconds",
    "agency_seconds", "reopened_count", "wrong_handoff_count", "satisfaction", "version",
    "is_on_hold", "parent",
)  # fmt: skip
"""Fields of a case that its events set; ``due_at`` and ``is_late`` follow from its clocks."""


@dataclass(slots=True)
class Pending:
    """An event being made: what it will say once its effects are through."""

    action: str
    left: str
    entered: str
    given: dict[str, Any]
    note: str
    visibility: str
    by: User | None
    is_first: bool
    changes: dict[str, Any] = field(default_factory=dict)


class Run:
    """What an act works with (作為執行中)."""

    def __init__(
        self,
        case: Case,
        *,
        at: datetime,
        by: User | None,
        as_party: CaseParty | None = None,
        on_behalf_of: Agency | None = None,
        is_new: bool = False,
    ) -> None:
        self.case, self.at, self.by = case, at, by
        self.as_party, self.on_behalf_of = as_party, on_behalf_of
        self.is_first = self.is_new = is_new
        self.service: Definition = definition_by(case.version_id)
        self.clocks = ClockKeeper(case, self.service, at=at, is_new=is_new)
        self.follow: list[str] = []
        self.events: list[CaseEvent] = []
        self.notices: list[Notice] = []
        self.told: list[outbox.Happening] = []
        self.after: list[Callable[[], object]] = []
        self.personal: dict[str, Any] | None = {} if is_new else None
        self.event: Pending | None = None
        self.written: set[str] = set()
        self.was_open = case.is_open
        self.holders: Holders = {}

    # What rules see

    @cached_property
    def tz(self) -> Any:
        """Zone of the office."""
        return city.zone()

    def facts(self) -> Facts:
        """Return what rules see of the case now; only what the service declares is read."""
        case, service = self.case, self.service
        opened, now = case.opened_at.astimezone(self.tz), self.at.astimezone(self.tz)
        return Facts(
            state=case.state,
            channel=case.channel,
            agency=self.agency_code,
            opened_at=opened,
            now=now,
            today=now.date(),
            opened_on=opened.date(),
            answers=answers.joined(service, case.answers, self.personal_answers()),
            calculated=case.calculated,
            place=self.place(),
            description=case.description,
            is_open=case.is_open,
            reopened_count=case.reopened_count,
            days_since_closed=(self.at - case.closed_at).days if case.closed_at else 0,
            is_signed_in=case.reporter_id is not None,
            clocks=self.clocks.facts(),
            reviews=self._reviews(),
            fees=self._fees(),
            outputs=self._outputs(),
            children=self._children(),
            steps=self._steps(),
            dispatch=self._dispatch(),
            open_mark_count=self._open_marks(),
            acts=self._acts(),
        )

    def scope(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what expressions read now."""
        return self.service.vocabulary.scope(self.facts(), given=given)

    @property
    def agency_code(self) -> str:
        """Code of the responsible agency."""
        return self.case.agency.code if self.case.agency_id else ""

    def place(self) -> PlaceFacts:
        """Return where the case is, as rules see it."""
        from shizheng.services.places import place_facts

        return place_facts(self.case)

    def personal_answers(self) -> dict[str, Any]:
        """Return the personal answers that stand now, read once."""
        if self.personal is None:
            has_any = any(
                each.personal or any(column.personal for column in each.columns)
                for each in self.service.fields.values()
            )
            newest = (
                AnswerSet.objects.filter(case=self.case).order_by("-number").first()
                if has_any
                else None
            )
            self.personal = dict(newest.personal) if newest else {}
        return self.personal

    def _reviews(self) -> dict[str, ReviewFacts]:
        if not self.service.reviews or self.is_new:
            return {}
        found: dict[str, dict[str, str]] = {}
        rounds: dict[str, int] = {}
        rows = Review.objects.filter(case=self.case, is_current=True).order_by("agency__position")
        for key, agency, answer, number in rows.values_list(
            "review", "agency__code", "answer", "round"
        ):
            found.setdefault(key, {})[agency] = answer
            rounds[key] = max(rounds.get(key, 0), number)
        return {key: ReviewFacts(given, rounds[key]) for key, given in found.items()}

    def _fees(self) -> dict[str, FeeFacts]:
        if not self.service.fees or self.is_new:
            return {}
        rows = Charge.objects.filter(case=self.case).order_by("round")
        return {
            row.key: FeeFacts(
                row.amount,
                is_open=row.status == Charge.Status.OPEN,
                is_paid=row.status == Charge.Status.PAID,
                is_refunded=row.status == Charge.Status.REFUNDED,
            )
            for row in rows
        }

    def _outputs(self) -> dict[str, OutputFacts]:
        if not self.service.outputs or self.is_new:
            return {}
        rows = Output.objects.filter(case=self.case).order_by("issued_at")
        return {row.key: OutputFacts(True, row.status in ("preparing", "valid")) for row in rows}

    def _children(self) -> dict[str, int]:
        if self.is_new or not self._reads("children."):
            return {}
        rows = list(Case.objects.filter(parent=self.case).values_list("is_open", flat=True))
        return {"total": len(rows), "open": sum(rows), "done": len(rows) - sum(rows)}

    def _steps(self) -> dict[str, int]:
        if not self.service.steps or self.is_new:
            return {}
        rows = list(CaseStep.objects.filter(case=self.case).values_list("status", flat=True))
        done = sum(status in ("done", "dropped") for status in rows)
        blocked = sum(status == "blocked" for status in rows)
        return {"total": len(rows), "open": len(rows) - done, "done": done, "blocked": blocked}

    def _dispatch(self) -> str:
        if self.service.dispatch is None or self.is_new:
            return ""
        newest = Dispatch.objects.filter(case=self.case).order_by("-number").first()
        return newest.status if newest else ""

    def _acts(self) -> dict[str, dict[str, Any]]:
        """Return what each act was last given, the one going on included; nothing personal."""
        if self.is_new or not self._reads("acts."):
            return {}
        rows = CaseEvent.objects.filter(case=self.case, action__in=self.service.actions)
        done = [*rows.order_by("sequence").values_list("action", "act")]
        done += [(event.action, event.act) for event in self.events]
        done += [(self.event.action, self.event.given)] if self.event else []
        return {
            key: {
                each.id: parsing.restored(each, act[each.id])
                for each in self.service.actions[key].fields
                if act.get(each.id) is not None
            }
            for key, act in done
            if key in self.service.actions
        }

    def _open_marks(self) -> int:
        if self.is_new or not self._reads("case.open_marks"):
            return 0
        return SheetMark.objects.filter(case=self.case, settled_at=None, withdrawn_at=None).count()

    def _reads(self, name: str) -> bool:
        return any(name in source for source in self.service.sources)

    # Who belongs to it

    @cached_property
    def parties(self) -> list[CaseParty]:
        """Those who have a part in the case, read once."""
        rows = CaseParty.objects.filter(case=self.case, ended_at=None)
        return list(rows.select_related("person"))

    @cached_property
    def links(self) -> list[CaseLink]:
        """How the case belongs together with others, read once; the oldest first."""
        if self.is_new:
            return []
        rows = CaseLink.objects.filter(Q(case=self.case) | Q(to=self.case), undone_at=None)
        return list(rows.order_by("made_at", "pk"))

    @property
    def duplicates(self) -> list[CaseLink]:
        """The links of the cases that wait for the answer to this one (併案)."""
        kind = CaseLink.Kind.DUPLICATE
        return [link for link in self.links if link.to_id == self.case.pk and link.kind == kind]

    # What it writes

    def put(self, **fields: Any) -> None:
        """Set fields of the projection; the event will say so.

        Raises:
            ValueError: a field that events do not set.
        """
        assert self.event is not None  # noqa: S101 - only inside an event
        for name, value in fields.items():
            if name not in PROJECTED:
                raise ValueError(f"events do not set {name!r}")
            setattr(self.case, name, value)
            self.written.add(name)
            self.event.changes[name] = projected(self.case, name)

    def hold(self, holder: str) -> None:
        """Give the case to a holder; the one before is credited with the time until now."""
        case = self.case
        before = {name: getattr(case, f"{name}_seconds") for name in HOLDERS}
        spent = held_seconds(case.holder, case.held_since, self.at, before)
        fields = {f"{name}_seconds": spent[name] for name in HOLDERS if spent[name] != before[name]}
        self.put(holder=holder, held_since=self.at, **fields)

    def know(self, agencies: "list[UUID]", reason: str) -> None:
        """Let agencies know the case from now on (知悉)."""
        CaseStanding.objects.bulk_create(
            [
                CaseStanding(case=self.case, agency_id=key, reason=reason, since=self.at)
                for key in agencies
                if key != self.case.agency_id
            ],
            ignore_conflicts=True,
        )

    def begin(
        self, action: str, *, left: str, entered: str, given: Mapping[str, Any] | None = None,
        note: str = "", visibility: str = "internal", by: User | None = None,
    ) -> None:  # fmt: skip
        """Begin an event."""
        stored = parsing.stored(dict(given or {}))
        self.event = Pending(action, left, entered, stored, note, visibility, by, not self.events)

    @property
    def next_sequence(self) -> int:
        """Number of the event that is being made, or would be made next."""
        return self.case.revision + (1 if self.events or not self.is_new else 0)

    def end(self) -> CaseEvent:
        """End the event: it has its number and stands in the journal."""
        pending = self.event
        assert pending is not None  # noqa: S101 - begun above
        self.case.revision = self.next_sequence
        event = CaseEvent(
            case=self.case,
            sequence=self.case.revision,
            at=self.at,
            by=pending.by,
            on_behalf_of=self.on_behalf_of if pending.by else None,
            as_party=self.as_party if pending.is_first else None,
            action=pending.action,
            from_state=pending.left,
            to_state=pending.entered,
            changes=pending.changes,
            act=pending.given,
            note=pending.note,
            visibility=pending.visibility,
        )
        self.events.append(event)
        self.event = None
        return event

    def finish(self) -> None:
        """Write everything, then do what follows from it in the same transaction."""
        acts_put([self])
        self.go_on()

    def go_on(self) -> None:
        """Do what follows once everything is written."""
        for work in self.after:
            work()

    def tell(self) -> None:
        """Write what people and programs are told by something that is no event of the case."""
        told_put([self])


def projected(case: Case, name: str) -> Any:
    """Return a field of a case as events keep it: keys as text, moments in ISO form."""
    value = getattr(case, f"{name}_id") if name in _KEYS else getattr(case, name)
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


_KEYS = frozenset({"agency", "assignee", "district", "village", "version", "parent"})

EffectFunction = Callable[[Run, Any, Mapping[str, Any]], None]
effects: Registry[EffectFunction] = Registry("Effects of actions")
"""By name as in a definition's ``do``: what the effect does to a run. The list is closed."""

gates: Registry[Callable[[Run, bool], None]] = Registry("Gates before an act")
"""Asked before an act with whether the system acts; one that refuses raises a DomainError."""
closings: Registry[Callable[[Run], None]] = Registry("What follows the closing of a case")
"""Called in the transaction of the act, after a case that was open has been written as closed."""
