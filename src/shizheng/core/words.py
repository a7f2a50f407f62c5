"""Texts in several languages: which one is shown, and how the tag of a language is written."""

from collections.abc import Mapping

from django.utils.translation import get_language, to_locale

FALLBACK = "zh-Hant"


def language_tag(code: str | None = None) -> str:
    """Return the language tag for HTML and packs: ``zh-hant`` becomes ``zh-Hant``."""
    return to_locale(code or get_language() or FALLBACK).replace("_", "-")


def pick(texts: Mapping[str, str] | None, code: str | None = None) -> tuple[str, str]:
    """Return (text, its language tag) in the language asked for, else the first that is there.

    Without any text it is empty.
    """
    texts = texts or {}
    wanted = language_tag(code)
    for tag in (wanted, wanted.split("-")[0], FALLBACK, *texts):
        if texts.get(tag):
            return texts[tag], tag
    return "", wanted


def in_language(texts: Mapping[str, str] | None, code: str | None = None) -> str:
    """Return the text of ``{"zh-Hant": .., "en": ..}`` alone, as ``pick`` finds it."""
    return pick(texts, code)[0]
