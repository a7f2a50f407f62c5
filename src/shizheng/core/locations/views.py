"""What maps ask for: outlines of areas, and where a point lies."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shizheng.core.areas import CoordinatesUnfit
from shizheng.core.locations.located import Located, located
from shizheng.core.locations.outlines import outlines
from shizheng.core.models import Area
from shizheng.core.words import in_language, language_tag
from shizheng.core.words import said as said_in_words
from shizheng.kernel.errors import DomainError

KEPT = "public, max-age=600"


@require_safe
def area_outlines(request: HttpRequest) -> HttpResponse:
    """Send districts (``kind=district``) or the villages of one (``kind=village&parent=CODE``)."""
    parent = request.GET.get("parent", "")
    kind = request.GET.get("kind", Area.Kind.VILLAGE if parent else Area.Kind.DISTRICT)
    is_known = kind == Area.Kind.DISTRICT and not parent
    if not is_known and not (kind == Area.Kind.VILLAGE and _is_district(parent)):
        raise Http404
    found = outlines(
        kind=Area.Kind(kind), parent=parent, on=timezone.localdate(), language=get_language() or ""
    )
    etag = quote_etag(found.version)
    sent = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    if etag in sent or "*" in sent:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(found.content, content_type="application/geo+json; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = KEPT
    return response


def _is_district(code: str) -> bool:
    return Area.objects.filter(code=code, kind=Area.Kind.DISTRICT).exists() if code else False


@require_safe
def place(request: HttpRequest) -> JsonResponse:
    """Say where ``lon`` and ``lat`` lie, for a map that moves; 422 with a sentence if nowhere."""
    try:
        longitude, latitude = _position(request.GET.get("lon", ""), request.GET.get("lat", ""))
        found = located(longitude, latitude, on=timezone.localdate())
    except DomainError as refusal:
        said = said_in_words(refusal)
        body = {"code": said.code, "message": said.message, "hint": said.hint}
        return JsonResponse(body, status=refusal.status)
    response = JsonResponse(described(found), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _position(longitude: str, latitude: str) -> tuple[float, float]:
    try:
        return float(longitude), float(latitude)
    except ValueError:
        raise CoordinatesUnfit(number=1, x=longitude[:20], y=latitude[:20]) from None


def described(found: Located) -> dict[str, object]:
    """Return names in the page's language and in all, codes, and the sentence."""
    areas = {"district": found.district, "village": found.village}
    nearest = found.nearest
    return {
        "in_city": found.in_city,
        **{level: in_language(area.name) if area else None for level, area in areas.items()},
        "codes": {level: area.code if area else None for level, area in areas.items()},
        "names": {level: area.name if area else None for level, area in areas.items()},
        "nearest": {
            "code": nearest.district.code,
            "name": in_language(nearest.district.name),
            "distance_m": round(nearest.distance_m),
        }
        if nearest
        else None,
        "sentence": found.sentence(),
        "language": language_tag(),
    }
