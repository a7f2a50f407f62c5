"""The pages for those who look after the installation, and who may use which."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import Person, may

PLACES = (
    ("core.manage_people", "people", _("People and roles")),
    ("core.view_journal", "journal", _("Journal")),
    ("core.run_jobs", "jobs", _("Background work")),
    ("core.manage_webhooks", "webhooks", _("Webhooks")),
)


def places_open_to(person: Person, *, at: datetime) -> list[tuple[str, str]]:
    """Return (title, address) of each page that ``person`` may use at a moment."""
    return [
        (str(title), reverse(name))
        for permission, name, title in PLACES
        if may(person, permission, at=at)
    ]
