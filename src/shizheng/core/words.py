"""Texts that come in several languages, in the language of the moment."""

from collections.abc import Mapping

from django.utils.translation import get_language


def in_language(texts: Mapping[str, str] | None) -> str:
    """Return the text of ``{"zh-Hant": .., "en": ..}`` in the reader's language, else any."""
    if not texts:
        return ""
    language = (get_language() or "").lower()
    by_language = {tag.lower(): text for tag, text in texts.items() if text}
    return by_language.get(language) or next(iter(by_language.values()), "")
