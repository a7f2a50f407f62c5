"""How a page shows records: names of fields in words, values as people read them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.template.defaultfilters import yesno
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.core.personal import Record
from shizheng.core.showing import city_date, city_datetime
from shizheng.statistics.personal.selectors import Held

LABELS = {
    "username": gettext_lazy("Account name"),
    "display_name": gettext_lazy("Name shown"),
    "first_name": gettext_lazy("Given name"),
    "last_name": gettext_lazy("Family name"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "email_addresses": gettext_lazy("E-mail addresses"),
    "phone": gettext_lazy("Telephone"),
    "line_id": gettext_lazy("LINE account"),
    "language": gettext_lazy("Language"),
    "notices_by_email": gettext_lazy("Notices by e-mail as well"),
    "last_login": gettext_lazy("Last signed in"),
    "is_active": gettext_lazy("Account is open"),
    "case": pgettext_lazy("statistics", "Case"),
    "service": gettext_lazy("Service"),
    "state": gettext_lazy("State"),
    "outcome": gettext_lazy("Outcome"),
    "opened_at": pgettext_lazy("statistics", "Opened"),
    "closed_at": pgettext_lazy("statistics", "Closed"),
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "address": pgettext_lazy("statistics", "Address"),
    "longitude": gettext_lazy("Longitude"),
    "latitude": gettext_lazy("Latitude"),
    "answers": pgettext_lazy("statistics", "Answers"),
    "satisfaction": gettext_lazy("Satisfaction"),
    "role": pgettext_lazy("statistics", "Role"),
    "text": pgettext_lazy("statistics", "Text"),
    "subject": pgettext_lazy("statistics", "Subject"),
    "sent_at": pgettext_lazy("statistics", "Sent"),
    "purpose": gettext_lazy("Purpose"),
    "answer": pgettext_lazy("statistics", "Answer"),
    "due_on": gettext_lazy("Answer by"),
    "person": pgettext_lazy("statistics", "Who it is"),
    "crew": pgettext_lazy("statistics", "Crew"),
    "since_at": pgettext_lazy("statistics", "Since"),
    "ended_at": gettext_lazy("Ended at"),
}


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record on a page."""

    record: Record
    rows: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of data on a page."""

    held: Held
    records: list[ShownRecord]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return self.held.code.replace(".", "-")


def shown_of(held: Held) -> Shown:
    """Return a kind of data with its records in words."""
    return Shown(held, [ShownRecord(each, facts_of(each)) for each in held.records])


def facts_of(record: Record) -> list[tuple[str, str]]:
    """Return (name, value) of what a record says; what is empty is left out."""
    return [
        (_label(name), _said(value))
        for name, value in record.facts.items()
        if value not in ("", None, [], {})
    ]


def _label(name: str) -> str:
    known: Promise | str = LABELS.get(name, name.replace("_", " "))
    return str(known)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(yesno(value, _("yes,no")))
    if isinstance(value, datetime):
        return city_datetime(value)
    if isinstance(value, date):
        return city_date(value)
    if isinstance(value, dict):
        return "; ".join(f"{_label(str(key))}: {_said(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(each) for each in value)
    return str(value)
