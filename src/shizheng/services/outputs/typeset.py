"""Makes a PDF of a template of the pack and the values of a case, by Typst (排版).

The result is PDF/A-2a (PDF/A-3a where it carries files) and PDF/UA-1: fit for an archive, readable
aloud, the same bytes for the same input. Values reach the template as a JSON file, never as
source, so that a name like
``#read("/etc/passwd")`` is printed as it stands. A template can read nothing but the shared
library ``letter.typ``, ``values.json`` and the given assets.
"""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.kernel.errors import N_, DomainError
from shizheng.services.outputs.fonts import Typefaces, typefaces
from shizheng.services.outputs.glyphs import GlyphMissing, require_glyphs

if TYPE_CHECKING:
    import typst

LIBRARY = Path(__file__).parent / "typst"
MAIN, SHARED, VALUES = "main.typ", "letter.typ", "values.json"
# On the template's own first line, so that faults keep their line numbers.
_IN_OUR_FONTS = b"#set text(font: json(bytes(sys.inputs.families)));"
_ASSET = re.compile(r"[a-z0-9_-]+\.(svg|png|jpg|typ|json|csv)")
Standard = Literal["a-2a", "a-3a", "ua-1"]
ARCHIVE: tuple[Standard, ...] = ("a-2a", "ua-1")
WITH_FILES: tuple[Standard, ...] = ("a-3a", "ua-1")
"""The archive's form that may carry files of any kind, such as the data behind a report."""
_PACKAGE = re.compile(rb'"@[\w-]+/')
_PLACE = re.compile(r"┌─ \S*?([\w-]+\.typ:\d+)")
_UNDISPLAYED = "could not be displayed with font"


class DocumentNotMade(DomainError):
    """The template of a document is at fault (文件範本有誤)."""

    code = "services.output.not_made"
    message = N_("The document was not made, because of its template at {place}: {reason}.")
    hint = N_("Nothing was issued. Ask whoever keeps the pack to correct the template.")


def typeset(
    template: bytes,
    values: Mapping[str, object],
    *,
    at: datetime,
    assets: Mapping[str, bytes] | None = None,
    fonts: Typefaces | None = None,
    standards: Sequence[Standard] = ARCHIVE,
) -> bytes:
    """Return the PDF of a document.

    Args:
        template: Typst source; imports ``letter.typ`` and reads ``values.json``.
        values: what JSON can hold, and dates and decimals, which arrive as text.
        at: aware moment that stands in the file as its time of creation.
        assets: further files by plain name, such as ``qr.svg``.
        fonts: those of the installation unless given.
        standards: ``ARCHIVE``, or ``WITH_FILES`` for a template that attaches its assets.

    Raises:
        GlyphMissing: a text among the values, or in the template, cannot be printed.
        DocumentNotMade: the template is wrong.
    """
    import typst  # its threads would not survive the fork of the web server

    fonts = fonts or installed_fonts()
    require_glyphs(values, fonts)
    if _PACKAGE.search(template):
        raise DocumentNotMade(place=MAIN, reason=_("packages from outside are not fetched"))
    source = json.dumps(values, default=_plain, ensure_ascii=False, allow_nan=False)
    files = {MAIN: _IN_OUR_FONTS + template, VALUES: source.encode(), **_checked(assets or {})}
    try:
        pdf = _compiler(fonts).compile(  # type: ignore[type-var]  # its stub forgot files by name
            files,
            format="pdf",
            pdf_standards=[*standards],
            timestamp=at.astimezone(UTC),
            sys_inputs={"families": json.dumps(fonts.families)},
        )
    except typst.TypstError as fault:
        raise _refusal(fault) from fault
    return cast(bytes, pdf)


def installed_fonts() -> Typefaces:
    """Return the fonts of this installation: Noto, then those in ``SHIZHENG_FONTS``.

    Raises:
        FontsUnreadable: that folder has none.
    """
    return typefaces(Path(settings.FONTS) if settings.FONTS else None)


_local = threading.local()


def _compiler(fonts: Typefaces) -> "typst.Compiler":
    """Return this thread's compiler: one may not be used by two threads at once."""
    import typst

    if getattr(_local, "fonts", None) is not fonts:
        nowhere = LIBRARY / SHARED  # a file cannot hold packages
        _local.compiler = typst.Compiler(
            root=LIBRARY, font_paths=fonts.book, package_path=nowhere, package_cache_path=nowhere
        )
        _local.fonts = fonts
    compiler: typst.Compiler = _local.compiler
    return compiler


def _checked(assets: Mapping[str, bytes]) -> Mapping[str, bytes]:
    for name in assets:
        if not _ASSET.fullmatch(name) or name in {MAIN, SHARED, VALUES}:
            raise ValueError(f"an asset needs a plain name such as qr.svg, got {name!r}")
    return assets


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"a template cannot read a {type(value).__name__}")


def _refusal(fault: "typst.TypstError") -> DomainError:
    """Say what Typst found; the values themselves are not repeated."""
    found = _PLACE.search(fault.diagnostic)
    place = found[1] if found else MAIN
    if _UNDISPLAYED in fault.message:
        return GlyphMissing(places=f"{place}: {_quoted(fault.message)}")
    return DocumentNotMade(place=place, reason=fault.message)


def _quoted(message: str) -> str:
    characters = message.partition('"')[2].partition('"')[0]
    return f"{characters} ({', '.join(f'U+{ord(character):04X}' for character in characters)})"
