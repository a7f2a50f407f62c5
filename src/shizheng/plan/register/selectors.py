"""Reads of the plan register: the overview, a department, an item, as of any moment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from shizheng.core.access import Person, VisibleQuerySet
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import fold
from shizheng.plan.evidence.holding import held_at
from shizheng.plan.evidence.overrides import overrides_in_force
from shizheng.plan.models import (
    Chapter,
    Commitment,
    Edition,
    Item,
    Light,
    Milestone,
    Plan,
    Target,
)

COLOURS = ("green", "yellow", "red", "grey")
SHORT = 46
CHANGES = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader of the overview asked for; each empty value asks for nothing."""

    light: str = ""
    kind: str = ""
    words: str = ""
    dated: bool = False

    def __bool__(self) -> bool:
        return bool(self.light or self.kind or self.words or self.dated)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as a list shows it; ``note`` is the colour of a person's note beside its light."""

    code: str
    text: str
    title: Mapping[str, str]
    kind: str
    colour: str
    since: datetime | None
    is_synthetic: bool
    due_on: date | None
    note: str = ""

    @property
    def short(self) -> str:
        """The first words of the sentence."""
        return self.text if len(self.text) <= SHORT else f"{self.text[:SHORT]}…"


@dataclass(slots=True)
class DepartmentRow:
    """One chapter with its items and how many have each light."""

    number: int
    title: str
    agency: Mapping[str, str]
    rows: list[ItemRow] = field(default_factory=list)
    total: int = 0

    @property
    def counts(self) -> Counter[str]:
        """Items by colour."""
        return Counter(row.colour for row in self.rows)

    @property
    def with_evidence(self) -> int:
        """Items whose light is not grey."""
        return sum(row.colour != "grey" for row in self.rows)

    @property
    def on_course_share(self) -> float | None:
        """Share of all items shown that are green, 0 to 1: grey counts against the department."""
        return self.counts["green"] / len(self.rows) if self.rows else None

    @property
    def changed_at(self) -> datetime | None:
        """The last moment on which a light of this department changed."""
        return max((row.since for row in self.rows if row.since), default=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """The plan at one moment: departments in the order of the text, and the sums."""

    departments: Sequence[DepartmentRow]
    total: int
    shown: int
    counts: Mapping[str, int]
    is_synthetic: bool

    @property
    def with_evidence(self) -> int:
        """Items whose light is not grey."""
        return self.total - self.counts["grey"]

    @property
    def on_course_share(self) -> float | None:
        """Share of all items that are green, 0 to 1: what has no evidence counts as not kept."""
        return self.counts["green"] / self.total if self.total else None


def editions_visible(*, viewer: Person) -> QuerySet[Edition]:
    """Editions ``viewer`` may read: adopted ones, and drafts for those who prepare them."""
    editions: VisibleQuerySet[Edition] = VisibleQuerySet(Edition)
    return (
        editions.visible_to(viewer)
        .select_related("plan")
        .defer("pieces")
        .order_by("-plan__period_from", "-number")
    )


class NoSuchPlan(DomainError):
    """There is no plan with this code."""

    code = "plan.no_such_plan"
    message = N_("There is no plan “{code}” in this database.")
    hint = N_("Known plans: {known}. Load a pack first if there is none.")


def plan_named(code: str = "") -> Plan:
    """Return the plan with a code, or the newest one.

    Raises:
        NoSuchPlan: there is none.
    """
    plans = Plan.objects.order_by("-period_from", "code")
    plan = (plans.filter(code=code) if code else plans).first()
    if plan is None:
        raise NoSuchPlan(code=code, known=", ".join(p.code for p in plans) or "-")
    return plan


def edition_in_force(*, plan: Plan | None = None, on: date | None = None) -> Edition | None:
    """The edition that binds the city: of the given or newest plan, now or on a past day.

    Its printed pieces are left in the database until somebody prints them.
    """
    editions = Edition.objects.select_related("plan").defer("pieces")
    editions = editions.order_by("-plan__period_from", "-number")
    if plan:
        editions = editions.filter(plan=plan)
    if on is None:
        return editions.filter(status=Edition.Status.ADOPTED).first()
    held = Q(in_force_to=None) | Q(in_force_to__gt=on)
    return editions.filter(held, in_force_from__lte=on).first()


def overview(*, edition: Edition, filters: Filters, at: datetime | None = None) -> Overview:
    """Return every department with the items that match, and the lights of all items."""
    items = item_rows(edition=edition, at=at)
    departments: dict[int, DepartmentRow] = {
        chapter.number: DepartmentRow(
            number=chapter.number,
            title=chapter.title,
            agency=chapter.agency.short_name if chapter.agency else {},
        )
        for chapter in Chapter.objects.filter(edition=edition).select_related("agency")
    }
    words = [fold(word) for word in filters.words.split()]
    counts: Counter[str] = Counter()
    shown = 0
    for chapter_number, search_text, row in items:
        department = departments[chapter_number]
        department.total += 1
        counts[row.colour] += 1
        if _matches(row, search_text, filters, words):
            department.rows.append(row)
            shown += 1
    return Overview(
        departments=[row for row in departments.values() if row.rows or not filters],
        total=sum(counts.values()),
        shown=shown,
        counts={colour: counts[colour] for colour in COLOURS},
        is_synthetic=any(row.is_synthetic for _, _, row in items),
    )


def lights_changed(*, edition: Edition, until: datetime) -> QuerySet[Light]:
    """The latest changes of colour in the seven days before a moment; a first light is none."""
    earlier = Light.objects.filter(item=OuterRef("item"), until=OuterRef("since")).exclude(
        colour=OuterRef("colour")
    )
    return (
        Light.objects.filter(
            Exists(earlier),
            item__edition=edition,
            since__lte=until,
            since__gt=until - timedelta(days=7),
        )
        .select_related("item__annotation")
        .order_by("-since", "item__code")[:CHANGES]
    )


def item_rows(
    *, edition: Edition, at: datetime | None = None, chapter: int | None = None
) -> list[tuple[int, str, ItemRow]]:
    """Return (chapter number, search text, row) of each item in the order of the text."""
    lights = _lights(edition, at)
    due = _due_dates(edition, at)
    notes = dict(overrides_in_force(edition=edition, at=at).values_list("item_id", "colour"))
    items = Item.objects.filter(edition=edition).order_by("chapter__number", "number")
    if chapter is not None:
        items = items.filter(chapter__number=chapter)
    rows = []
    for key, number, code, text, search_text, title, kind in items.values_list(
        "id",
        "chapter__number",
        "code",
        "text",
        "search_text",
        "annotation__title",
        "annotation__kind",
    ):
        colour, since, is_synthetic = lights.get(key, ("grey", None, False))
        row = ItemRow(
            code=code,
            text=text,
            title=title or {},
            kind=kind or "",
            colour=colour,
            since=since,
            is_synthetic=is_synthetic,
            due_on=due.get(key),
            note=notes.get(key, ""),
        )
        rows.append((number, search_text, row))
    return rows


def _matches(row: ItemRow, search_text: str, filters: Filters, words: Iterable[str]) -> bool:
    if filters.light and row.colour != filters.light:
        return False
    if filters.kind and row.kind != filters.kind:
        return False
    if filters.dated and row.due_on is None:
        return False
    if not words:
        return True
    haystack = fold(" ".join((row.code, search_text, *row.title.values())))
    return all(word in haystack for word in words)


def _lights(edition: Edition, at: datetime | None) -> dict[UUID, tuple[str, datetime, bool]]:
    lights = Light.objects.filter(item__edition=edition).filter(held_at("since", "until", at))
    return {
        key: (colour, since, is_synthetic)
        for key, colour, since, is_synthetic in lights.values_list(
            "item_id", "colour", "colour_since", "is_synthetic"
        ).order_by("item_id")
    }


def _due_dates(edition: Edition, at: datetime | None) -> dict[UUID, date]:
    held = held_at("held_from", "held_to", at)
    commitments = Commitment.objects.filter(held, item__edition=edition, due_on__isnull=False)
    milestones = Milestone.objects.filter(held, commitment__item__edition=edition)
    dates = [
        *commitments.values_list("item_id", "due_on").order_by(),
        *milestones.values_list("commitment__item_id", "due_on").order_by(),
    ]
    first: dict[UUID, date] = {}
    for key, day in dates:
        if day is not None:
            first[key] = min(day, first.get(key, day))
    return first


def item_for_page(*, edition: Edition, code: str, at: datetime | None = None) -> Item | None:
    """One item with all that its page shows as of a moment, or None if there is no such item."""
    held = held_at("held_from", "held_to", at)
    commitments = (
        Commitment.objects.filter(held)
        .select_related("agency")
        .prefetch_related(
            "partners",
            Prefetch("targets", Target.objects.filter(held)),
            Prefetch("milestones", Milestone.objects.filter(held)),
        )
    )
    item = (
        Item.objects.filter(edition=edition, code=code)
        .select_related("chapter__agency", "annotation")
        .prefetch_related(
            Prefetch("commitments", commitments),
            Prefetch("lights", Light.objects.defer("reasons").order_by("-since")),
        )
        .first()
    )
    if item:
        item.edition = edition
    return item


def department(*, chapter: Chapter, at: datetime | None = None) -> DepartmentRow:
    """One chapter with all its items."""
    rows = item_rows(edition=chapter.edition, at=at, chapter=chapter.number)
    return DepartmentRow(
        number=chapter.number,
        title=chapter.title,
        agency=chapter.agency.short_name if chapter.agency else {},
        rows=[row for _, _, row in rows],
        total=len(rows),
    )
