"""From an address to a question, and to the choices of the form that narrows a list."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.ogc.asking import filter_of
from shizheng.places.selectors.layers import Question
from shizheng.places.selectors.showing import Sight

OWN = ("q", "on", "order", "page", "epsg", "filter", "filter-lang", "filter-crs")


def question_of(given: Mapping[str, str], sight: Sight) -> Question:
    """Return what an address asks of a register.

    Raises:
        QuestionUnfit: the day is no day. Fields are checked by the layer.
        FilterUnreadable, FilterTooLarge, FilterUnfit, PropertyUnknown: see ``filter_of``.
    """
    raw = {name: cleaned(str(given[name])) for name in given if name.startswith("filter")}
    plain = {name: cleaned(str(given[name])).strip()[:100] for name in given}
    return Question(
        on=day_of(plain.get("on", "")),
        values={name: value for name, value in plain.items() if value and name not in OWN},
        words=plain.get("q", ""),
        order=plain.get("order", ""),
        filter=filter_of(raw, sight),
    )


def day_of(text: str) -> date:
    """Return a day that was asked for; today where none is given.

    Raises:
        QuestionUnfit: it is no day.
    """
    if not text:
        return timezone.localdate()
    try:
        return parse_date(text)
    except DomainError:
        raise QuestionUnfit(
            part="on", value=text, expected=N_("a date such as 2020-01-31")
        ) from None


def choices_of(given: Mapping[str, str], sight: Sight) -> list[tuple[str, str, list[Any]]]:
    """Return the selects of the list: name, label, and (value, text, whether chosen)."""
    body = sight.body
    offered = [("state", _("State"), [(each.id, in_language(each.name)) for each in body.states])]
    offered += [
        (each.id, in_language(each.name),
         [(code, in_language(name)) for code, name in body.codes_of(each).items()])
        for each in sight.fields
        if each.type == "code"
    ]  # fmt: skip
    return [
        (name, label, [(value, text, given.get(name) == value) for value, text in options])
        for name, label, options in offered
    ]
