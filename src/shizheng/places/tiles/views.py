"""OGC API Tiles: the registers cut into vector tiles, each as far as the asker sees it."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shizheng.core import areas
from shizheng.places.access import level_of
from shizheng.places.domain.mercator import QUAD, checked_set, matrix_set, tile_of
from shizheng.places.ogc.documents import link
from shizheng.places.ogc.views import plain, sent
from shizheng.places.pages.views import layer_of
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.registers import body_of, register_seen
from shizheng.places.selectors.showing import Sight
from shizheng.places.tiles import documents
from shizheng.places.tiles.areas import area_tile, area_tilejson
from shizheng.places.tiles.asking import State, state_of
from shizheng.places.tiles.keeping import Made, kept
from shizheng.places.tiles.reading import tile_content
from shizheng.places.tiles.style import style_of

SHARED = "public, max-age=60"
"""What everybody sees may be kept a minute by anybody; what only some see, by nobody."""


def _tiled(request: HttpRequest, code: str) -> Layer:
    layer = layer_of(request, code)
    if not documents.has_tiles(layer):
        raise Http404
    state_of(request.GET.dict())
    return layer


@require_safe
@plain
def tilesets(request: HttpRequest, code: str) -> HttpResponse:
    """List the ways in which a register is cut into tiles."""
    layer = _tiled(request, code)
    links = [link(request, "self", reverse("ogc:tilesets", args=[code]))]
    return sent({"tilesets": [documents.tileset_item(request, layer)], "links": links})


@require_safe
@plain
def tileset(request: HttpRequest, code: str, matrix: str) -> HttpResponse:
    """Say what a tileset is; as TileJSON with ``f=tilejson``."""
    checked_set(matrix)
    layer = _tiled(request, code)
    if request.GET.get("f") == "tilejson":
        return sent(documents.tilejson(request, layer))
    return sent(documents.tileset(request, layer))


@require_safe
@plain
def tile_style(request: HttpRequest, code: str) -> HttpResponse:
    """Send a style that draws a register in MapLibre."""
    layer = _tiled(request, code)
    query = request.GET.copy()
    query["f"] = "tilejson"
    path = f"{reverse('ogc:tileset', args=[code, QUAD])}?{query.urlencode()}"
    on = state_of(request.GET.dict()).on
    return sent(style_of(layer, request.build_absolute_uri(path), on), documents.STYLE)


@require_safe
@plain
def matrix_sets(request: HttpRequest) -> HttpResponse:
    """List the ways in which tiles are cut."""
    return sent(documents.matrix_sets(request))


@require_safe
@plain
def matrix_set_(request: HttpRequest, matrix: str) -> HttpResponse:
    """Say how tiles are cut."""
    checked_set(matrix)
    return sent(matrix_set())


@require_safe
@plain
def tile(request: HttpRequest, code: str, matrix: str, **place: str) -> HttpResponse:
    """Send a tile of a register as far as the asker sees it; ``place`` is zoom, row, column."""
    asked = tile_of(matrix, **place)
    layer, mark = _layer(request, code)
    state = state_of(request.GET.dict())
    make = partial(tile_content, layer, asked, state)
    if mark is None:
        made = Made.of(make())
    else:
        key = (mark, layer.register.current_id, layer.sight.level, asked, state)
        made = kept.get(key, make)
    return _answer(request, made, is_public=layer.sight.level == "public", state=state)


@require_safe
@plain
def area_tiles(request: HttpRequest) -> HttpResponse:
    """Say what the tiles of districts and villages are, as TileJSON."""
    response = sent(area_tilejson(request, timezone.localdate()), documents.TILEJSON)
    response["Cache-Control"] = SHARED
    return response


@require_safe
@plain
def area_tile_(request: HttpRequest, **place: str) -> HttpResponse:
    """Send a tile of districts and villages, with names in the language of the address."""
    asked, today, language = tile_of(QUAD, **place), timezone.localdate(), get_language() or ""
    make = partial(area_tile, asked, today, language)
    made = kept.get(("areas", areas.version(), language, asked, today), make)
    return _answer(request, made, is_public=True, state=State(today))


def _layer(request: HttpRequest, code: str) -> tuple[Layer, Any]:
    """Return the layer and the mark of its newest state, by one query."""
    row = register_seen(request.user, code)
    if row is None:
        raise Http404
    version = getattr(row, "layer_version", None)
    return Layer(row, Sight(body_of(row), level_of(request.user, row))), version and version.mark


def _answer(request: HttpRequest, made: Made, *, is_public: bool, state: State) -> HttpResponse:
    sent_tags = [
        tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))
    ]
    if made.etag in sent_tags:
        response = HttpResponse(status=304)
    elif not made.content:
        response = HttpResponse(status=204)
    else:
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        content = made.compressed if is_packed else made.content
        response = HttpResponse(content, content_type=documents.MVT)
        if is_packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = made.etag
    response["Content-Datetime"] = state.on.isoformat()
    response["Cache-Control"] = SHARED if is_public else "private, no-store"
    patch_vary_headers(response, ("Accept-Encoding", "Cookie", "Authorization"))
    return response
