"""The filters over the desk's list: a form in the address (篩選條件)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.core.access import Viewer
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.services import city
from shizheng.services.desk.words import CHANNELS, ONLY, VIEWS
from shizheng.services.models import Case, Service
from shizheng.services.selectors.casework import people_beside
from shizheng.services.selectors.queue import NOBODY, Filters, directory_of
from shizheng.services.versions import definition_by

DAYS = {
    "due_from": gettext_lazy("Due from"),
    "due_to": gettext_lazy("Due until"),
    "opened_from": gettext_lazy("Received from"),
    "opened_to": gettext_lazy("Received until"),
}
NAMES = (
    "view", "only", "q", "service", "state", "district", "village", "agency", "channel",
    "access_class", "assignee", "status", "sort", *DAYS,
)  # fmt: skip
PLAIN = {"status": "open", "sort": "due"}
"""Filters that always have a value, and the one they have by themselves."""
Choices = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is in an address: the filters, the form that shows them, and the address itself."""

    filters: Filters
    form: "FilterForm"
    query: str
    is_narrowed: bool


class FilterForm(forms.Form):
    """What narrows the list; every choice is one that the viewer can have."""

    q = forms.CharField(required=False, max_length=100)

    def __init__(self, query: QueryDict, *, shown: dict[str, tuple[Any, Choices]]) -> None:
        super().__init__(query)
        for name, (label, choices) in shown.items():
            everything = [] if name in PLAIN else [("", _("Any"))]
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[*everything, *choices], required=False
            )
        for name, label in DAYS.items():
            self.fields[name] = forms.CharField(label=label, required=False, max_length=20)


def narrowing(query: QueryDict, viewer: Viewer) -> Narrowing:
    """Return what an address asks for; what it asks wrongly narrows nothing."""
    form = FilterForm(query, shown=_shown(query, viewer))
    form.is_valid()
    given = form.cleaned_data
    kept: dict[str, Any] = {
        name: given[name] for name in NAMES if isinstance(given.get(name), str) and given[name]
    }
    days = {name: _day(str(kept.pop(name, ""))) for name in DAYS}
    kept |= {name: day for name, day in days.items() if day}
    kept = {name: value for name, value in kept.items() if PLAIN.get(name) != value}
    view = query.get("view", "")
    kept |= {"view": view if view in VIEWS else "mine"}
    kept |= {"only": query.get("only", "")} if query.get("only") in ONLY else {}
    address = QueryDict(mutable=True)
    address.update({name: _text(value) for name, value in kept.items()})
    narrowed = bool(set(kept) - {"view", "only", "sort"})
    filters = Filters(**kept, after=query.get("after", "")[:100])
    return Narrowing(filters, form, address.urlencode(), narrowed)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text.strip() else None
    except DomainError:
        return None


def _shown(query: QueryDict, viewer: Viewer) -> dict[str, tuple[Any, Choices]]:
    known = directory_of(viewer)
    shown: dict[str, tuple[Any, Choices]] = {"service": (_("Service"), _named(known.services))}
    if states := _states(query.get("service", "")):
        shown["state"] = (_("State"), states)
    shown["district"] = (_("District"), _named(known.districts))
    if district := known.districts.get(query.get("district", "")):
        inside = {code: each for code, each in known.villages.items() if each.of == district.key}
        shown["village"] = (_("Village"), _named(inside))
    shown["agency"] = (_("Agency"), _named(known.agencies))
    shown["assignee"] = (_("Who works on it"), _people(query.get("assignee", ""), viewer))
    shown["channel"] = (_("Came in by"), list(CHANNELS.items()))
    shown["access_class"] = (_("Access class"), list(Case.AccessClass.choices))
    shown["status"] = (
        _("Open or closed"),
        [("open", _("Open cases")), ("closed", _("Closed cases")), ("any", _("Both"))],
    )  # fmt: skip
    shown["sort"] = (
        _("In order of"),
        [("due", _("Due date")), ("opened", _("Received, newest first")),
         ("updated", _("Changed, newest first"))],
    )  # fmt: skip
    return shown


def _named(known: Mapping[str, city.Known]) -> Choices:
    return [(code, in_language(each.name)) for code, each in known.items()]


def _people(named: str, viewer: Viewer) -> Choices:
    """Return nobody, the people of the viewer's agencies, and who is in the address already."""
    people = people_beside(viewer, named)
    return [(NOBODY, _("Nobody yet")), *((each.username, str(each)) for each in people)]


def _states(code: str) -> Choices:
    """Return the states of the version in force of a service."""
    service = Service.objects.filter(code=code).first() if code else None
    if service is None or service.current_id is None:
        return []
    states = definition_by(service.current_id).states
    return [(key, in_language(state.label)) for key, state in states.items()]
