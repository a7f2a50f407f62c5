"""Texts in several languages: which one is shown, and how the tag of a language is written."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import get_language, gettext, to_locale

from shizheng.kernel.errors import DomainError, Refusal

FALLBACK = "zh-Hant"


def language_tag(code: str | None = None) -> str:
    """Return the language tag for HTML and packs: ``zh-hant`` becomes ``zh-Hant``."""
    return _tag(code or get_language() or FALLBACK)


@lru_cache(maxsize=64)
def _tag(code: str) -> str:
    return to_locale(code).replace("_", "-")


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


def said(refusal: DomainError) -> Refusal:
    """Return a refusal in the language of the moment, words of definitions inside it too."""
    return refusal.refusal(gettext, in_language)
