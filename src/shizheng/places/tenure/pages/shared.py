"""What the pages of property share: crumbs, cells of tables, the page of a form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html

from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered

FORM = ["GET", "POST"]
Crumbs = list[tuple[str, str]]
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the template draws it; cells are (value, class)."""

    caption: str
    id: str
    head: Sequence[str]
    rows: Sequence[Sequence[tuple[object, str]]]

    @property
    def named(self) -> list[list[tuple[str, object, str]]]:
        """Rows with the heading of each cell, which a phone shows beside it."""
        return [
            [(name, *each) for name, each in zip(self.head, cells, strict=True)]
            for cells in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: heading, a sentence, a table."""

    title: str
    text: str = ""
    table: Table | None = None


def section(title: str, id_: str, head: Sequence[str], rows: Sequence[Any], *, text: str = "",
            empty: str = "") -> Section:  # fmt: skip
    """Return a part with a table; without rows it says ``empty``."""
    if not rows:
        return Section(title, empty or text)
    return Section(title, text, Table(title, id_, head, rows))


def crumbs(name: str, home: str, *more: tuple[str, str]) -> Crumbs:
    """Return the way from a list to a page; the last part leads nowhere."""
    way = [(name, reverse(f"places:{home}")), *more]
    return [*way[:-1], (way[-1][0], "")]


def link(text: object, name: str, *args: object) -> str:
    """Return a link to a page of this room."""
    return format_html('<a href="{}">{}</a>', reverse(f"places:{name}", args=args), text)


def twd(amount: int | None) -> str:
    """Return whole New Taiwan dollars in words."""
    return "–" if amount is None else f"NT$ {number(amount)}"


def row(*cells: object, numbers: Sequence[int] = ()) -> list[tuple[object, str]]:
    """Return a row of the component for tables; cells at ``numbers`` are figures."""
    return [(cell, NUMBER if place in numbers else "") for place, cell in enumerate(cells)]


def day_asked(request: HttpRequest, name: str, otherwise: date) -> date:
    """Return the day in the address, or another where none can be read."""
    try:
        return parse_date(cleaned(request.GET.get(name, ""))[:40])
    except DomainError:
        return otherwise


def form_page(
    request: HttpRequest, form: ActForm, perform: Callable[[], str], *, title: str, button: str,
    back: str, way: Crumbs, lead: str = "", notice: str = "", kind: str = "",
) -> HttpResponseBase:  # fmt: skip
    """Show a form on a page of its own; act once when it was sent and is right.

    Args:
        kind: ``warning`` for what cannot be taken back.
    """

    def context() -> dict[str, Any]:
        return {
            "title": title, "button": button, "back": back, "lead": lead, "notice": notice,
            "kind": kind, "crumbs": [*way[:-1], (way[-1][0], back), (title, "")],
        }  # fmt: skip

    return answered(request, form, "places/tenure/form.html", perform, context)


def uses_words(code: str, names: Sequence[Any]) -> str:
    """Return a declared kind in words."""
    return next((in_language(each.name) for each in names if each.id == code), code)
