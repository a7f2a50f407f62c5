"""Addresses of pages in the language of the moment, only of those that exist."""

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, is_valid_path, reverse
from django.utils.translation import get_language


def address_of(path: str) -> str | None:
    """Return the address of ``path`` in the language of the moment, None if no page is there."""
    try:
        start = reverse("web:home")
    except NoReverseMatch:
        start = "/"
    routes = get_urlconf() or settings.ROOT_URLCONF
    return _first(start + path, f"/{path}", routes, get_language())


@lru_cache(maxsize=1024)
def _first(ours: str, plain: str, routes: str, language: str | None) -> str | None:
    """Return the first that has a page: the same each time, and every page asks thirty times."""
    return next((found for found in (ours, plain) if is_valid_path(found, routes)), None)
