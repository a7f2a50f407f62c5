"""Filters and tags for texts in two languages, dates, numbers and lights."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language, language_tag, pick
from shizheng.kernel.text import cleaned, fold_with_offsets, words
from shizheng.web.lights import WORDS, colour_of

register = template.Library()
for shown in (city_date, city_datetime, number):
    register.filter(shown.__name__, shown)


@register.filter
def localised(texts: Mapping[str, str] | str | None) -> str | SafeString:
    """Return a text of ``{"zh-Hant": .., "en": ..}`` in the language of the page.

    In want of it the fallback comes inside a ``span`` that names its language.
    """
    if not isinstance(texts, Mapping):
        return texts or ""
    text, tag = pick(texts)
    if tag == language_tag() or not text:
        return text
    return format_html('<span lang="{}">{}</span>', tag, text)


@register.filter
def localised_text(texts: Mapping[str, str] | str | None) -> str:
    """Return the same words without markup, for titles and attributes."""
    return in_language(texts) if isinstance(texts, Mapping) else texts or ""


@register.filter
def language_tag_of(code: str) -> str:
    """Return the HTML language tag of Django's language code."""
    return language_tag(code)


@register.filter
def time_tag(moment: date | datetime | None) -> str | SafeString:
    """Return a ``time`` element: the city's words for people, ISO 8601 for programs."""
    if moment is None:
        return ""
    words = city_datetime(moment) if isinstance(moment, datetime) else city_date(moment)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.inclusion_tag("components/light.html")
def light(colour: str, note: str = "") -> dict[str, object]:
    """Show a light as shape, word and colour."""
    known = colour_of(colour)
    return {"colour": known, "word": WORDS[known], "note": note}


@register.filter
def light_word(colour: str) -> str:
    """Return the word of a light: 正常, 注意, 落後 or 無證據."""
    return str(WORDS[colour_of(colour)])


@register.filter
def elided(page: Page[object]) -> Iterator[int | str]:
    """Return the numbers around a page of a list, with … for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def marked(text: str, query: str) -> str | SafeString:
    """Return ``text`` with what the query found inside ``mark``, compared as search compares."""
    stored = cleaned(text)
    folded, offsets = fold_with_offsets(stored)
    found = {
        place
        for word in words(query)
        for hit in re.finditer(re.escape(word), folded)
        for place in offsets[hit.start() : hit.end()]
    }
    if not found:
        return text
    runs = groupby(enumerate(stored), key=lambda sign: sign[0] in found)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if is_found else piece,)
            for is_found, signs in runs
            for piece in ["".join(sign for _, sign in signs)]
        ),
    )


@register.filter
def paragraphs(text: str, query: str = "") -> SafeString:
    """Return verbatim text, one paragraph a line, searched words marked."""
    lines = [line for line in text.splitlines() if line.strip()]
    return format_html_join("\n", "<p>{}</p>", ((marked(line, query),) for line in lines))


@register.filter
def linked_paragraphs(text: str) -> SafeString:
    """Return verbatim text, one paragraph a line; addresses of this site lead there, no others."""
    own = re.compile(f'({re.escape(settings.SITE_URL)}/[^\\s<>"]*)')
    lines = (own.split(line) for line in text.splitlines() if line.strip())
    return format_html_join("\n", "<p>{}</p>", ((_linked(parts),) for parts in lines))


def _linked(parts: list[str]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{0}">{0}</a>', part) if place % 2 else part,)
            for place, part in enumerate(parts)
        ),
    )
