"""Tags and filters of the pages of figures."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from shizheng.statistics.domain.periods import Period
from shizheng.statistics.showing import words

register = template.Library()
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
LIBRARY = {
    "vega": "vendor/vega/vega.js",
    "lite": "vendor/vega/vega-lite.js",
    "interpreter": "vendor/vega/vega-interpreter.js",
}


@register.simple_tag
def chart_addresses() -> SafeString:
    """Return the attributes that tell a chart where its library is."""
    found = ((name, static(path)) for name, path in LIBRARY.items())
    return format_html_join(" ", 'data-{}="{}"', found)


@register.simple_tag
def json_data(content: Mapping[str, Any]) -> SafeString:
    """Return content as data inside the page; no text in it can end the element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.filter
def period(value: Period) -> str:
    """Return a period in words."""
    return words.period_words(value)


@register.filter
def period_code(code: str) -> str:
    """Return a period that is given as its code in words."""
    return words.period_words(Period.parse(code))


@register.filter
def frequency_words(frequency: str) -> str:
    """Return how often there is a figure, in words."""
    return str(words.FREQUENCIES[frequency])


@register.filter
def direction_words(direction: str) -> str:
    """Return which way is better, in words."""
    return str(words.DIRECTIONS[direction])
