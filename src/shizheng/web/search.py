"""One box over everything: departments and every sentence of the plan in force."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from shizheng.core.models import Agency
from shizheng.kernel.text import fold, words
from shizheng.plan.models import Chapter, Item
from shizheng.plan.register.selectors import edition_in_force

LONGEST = 100
ON_A_PAGE = 20
KINDS = {
    "department": pgettext_lazy("search result", "Department"),
    "item": pgettext_lazy("search result", "Plan item"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found."""

    kind: str
    code: str
    title: Mapping[str, str] | str
    text: str
    plan: str

    @property
    def address(self) -> str:
        """Its page in the reader's language."""
        name = "plan:item" if self.kind == "item" else "plan:department"
        return reverse(name, args=[self.plan, self.code])

    @property
    def kind_name(self) -> str:
        """What it is, in the reader's language."""
        return str(KINDS[self.kind])


def find(query: str) -> list[Hit]:
    """Return what holds every word of the query, 台 and 臺 alike: departments, then items.

    An item whose number is the query comes first.
    """
    wanted = words(query)
    if not wanted:
        return []
    hits = [hit for hit, text in candidates() if all(word in fold(text) for word in wanted)]
    return sorted(hits, key=lambda hit: hit.code != " ".join(wanted))


def candidates() -> Iterator[tuple[Hit, str]]:
    """Yield everything that can be found, each with the text that is searched."""
    edition = edition_in_force()
    if edition is None:
        return
    plan = edition.plan.code
    chapters = Chapter.objects.filter(edition=edition).select_related("agency")
    for chapter in chapters.order_by("number"):
        agency: Agency | None = chapter.agency
        name = agency.name if agency else {}
        hit = Hit("department", str(chapter.number), name or chapter.title, "", plan)
        yield hit, " ".join((chapter.title, *name.values()))
    items = Item.objects.filter(edition=edition).order_by("chapter__number", "number")
    for code, text, title in items.values_list("code", "text", "annotation__title"):
        hit = Hit("item", code, title or {}, text, plan)
        yield hit, " ".join((code, text, *(title or {}).values()))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the search box and what was found."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    pages = Paginator(find(query), ON_A_PAGE)
    context = {"query": query, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "web/search.html", context)
