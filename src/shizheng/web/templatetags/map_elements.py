"""Tags of the components with a map."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core.locations.widgets import map_sources

register = template.Library()
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
LIBRARY = {
    "script": "vendor/maplibre-gl/maplibre-gl.js",
    "worker": "vendor/maplibre-gl/maplibre-gl-worker.js",
    "sheet": "vendor/maplibre-gl/maplibre-gl.css",
    "colours": "web/css/map/map.css",
}


@register.simple_tag
def map_addresses(sources: Mapping[str, str] | None = None) -> SafeString:
    """Return the attributes that tell an element its sources, library, and words of the map."""
    library = {name: static(path) for name, path in LIBRARY.items()}
    words = {"nearer": _("Nearer"), "farther": _("Farther off"), "shut": pgettext("web", "Close")}
    tiles = {"area-tiles": reverse("places:area_tiles")}
    found = {**(sources or map_sources()), **tiles, **library, **words}
    return format_html_join(" ", 'data-{}="{}"', ((k, v) for k, v in found.items() if v))


@register.simple_tag
def geojson_script(features: Mapping[str, Any]) -> SafeString:
    """Return a feature collection as data inside the page; no text in it can end the element."""
    text = json.dumps(features, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
