"""One box over everything that can be found: the page of the site's search."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from shizheng.core import search
from shizheng.core.addresses import address_of
from shizheng.core.search import Found, Hit, QueryTooLong, kinds
from shizheng.core.words import FALLBACK, language_tag
from shizheng.kernel.text import cleaned

HAN = ("\u3400", "\u9fff")


@dataclass(frozen=True, slots=True)
class Row:
    """A hit as the page shows it."""

    hit: Hit

    @property
    def kind_name(self) -> str:
        """What it is, in the reader's language."""
        return str(kinds[self.hit.kind].name)

    @property
    def address(self) -> str:
        """Its page in the reader's language, or the only one it has."""
        return address_of(self.hit.path.lstrip("/")) or self.hit.path

    @property
    def language(self) -> str:
        """The language of the snippet where it is not that of the page: words stay verbatim."""
        if language_tag() == FALLBACK:
            return ""
        text = "".join(segment.text for segment in self.hit.snippet)
        return FALLBACK if any(HAN[0] <= sign <= HAN[1] for sign in text) else ""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the search box and what the visitor may find."""
    query = cleaned(request.GET.get("q", "")).strip()
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else ""
    number = request.GET.get("page", "")
    context: dict[str, object] = {"query": query, "kind": kind}
    status = 200
    try:
        found = search.find(
            query,
            viewer=request.user,
            kinds_wanted=[kind] if kind else (),
            languages=[language_tag()],
            page=int(number) if number.isdecimal() and len(number) < 6 else 1,
        )
    except QueryTooLong as refusal:
        context["refusal"] = refusal.refusal(gettext)
        status = refusal.status
    else:
        context |= {"found": found, "rows": [Row(hit) for hit in found.hits]}
        context |= {"page": _page_of(found), "chips": list(_chips(query, kind))}
    return render(request, "web/search.html", context, status=status)


def _page_of(found: Found) -> Page[int]:
    """Return the place among all hits, for the links to the other pages."""
    return Paginator(range(found.count), search.PAGE_SIZE).get_page(found.page)


def _chips(query: str, kind: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (words, address, is in force) of each kind of thing to which one can narrow."""
    yield gettext("Everything"), f"?{urlencode({'q': query})}", not kind
    for name, each in kinds.items():
        yield str(each.plural), f"?{urlencode({'q': query, 'kind': name})}", name == kind
