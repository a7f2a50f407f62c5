"""Who read personal data of a case, when and why, for the auditor."""

from dataclasses import dataclass
from datetime import datetime

from shizheng.core import journal
from shizheng.core.words import in_language
from shizheng.services.models import Case


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading (調閱): when, who, for which agency, which fields, why."""

    number: int
    at: datetime
    who: str
    username: str
    agency: str
    fields: tuple[str, ...]
    why: str


def readings_of(case: Case) -> list[Reading]:
    """Return who read personal data of a case, the newest first."""
    entries = journal.entries_of(case, journal.READ).select_related("by__agency")
    return [
        Reading(
            number=entry.number,
            at=entry.at,
            who=str(entry.by or ""),
            username=entry.by.username if entry.by else "",
            agency=in_language(entry.by.agency.name) if entry.by and entry.by.agency else "",
            fields=tuple(entry.after.get("fields", ())),
            why=entry.why,
        )
        for entry in entries
    ]
