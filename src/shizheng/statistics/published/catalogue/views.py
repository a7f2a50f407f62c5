"""Addresses of the catalogue: the whole of it, one dataset, and what stands for an edition."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from shizheng.core import city
from shizheng.statistics.published import addresses
from shizheng.statistics.published.catalogue import datasets, indicators  # noqa: F401 - enter
from shizheng.statistics.published.catalogue.entries import Entry, Files, entries, sources
from shizheng.statistics.published.delivery import A_MINUTE, Content, door, sent
from shizheng.statistics.published.errors import FormatUnknown, NothingPublished

if TYPE_CHECKING:
    from shizheng.statistics.published.catalogue.graph import CatalogueGraph

TYPES = {
    "ttl": ("text/turtle; charset=utf-8", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@door
def catalogue(request: HttpRequest, ending: str) -> HttpResponse:
    """Send the catalogue."""
    _refuse_other(ending)
    now = timezone.now()
    found = list(entries(at=now))
    changed_at = max([each.newest.released_at for each in found], default=city.loaded_at() or now)
    graph = _empty_graph()
    if city.current():
        graph.add_catalogue(found, changed_at=changed_at)
    return _sent(request, graph, ending, changed_at)


@door
def description(request: HttpRequest, kind: str, code: str, ending: str) -> HttpResponse:
    """Send what is to be known of one dataset, every edition of it included."""
    _refuse_other(ending)
    entry = entry_out(kind, code, at=timezone.now())
    graph = _empty_graph()
    graph.add_entry(entry)
    return _sent(request, graph, ending, entry.newest.released_at)


@door
def thing(request: HttpRequest, kind: str, code: str, number: int = 0) -> HttpResponse:
    """Lead from what stands for a dataset or an edition to what describes it."""
    entry_out(kind, code, at=timezone.now())
    wants_json = "json" in request.headers.get("Accept", "")
    ending = "jsonld" if wants_json else "ttl"
    response = HttpResponseRedirect(addresses.description(kind, code, ending), status=303)
    response["Vary"] = "Accept"
    response["Cache-Control"] = A_MINUTE
    return response


def entry_out(kind: str, code: str, *, at: datetime) -> Entry:
    """Return one entry of the catalogue with the files of every edition.

    Raises:
        NothingPublished: there is none.
    """
    for entry in sources[kind](at=at, codes=[code], files=Files.ALL) if kind in sources else ():
        return entry
    raise NothingPublished(code=code[:60], catalogue=addresses.catalogue("ttl"))


def _refuse_other(ending: str) -> None:
    if ending not in TYPES:
        raise FormatUnknown(format=ending[:40], known=", ".join(TYPES))


def _empty_graph() -> "CatalogueGraph":
    from shizheng.statistics.published.catalogue.graph import CatalogueGraph  # late: heavy

    return CatalogueGraph()


def _sent(
    request: HttpRequest, graph: "CatalogueGraph", ending: str, changed_at: datetime
) -> HttpResponse:
    media_type, name = TYPES[ending]
    body = graph.written(name)
    return sent(request, Content(body, media_type, changed_at, A_MINUTE))
