"""Words of the desk's pages: the chip of a clock, who holds a case, what happened, masked names."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shizheng.core.showing import city_date
from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.flow import OPENED
from shizheng.services.happenings import HAPPENINGS
from shizheng.services.models import Case, CaseEvent
from shizheng.services.selectors.queue import SOON

VIEWS = {
    "mine": gettext_lazy("My cases"),
    "agency": gettext_lazy("Of my agency"),
    "unassigned": gettext_lazy("Unassigned"),
    "review": gettext_lazy("To review"),
    "confirm": gettext_lazy("To confirm"),
    "all": gettext_lazy("All that I may see"),
}
ONLY = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "applicant": gettext_lazy("Waiting for the applicant"),
    "other": gettext_lazy("Waiting for another agency"),
}
CHANNELS = {
    "web": gettext_lazy("Web"),
    "counter": gettext_lazy("Counter"),
    "phone": gettext_lazy("Telephone"),
    "api": gettext_lazy("Other program"),
    "batch": gettext_lazy("File of many"),
    "system": gettext_lazy("By itself"),
}
HAPPENED = {
    "assigned": gettext_lazy("Assigned"),
    "unassigned": gettext_lazy("Given back to the agency"),
    **HAPPENINGS,
    "linked": gettext_lazy("Joined to another case"),
    "unlinked": gettext_lazy("Taken apart from another case"),
    "dispatch_acknowledged": gettext_lazy("A crew acknowledged the dispatch"),
    "dispatch_missed": gettext_lazy("A crew did not answer the dispatch"),
    "rated": gettext_lazy("Rated by the applicant"),
    "migrated": gettext_lazy("Moved to a newer version of the service"),
}
CLOCKS = {
    "clock_warned": gettext_lazy("{clock}: due soon, reminded"),
    "clock_ran_out": gettext_lazy("{clock}: the time is over"),
    "clock_breached": gettext_lazy("{clock}: late, the next level is told"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """The clock of a case in a few words (燈號): shape, word and days, never colour alone."""

    colour: str
    text: str


def chip(due_at: datetime | None, holder: str, is_open: bool, now: datetime) -> Chip:
    """Return the chip of a case: how late, how long, by when, or who is waited for."""
    if not is_open:
        return Chip("grey", _("Case closed"))
    if due_at is None:
        return Chip("grey", _waiting(holder))
    if due_at < now:
        return Chip("red", _late(due_at, now))
    if due_at - now <= SOON:
        hours, minutes = divmod(int((due_at - now).total_seconds()) // 60, 60)
        if hours:
            return Chip(
                "yellow", ngettext("{n} hour left", "{n} hours left", hours).format(n=hours)
            )
        text = ngettext("{n} minute left", "{n} minutes left", minutes)
        return Chip("yellow", text.format(n=minutes))
    return Chip("green", _short_day(due_at))


def _late(due_at: datetime, now: datetime) -> str:
    days = (timezone.localdate(now) - timezone.localdate(due_at)).days
    if days:
        return ngettext("{n} day late", "{n} days late", days).format(n=days)
    hours = max(1, int((now - due_at).total_seconds() // 3600))
    return ngettext("{n} hour late", "{n} hours late", hours).format(n=hours)


def _waiting(holder: str) -> str:
    return {
        Case.Holder.APPLICANT: _("Waits for applicant"),
        Case.Holder.AGENCY: _("Waits for other agency"),
    }.get(Case.Holder(holder), _("No date"))


def _short_day(moment: datetime) -> str:
    """Return month and day; with the year only where it is another one."""
    day = timezone.localdate(moment)
    if day.year == timezone.localdate().year:
        return _("{month}/{day}").format(month=day.month, day=day.day)
    return city_date(day)


def place_words(case: Case) -> str:
    """Return the district and the address, the district not twice."""
    district = in_language(case.district.name) if case.district else ""
    return case.address if district and district in case.address else f"{district} {case.address}"


def state_words(definition: Definition, state: str) -> str:
    """Return what the office calls a state."""
    found = definition.states.get(state)
    return in_language(found.label) if found else state


def event_words(event: CaseEvent, definition: Definition) -> str:
    """Return what an event was, in words of the definition where it has them."""
    name, _dot, kind = event.action.partition(".")
    action = definition.actions.get(name)
    if action is not None:
        label = in_language(action.label)
        if kind == "asked":
            return _("{act}: waits for a second person").format(act=label)
        return _("{act}: rejected by the second person").format(act=label) if kind else label
    if event.action == OPENED:
        return _("Received")
    if event.action in HAPPENED:
        return str(HAPPENED[event.action])
    if event.action in CLOCKS:
        return str(CLOCKS[event.action]).format(clock=_clock_label(event, definition))
    return event.action


def _clock_label(event: CaseEvent, definition: Definition) -> str:
    found = definition.clocks.get(str(event.act.get("clock")))
    return in_language(found.label) if found else _("Clock")


def masked_name(name: str) -> str:
    """Return a name as lists show it: ``王○○``; of Latin names the first letter."""
    name = name.strip()
    if not name:
        return ""
    return name[0] + ("○" * max(1, len(name) - 1) if not name.isascii() else "***")


def masked_contact(text: str) -> str:
    """Return an address or a number with its middle hidden: ``09***21``, ``w***@example.org``."""
    if not text:
        return ""
    front, at, host = text.partition("@")
    if at:
        return f"{front[:1]}***@{host}"
    return f"{text[:2]}***{text[-2:]}" if len(text) > 5 else "***"
