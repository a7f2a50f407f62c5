"""OGC API Features: the registers as other people's programs read them.

Source: OGC 17-069r4 (Part 1, Core) and 18-058r1 (Part 2, Coordinate Reference Systems).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core import words
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.domain.cql2.nodes import MOST_SIGNS
from shizheng.places.exporting import FORMATS, MOST, written
from shizheng.places.ogc import documents, records, schemas
from shizheng.places.ogc.asking import Asked, asked_of, items, newest
from shizheng.places.ogc.systems import SYSTEMS
from shizheng.places.ogc.writing import features
from shizheng.places.pages.views import layer_of
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import register_seen, registers_seen
from shizheng.places.tiles import documents as tiles

Answer = Callable[..., HttpResponse]


def plain(act: Answer) -> Answer:
    """Answer refusals as JSON, for programs read them; nothing is kept that does not say so."""

    @wraps(act)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            response = act(request, **given)
        except DomainError as problem:
            said = words.said(problem)
            told = {"code": said.code, "description": f"{said.message} {said.hint}".strip()}
            status = 404 if problem.status == 404 else 400
            response = JsonResponse(told, status=status)
        except Http404:
            response = JsonResponse(
                {"code": "NotFound", "description": "There is no such thing."}, status=404
            )
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def wants_page(request: HttpRequest) -> bool:
    """Whether a person at a browser asks, rather than a program."""
    if "f" in request.GET:
        return request.GET["f"] == "html"
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted and "json" not in accepted


def sent(content: Mapping[str, Any], type_: str = documents.JSON) -> HttpResponse:
    """Send a document."""
    return JsonResponse(content, content_type=type_, json_dumps_params={"ensure_ascii": False})


@require_safe
@plain
def landing(request: HttpRequest) -> HttpResponse:
    """Say what is here."""
    if wants_page(request):
        return HttpResponseRedirect(reverse("places:list"))
    return sent(documents.landing(request))


@require_safe
@plain
def conformance(request: HttpRequest) -> HttpResponse:
    """Say which parts of the standard are kept."""
    return sent({"conformsTo": documents.CONFORMS + records.CONFORMS + tiles.CONFORMS})


@require_safe
@plain
def api(request: HttpRequest) -> HttpResponse:
    """Describe the interface in OpenAPI 3.0."""
    return sent(documents.description(request), documents.OPENAPI)


@require_safe
@plain
def collections(request: HttpRequest) -> HttpResponse:
    """List the registers that the caller may know of."""
    if wants_page(request):
        return HttpResponseRedirect(reverse("places:list"))
    told = [_told(request, Layer.of(each, request.user)) for each in registers_seen(request.user)]
    told.append(records.catalogue(request))
    links = [documents.link(request, "self", reverse("ogc:collections"))]
    return sent({"collections": told, "links": links, "crs": list(SYSTEMS)})


@require_safe
@plain
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a register is, or the catalogue of them."""
    if code == records.CATALOGUE:
        return sent(records.catalogue(request))
    layer = layer_of(request, code)
    if wants_page(request):
        return HttpResponseRedirect(reverse("places:register", args=[code]))
    return sent(_told(request, layer))


def _told(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    told = documents.collection(request, layer)
    told["links"] += tiles.collection_links(request, layer)
    return told


@require_safe
@plain
def queryables(request: HttpRequest, code: str) -> HttpResponse:
    """Say what of a register can be queried."""
    return sent(schemas.queryables(request, layer_of(request, code)), documents.SCHEMA)


@require_safe
@plain
def register_items(request: HttpRequest, code: str) -> HttpResponse:
    """Send a page of a register's things, or of the catalogue's records."""
    if code == records.CATALOGUE:
        asked_for = {name: cleaned(value)[:500] for name, value in request.GET.dict().items()}
        return sent(records.records(request, asked_for, _stamp()), documents.GEOJSON)
    register = register_seen(request.user, code)
    if register is None:
        raise Http404
    layer = Layer.of(register, request.user)
    if wants_page(request):
        return HttpResponseRedirect(reverse("places:register", args=[code]))
    given = {
        name: cleaned(value)[: MOST_SIGNS + 1 if name == "filter" else 500]
        for name, value in request.GET.dict().items()
    }
    asked = asked_of(given, layer.sight)
    if given.get("f") in documents.FILES:
        return file_of(layer, asked, given["f"])
    page = items(layer, asked)
    return _in(asked, documents.collection_of(request, layer, asked, page, _stamp()))


def _stamp() -> str:
    return timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")


def file_of(layer: Layer, asked: Asked, format_: str) -> HttpResponse:
    """Send all things that are asked for as a file, whatever the limit of a page."""
    rows = newest(
        layer.rows(replace(asked.question, bounds=None, within=asked.area, filter=asked.filter)),
        asked.question,
    )
    content = written(layer.sight, layer.shown(rows[:MOST]), format_, epsg=asked.system.epsg)
    kind = FORMATS[format_]
    response = HttpResponse(content, content_type=kind.media_type)
    name = f"{layer.register.code}.{kind.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@plain
def item(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Send one thing as it is today, or one record of the catalogue."""
    if code == records.CATALOGUE:
        record = records.record_of(request, key, request.user)
        if record is None:
            raise Http404
        return sent(record, documents.GEOJSON)
    layer = layer_of(request, code)
    if wants_page(request):
        return HttpResponseRedirect(reverse("places:thing", args=[code, key]))
    asked = asked_of({"crs": request.GET["crs"]} if "crs" in request.GET else {}, layer.sight)
    rows = layer.rows(Question(on=timezone.localdate(), values={"key": key}))
    shown = layer.shown(rows[:1])
    if not shown:
        raise Http404
    told = json.loads(features(layer.sight, shown, asked.system)[0])
    here = reverse("ogc:item", args=[code, key])
    told["links"] = [
        documents.link(request, "self", here, documents.GEOJSON),
        documents.link(request, "collection", reverse("ogc:collection", args=[code])),
        documents.link(
            request, "alternate", reverse("places:thing", args=[code, key]), "text/html"
        ),
    ]
    return _in(asked, json.dumps(told, ensure_ascii=False))


def _in(asked: Asked, told: str) -> HttpResponse:
    response = HttpResponse(told, content_type=documents.GEOJSON)
    response["Content-Crs"] = f"<{asked.system.uri}>"
    return response
