"""What the front page shows of the plan: sums, a bar for each department, what changed last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import override

from shizheng.core.addresses import address_of
from shizheng.plan.models import Chapter, Edition, Item, Light
from shizheng.plan.register.selectors import edition_in_force

COLOURS = ("green", "yellow", "red", "grey")


@dataclass(slots=True)
class DepartmentBar:
    """How many items of one department have each light."""

    number: int
    name: Mapping[str, str] | str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Items of the department."""
        return self.counts.total()

    @property
    def with_evidence(self) -> int:
        """Items whose light is not grey."""
        return self.total - self.counts["grey"]

    @property
    def spans(self) -> list[tuple[str, int, int]]:
        """(colour, start, count) of each part of the bar, in items."""
        spans, start = [], 0
        for colour in COLOURS:
            spans.append((colour, start, self.counts[colour]))
            start += self.counts[colour]
        return spans


@dataclass(frozen=True, slots=True)
class Promises:
    """This year's plan in numbers."""

    edition: Edition
    departments: Sequence[DepartmentBar]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(colour, items) over all departments, grey last."""
        return [(c, sum(row.counts[c] for row in self.departments)) for c in COLOURS]

    @property
    def total(self) -> int:
        """All items of the plan."""
        return sum(row.total for row in self.departments)

    @property
    def with_evidence(self) -> int:
        """Items whose light is not grey."""
        return sum(row.with_evidence for row in self.departments)


def promises() -> Promises | None:
    """Return this year's plan in numbers, None before an edition is adopted."""
    edition = edition_in_force()
    if edition is None:
        return None
    chapters = Chapter.objects.filter(edition=edition).annotate(items_count=Count("items"))
    departments = {
        number: DepartmentBar(number, name or title, Counter(grey=count))
        for number, title, name, count in chapters.values_list(
            "number", "title", "agency__short_name", "items_count"
        ).order_by("number")
    }
    lit = Light.objects.filter(item__edition=edition, until=None).exclude(colour="grey")
    counted = lit.values_list("item__chapter__number", "colour").annotate(n=Count("id"))
    for number, colour, count in counted.order_by():
        departments[number].counts[colour] += count
        departments[number].counts["grey"] -= count
    return Promises(edition, list(departments.values()))


def lights_changed(*, edition: Edition, limit: int) -> QuerySet[Light]:
    """The lights that changed last and rest on evidence, newest first."""
    lights = Light.objects.filter(item__edition=edition, until=None).exclude(colour="grey")
    return lights.select_related("item__annotation", "item__chapter__agency").order_by(
        "-since", "item__code"
    )[:limit]


def public_addresses() -> list[str]:
    """Return the addresses of the pages for everybody, in every language."""
    paths = ["", "plan/", "coverage/", "accessibility/", "api/"]
    edition = edition_in_force()
    if edition:
        plan = f"plan/{edition.plan.code}/"
        chapters = Chapter.objects.filter(edition=edition).values_list("number", flat=True)
        items = Item.objects.filter(edition=edition).values_list("code", flat=True)
        paths += [plan, *(f"{plan}departments/{number}/" for number in chapters)]
        paths += [f"{plan}items/{code}/" for code in items]
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found += [address for path in paths if (address := address_of(path))]
    return found
