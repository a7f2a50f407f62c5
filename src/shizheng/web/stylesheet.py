"""One style sheet out of one file per component, and the colours of the city's brand.

Each file becomes a cascade layer, so that a component overrules what is before it whatever its
selectors weigh: tokens, elements, vendored components, ours, then the other rooms'.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from shizheng.core.models import City

FIRST = ("web/css/tokens.css", "web/css/base.css", "vendor/govuk-frontend/govuk-frontend.css")
YEAR = 31_536_000
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
BRAND_TOKENS = ("brand", "brand-ink", "brand-soft")


def files() -> list[Path]:
    """Return the style sheets in the order in which they overrule each other."""
    web = Path(apps.get_app_config("web").path) / "static"
    first = [web / name for name in FIRST]
    rest = sorted(path for path in (web / "web" / "css").glob("*.css") if path not in first)
    rooms = [
        path
        for room in apps.get_app_configs()
        if room.name.startswith("shizheng.") and room.label != "web"
        for path in sorted((Path(room.path) / "static" / room.label / "css").glob("*.css"))
    ]
    return [*first, *rest, *rooms]


def layer(path: Path) -> str:
    """Return the name of a file's layer: room and component."""
    return f"{path.parts[-3]}-{path.stem}".replace(".", "-")


def joined() -> str:
    """Return the whole style sheet."""
    sheets = files()
    order = ", ".join(layer(path) for path in sheets)
    parts = (f"@layer {layer(p)} {{\n{p.read_text(encoding='utf-8')}}}\n" for p in sheets)
    return f"@layer {order};\n" + "".join(parts)


@cache
def _kept() -> tuple[str, str]:
    content = joined()
    return content, hashlib.sha256(content.encode()).hexdigest()[:12]


def current() -> tuple[str, str]:
    """Return (style sheet, version); read anew each time while debugging."""
    if settings.DEBUG:
        _kept.cache_clear()
    return _kept()


def address() -> str:
    """Return the address of the style sheet, which changes with its content."""
    return f"{reverse('style')}?v={current()[1]}"


def brand(manifest: Mapping[str, Any]) -> str:
    """Return the custom properties of the city's brand; nothing for what is not a colour.

    The manifest's ``brand`` has ``light`` and ``dark``, each with ``brand``, ``brand_ink`` and
    ``brand_soft`` as ``#rrggbb``.
    """
    themes = manifest.get("brand") or {}
    light, dark = (themes.get(theme) or {} for theme in ("light", "dark"))
    pairs = {
        token: (str(light.get(key, "")), str(dark.get(key, "")))
        for token in BRAND_TOKENS
        for key in [token.replace("-", "_")]
    }
    safe = {t: p for t, p in pairs.items() if all(COLOUR.fullmatch(colour) for colour in p)}
    if not safe:
        return ""
    plain = " ".join(f"--{token}: {pair[0]};" for token, pair in safe.items())
    both = " ".join(f"--{token}: light-dark({a}, {b});" for token, (a, b) in safe.items())
    old = f"@supports not (color: light-dark(#000, #fff)) {{ :root {{ {plain} }} }}"
    return f":root {{ {both} }}\n{old}\n"


def brand_version(manifest: Mapping[str, Any]) -> str:
    """Return what changes when the brand does."""
    return hashlib.sha256(brand(manifest).encode()).hexdigest()[:12]


def answer(request: HttpRequest, content: str, version: str) -> HttpResponse:
    """Return a style sheet that a browser keeps for a year under its versioned address."""
    response = HttpResponse(content, content_type="text/css; charset=utf-8")
    response["ETag"] = f'"{version}"'
    is_versioned = request.GET.get("v") == version
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_versioned else "no-cache"
    return response


@require_safe
def style_sheet(request: HttpRequest) -> HttpResponse:
    """Answer with the style of every page."""
    return answer(request, *current())


@require_safe
def brand_sheet(request: HttpRequest) -> HttpResponse:
    """Answer with the colours of the city."""
    city = City.objects.first()
    manifest = city.manifest if city else {}
    return answer(request, brand(manifest), brand_version(manifest))
