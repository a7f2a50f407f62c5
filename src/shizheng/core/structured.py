"""What search engines read of a page (JSON-LD), as an element that no text in it can end."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(found: Mapping[str, Any]) -> SafeString:
    """Return the element that holds it; it is data, so that a strict policy lets it stand."""
    text = json.dumps(found, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
