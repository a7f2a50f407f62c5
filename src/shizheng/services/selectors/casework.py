"""One case as those who work on it see it (案件全貌): acts, answers, clocks, people, what happened.

Personal answers and contacts are masked here; ``is_shown`` says that a reason was given for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shizheng.core import journal
from shizheng.core.access import Viewer, acts_open_to
from shizheng.core.models import JournalEntry, RoleGrant, User
from shizheng.core.models.file import Attachment
from shizheng.core.words import in_language
from shizheng.services.access import actor_on, staff_cases
from shizheng.services.actions.run import Run
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.flow import actions_open
from shizheng.services.models import (
    AnswerSet,
    Case,
    CaseClock,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseMessage,
    CaseParty,
    Confirmation,
    Review,
)
from shizheng.services.schema.flow import Action
from shizheng.services.schema.form import POWER_OF_ATTORNEY
from shizheng.services.versions import definition_by

ASSIGN, WORK, REVIEW = "services.assign_case", "services.act_on_case", "services.review_case"
HOLD, VIEW = "services.hold_case", "services.view_case"


@dataclass(frozen=True, slots=True)
class ActShown:
    """Something that the viewer may do now, or may not yet: then ``hindrance`` says why."""

    key: str
    action: Action
    hindrance: str = ""

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return in_language(self.action.label)

    @property
    def needs_form(self) -> bool:
        """Whether there is something to fill in, to confirm or to think about first."""
        return bool(self.action.fields) or self.action.edits_form or self.action.two_person

    @property
    def is_onward(self) -> bool:
        """Whether it may be done now and brings the case on, not to another agency."""
        is_sent_away = any(effect.route is not None for effect in self.action.do)
        return not self.hindrance and self.action.to is not None and not is_sent_away


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """The versions of one document, the newest first (文件版本)."""

    label: str
    versions: tuple[tuple[CaseDocument, Attachment | None], ...]


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """A joint review with its rounds, and the parts that the viewer may answer (會審)."""

    label: str
    rows: tuple[Review, ...]
    mine: frozenset[UUID]

    @property
    def waiting(self) -> int:
        """How many agencies have not answered."""
        return sum(row.is_current and row.answer == Review.Answer.WAITING for row in self.rows)


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Another case that belongs to this one, and how."""

    kind: str
    case: Case
    reason: str = ""
    score: float | None = None


def case_for_staff(viewer: Viewer, number: str) -> Case | None:
    """Return the case with a number if ``viewer`` may see it as staff."""
    rows = Case.objects.filter(staff_cases(viewer), number=number).select_related(
        "service", "agency", "assignee", "district", "village", "parent", "version"
    )
    return rows.defer("district__shape", "village__shape").first()


class Casework:
    """Everything about one case for one viewer, each part read when it is shown."""

    def __init__(self, case: Case, viewer: Viewer, *, is_shown: bool = False) -> None:
        self.case, self.viewer, self.is_shown = case, viewer, is_shown
        self.definition: Definition = definition_by(case.version_id)

    @property
    def is_personal(self) -> bool:
        """Whether the whole case is personal: then its words are masked, too."""
        return self.case.access_class == Case.AccessClass.PERSONAL

    @property
    def are_words_shown(self) -> bool:
        """Whether title, description and address may stand on the page."""
        return self.is_shown or not self.is_personal

    @property
    def person(self) -> User:
        """Who looks at it."""
        assert isinstance(self.viewer.person, User)  # noqa: S101 - staff has signed in
        return self.viewer.person

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Which of the rights that the page asks of the viewer has on this case."""
        return acts_open_to(self.person, self.case, ASSIGN, WORK, HOLD, at=self.viewer.at)

    @cached_property
    def run(self) -> Run:
        """The case as rules see it; nothing is written."""
        run = Run(self.case, at=self.viewer.at, by=self.person)
        run.personal = dict(self.answer_set.personal) if self.answer_set else {}
        return run

    @cached_property
    def answer_set(self) -> AnswerSet | None:
        """The answers that stand now."""
        return AnswerSet.objects.filter(case=self.case).order_by("-number").first()

    @cached_property
    def acts(self) -> tuple[ActShown, ...]:
        """What the viewer may do now, and what their part may do once a condition holds."""
        actor = actor_on(self.case, self.viewer, None)
        keys = actions_open(self.definition, self.case.state, actor)
        if not keys or self.confirmation is not None:
            return ()
        scope = self.run.scope()
        return tuple(self._act(key, scope) for key in keys)

    def _act(self, key: str, scope: Mapping[str, Any]) -> ActShown:
        action = self.definition.actions[key]
        if "given." in (action.require or "") or self.definition.vocabulary.truth(
            action.require, scope, given=action.fields
        ):
            return ActShown(key, action)
        return ActShown(key, action, in_language(action.reason) or "…")

    @cached_property
    def confirmation(self) -> Confirmation | None:
        """The act that waits for a second person."""
        if not any(each.two_person for each in self.definition.actions.values()):
            return None
        rows = Confirmation.objects.filter(case=self.case, settled_at=None)
        return rows.select_related("asked_by").first()

    @cached_property
    def parties(self) -> tuple[CaseParty, ...]:
        """Who belongs to the case; followers are only counted."""
        return tuple(CaseParty.objects.filter(case=self.case).select_related("acts_for"))

    @cached_property
    def clocks(self) -> tuple[tuple[str, CaseClock], ...]:
        """The newest round of each clock, with its name; the main one first."""
        newest = {
            row.key: row for row in CaseClock.objects.filter(case=self.case).order_by("round")
        }
        main = self.definition.main_clock
        keys = sorted(newest, key=lambda key: key != main)
        names = self.definition.clocks
        return tuple(
            (in_language(names[key].label) if key in names else key, newest[key]) for key in keys
        )

    @cached_property
    def files(self) -> dict[str, Attachment]:
        """The files of documents by the key of what they belong to."""
        keys = [str(each.pk) for each in self._documents]
        if not keys:
            return {}
        found = Attachment.objects.filter(object_key__in=keys).select_related("file")
        return {each.object_key: each for each in found}

    @cached_property
    def _documents(self) -> tuple[CaseDocument, ...]:
        return tuple(CaseDocument.objects.filter(case=self.case))

    @cached_property
    def documents(self) -> tuple[DocumentShown, ...]:
        """Photos and papers by what they were handed in for, each with its versions."""
        grouped: dict[tuple[str, int], list[CaseDocument]] = {}
        for row in self._documents:
            grouped.setdefault((row.field, row.position), []).append(row)
        return tuple(
            DocumentShown(
                self._label_of(rows[-1]),
                tuple((row, self.files.get(str(row.pk))) for row in reversed(rows)),
            )
            for (field, _position), rows in grouped.items()
        )

    def _label_of(self, row: CaseDocument) -> str:
        """Return what a document is called by the act that brought it, or by the form."""
        actions = self.definition.actions
        fields = {POWER_OF_ATTORNEY.id: POWER_OF_ATTORNEY, **self.definition.fields}
        for action in (*actions.values(), *(actions[key] for key in self._acts_at(row.added_at))):
            fields |= {each.id: each for each in action.fields}
        return in_language(fields[row.field].label) if row.field in fields else ""

    def _acts_at(self, moment: datetime) -> Iterator[str]:
        actions = self.definition.actions
        yield from (e.action for e in self.events if e.at == moment and e.action in actions)

    @cached_property
    def reviews(self) -> tuple[ReviewShown, ...]:
        """Joint reviews, every round of them."""
        if not self.definition.reviews:
            return ()
        rows = Review.objects.filter(case=self.case).select_related("agency", "answered_by")
        found: dict[str, list[Review]] = {}
        for row in rows.order_by("review", "agency__position", "agency__code", "round"):
            found.setdefault(row.review, []).append(row)
        mine = self._reviews_of_mine()
        known = self.definition.reviews
        return tuple(
            ReviewShown(in_language(known[key].label) if key in known else key, tuple(each), mine)
            for key, each in found.items()
        )

    def _reviews_of_mine(self) -> frozenset[UUID]:
        waiting = Review.objects.filter(
            self.viewer.within(REVIEW, agency="agency"),
            case=self.case, answer=Review.Answer.WAITING, is_current=True,
        )  # fmt: skip
        return frozenset(waiting.values_list("pk", flat=True))

    @cached_property
    def links(self) -> tuple[LinkShown, ...]:
        """Cases linked from here and to here, parts, and the whole that this is part of."""
        shown = ("case__service", "to__service")
        rows = CaseLink.objects.filter(undone_at=None).select_related(*shown)
        found = [
            *(
                LinkShown(row.kind, row.to, row.reason, row.score)
                for row in rows.filter(case=self.case)
            ),
            *(
                LinkShown(f"{row.kind}_of", row.case, row.reason, row.score)
                for row in rows.filter(to=self.case)
            ),
        ]
        seen = {each.case.pk for each in found}
        parts = (
            Case.objects.filter(parent=self.case).select_related("service").order_by("opened_at")
        )
        found += [LinkShown("part", each) for each in parts[:100] if each.pk not in seen]
        if self.case.parent is not None and self.case.parent_id not in seen:
            found.append(LinkShown("whole", self.case.parent))
        return tuple(found)

    @cached_property
    def messages(self) -> tuple[CaseMessage, ...]:
        """Messages with the parties and notes of the office, the newest last."""
        rows = CaseMessage.objects.filter(case=self.case).select_related("by", "agency", "as_party")
        return tuple(rows.order_by("sent_at", "id"))

    @cached_property
    def events(self) -> tuple[CaseEvent, ...]:
        """What happened, the newest first."""
        rows = CaseEvent.objects.filter(case=self.case).order_by("-sequence")
        return tuple(rows.select_related("by", "on_behalf_of", "as_party"))

    @cached_property
    def readings(self) -> tuple[JournalEntry, ...]:
        """Who read personal data of the case, and why."""
        return tuple(journal.entries_of(self.case, journal.READ)[:50])


def events_since(case: Case, revision: int) -> Sequence[CaseEvent]:
    """Return what happened to a case after the revision that somebody saw."""
    rows = CaseEvent.objects.filter(case=case, sequence__gt=revision).order_by("sequence")
    return list(rows.select_related("by", "on_behalf_of"))


def colleagues(case: Case) -> Iterator[User]:
    """Yield who may be given a case: people of the agencies from the top to that of the case."""
    place: Any = case.agency
    keys: list[UUID] = []
    while place is not None and len(keys) < 10:
        keys.append(place.pk)
        place = place.parent
    yield from _staff(Q(agency__in=keys))


def people_beside(viewer: Viewer, named: str = "") -> Iterator[User]:
    """Yield with whom the viewer shares cases (同仁): people of the agencies whose cases they see.

    Args:
        named: an account of staff that is yielded in any case.
    """
    keys = {key for scope in viewer.scopes(VIEW) for key in scope.agencies or ()}
    of = Q(agency__in=keys)
    if named:
        of |= Q(person__in=User.objects.filter(username=named).values("pk"))
    if keys or named:
        yield from _staff(of).only("display_name", "username")


def _staff(of: Q) -> QuerySet[User]:
    """Return the people who hold a role of staff by grants ``of`` some kind, by their names."""
    grants = RoleGrant.objects.filter(of, role__is_staff_role=True, revoked_at=None)
    holders = grants.order_by().values("person")
    people: QuerySet[User] = User.objects.filter(pk__in=holders, is_active=True)
    return people.order_by("display_name", "username")[:300]
