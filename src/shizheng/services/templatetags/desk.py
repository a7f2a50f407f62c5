"""Parts of the desk's pages that a template would write slowly."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def options(field: BoundField) -> SafeString:
    """Return the options of a choice, the chosen one marked: some have hundreds."""
    chosen = field.value()
    choices: Iterable[tuple[str, Any]] = field.field.choices  # type: ignore[attr-defined]  # a choice
    return SafeString(
        "".join(
            f'<option value="{escape(str(value))}"{" selected" if value == chosen else ""}>'
            f"{escape(str(text))}</option>"
            for value, text in choices
        )
    )
