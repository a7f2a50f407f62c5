"""Parameters of an action: in the address, in a form, or as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from shizheng.kernel.errors import N_
from shizheng.statistics.published.ckan.errors import ParameterUnfit

Given = Mapping[str, Any]
SHOWN = 60
TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
OBJECT = N_("a JSON object of parameters")
WHOLE = N_("a whole number from {least} to {most}")


def given(request: HttpRequest) -> Given:
    """Return the parameters by name.

    Raises:
        ParameterUnfit: the body is not what its type says.
    """
    found: dict[str, Any] = dict(request.GET.items())
    if request.method != "POST":
        return found
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return found | dict(request.POST.items())
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        shown = request.body[:SHOWN].decode(errors="replace")
        raise ParameterUnfit(name="body", value=shown, expected=OBJECT)
    return found | sent


def text(asked: Given, name: str, *, is_needed: bool = False) -> str:
    """Return a text, at most 1,000 characters of it.

    Raises:
        ParameterUnfit: it is needed and missing, or no text.
    """
    value = asked.get(name, "")
    if value is None:
        value = ""
    if not isinstance(value, str) or (is_needed and not value.strip()):
        raise ParameterUnfit(name=name, value=str(value)[:SHOWN], expected=N_("a text"))
    return value.strip()[:1_000]


def whole(asked: Given, name: str, default: int, *, most: int, least: int = 0) -> int:
    """Return a whole number.

    Raises:
        ParameterUnfit: no number, or out of bounds.
    """
    value = asked.get(name, default)
    if value in ("", None):
        value = default
    try:
        number = int(str(value)) if not isinstance(value, bool) else least - 1
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        expected = WHOLE.format(least=least, most=most)
        raise ParameterUnfit(name=name, value=str(value)[:SHOWN], expected=expected)
    return number


def truth(asked: Given, name: str, default: bool = False) -> bool:
    """Return a truth.

    Raises:
        ParameterUnfit: neither true nor false.
    """
    value = asked.get(name, default)
    if isinstance(value, bool):
        return value
    if str(value).lower() not in TRUTHS:
        expected = N_("true or false")
        raise ParameterUnfit(name=name, value=str(value)[:SHOWN], expected=expected)
    return TRUTHS[str(value).lower()]


def texts(asked: Given, name: str) -> list[str]:
    """Return a list of texts, written as JSON where it is part of an address.

    Raises:
        ParameterUnfit: no such list.
    """
    value = asked.get(name) or []
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        shown = str(value)[:SHOWN]
        raise ParameterUnfit(name=name, value=shown, expected=N_("a list of texts"))
    return value[:20]
