"""Warnings for machines: each CAP message as it was signed, and Atom feeds of what stands."""

from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core import city
from shizheng.core.words import in_language
from shizheng.sensing.alerting.issuing import address
from shizheng.sensing.alerting.selectors import messages_current
from shizheng.sensing.alerting.subscribing import subject_of
from shizheng.sensing.domain.cap import CONTENT_TYPE
from shizheng.sensing.models import AlertMessage

ATOM = "http://www.w3.org/2005/Atom"


@require_safe
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """Send a message as it left the city."""
    row = AlertMessage.objects.visible_to(request.user).filter(identifier=identifier).first()
    if row is None:
        raise Http404
    response = HttpResponse(row.content.encode(), content_type=f"{CONTENT_TYPE}; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Send the warnings that stand; a drill never stands here."""
    return _feed(request, drills=False)


@require_safe
def exercises(request: HttpRequest) -> HttpResponse:
    """Send the drills that stand, in a feed of their own."""
    return _feed(request, drills=True)


def _feed(request: HttpRequest, *, drills: bool) -> HttpResponse:
    now = timezone.now()
    rows = list(messages_current(request.user, now, drills=drills)[:500])
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    here = settings.SITE_URL + request.path
    newest = max((each.sent_at for each in rows), default=now)
    found = city.current()
    name = in_language(found.name, "zh-Hant") if found else ""
    _put(root, "id", here)
    _put(root, "title", f"{name}{'演練 Exercises' if drills else '示警 Warnings'}")
    _put(root, "updated", newest.isoformat(timespec="seconds"))
    _put(root, "link", rel="self", href=here)
    _put(_put(root, "author"), "name", name or settings.SITE_URL)
    for row in rows:
        entry = _put(root, "entry")
        _put(entry, "id", settings.SITE_URL + address(row))
        mark = "【演練】" if drills else ""
        _put(entry, "title", mark + subject_of(row.alert, row, "zh-Hant"))
        _put(entry, "updated", row.sent_at.isoformat(timespec="seconds"))
        _put(entry, "category", term=row.status)
        _put(
            entry, "link", rel="alternate", type=CONTENT_TYPE, href=settings.SITE_URL + address(row)
        )
        _put(entry, "summary", subject_of(row.alert, row, "en"))
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _put(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        made.text = text
    return made
