"""Addresses of editions: the newest one leads to its own address, which stays."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from shizheng.statistics.published import addresses
from shizheng.statistics.published.asked import moment_asked
from shizheng.statistics.published.delivery import A_DAY, A_MINUTE, Content, door, sent
from shizheng.statistics.published.editions import (
    edition_of,
    indicator_out,
    vintage_at,
    vintage_numbered,
)
from shizheng.statistics.published.formats.offered import format_of
from shizheng.statistics.selectors import definition_by


@door
def newest(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """Lead to the newest edition, or to that of the day in ``as_of``."""
    now = timezone.now()
    indicator = indicator_out(code, at=now)
    moment = moment_asked(request.GET.get("as_of", ""), now=now)
    vintage = vintage_at(indicator, moment=moment)
    format_of(ending, definition_by(vintage.definition_id))
    response = HttpResponseRedirect(addresses.permalink(indicator.code, vintage.number, ending))
    response["Cache-Control"] = A_MINUTE
    return response


@door
def edition(request: HttpRequest, code: str, number: int, ending: str) -> HttpResponse:
    """Send an edition in a format."""
    now = timezone.now()
    indicator = indicator_out(code, at=now)
    found = edition_of(vintage_numbered(indicator, number, at=now))
    chosen = format_of(ending, found.body)
    address = addresses.permalink(indicator.code, number, ending)
    content = Content(
        chosen.render(found), _typed(chosen.media_type), found.released_at, A_DAY, address
    )
    response = sent(request, content)
    if ending == "csv":
        described = addresses.permalink(indicator.code, number, "csv-metadata.json")
        response["Link"] = f'<{described}>; rel="describedby"; type="application/csvm+json"'
    return response


def _typed(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
