"""Who opens a personal file of a case as staff leaves an entry in the journal (調閱紀錄)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import Person
from shizheng.core.downloads import readings
from shizheng.core.models import User
from shizheng.services.models import Case, CaseDocument, CaseParty, Output
from shizheng.services.schema.form import POWER_OF_ATTORNEY
from shizheng.services.versions import definition_by

LOOK = timedelta(minutes=10)


@readings.register("services.casedocument")
def document_read(person: Person, thing: Any) -> None:
    """Note that a file of a personal case, or one handed in as personal, was opened."""
    document: CaseDocument = thing
    case = document.case
    if case.access_class == Case.AccessClass.PERSONAL or _is_personal(document):
        _note(person, case, f"document {document.field}", document.name)


@readings.register("services.output")
def output_read(person: Person, thing: Any) -> None:
    """Note that a document issued in a personal case was opened."""
    output: Output = thing
    if output.case.access_class == Case.AccessClass.PERSONAL:
        _note(person, output.case, f"output {output.key}", output.number)


def sheets_read(person: Person, document: CaseDocument) -> None:
    """Note that a drawing was looked at; the pages and pictures of ten minutes are one look."""
    since = timezone.now() - LOOK
    seen = journal.entries_of(document.case, journal.READ).filter(by=person.pk, at__gte=since)
    what = f"document {document.field}"
    if all(entry.after.get("fields") != [what] for entry in seen):
        document_read(person, document)


def messages_read(person: User, case: Case) -> None:
    """Note that the messages of a personal case were read by a program."""
    if case.access_class == Case.AccessClass.PERSONAL:
        _note(person, case, "messages", "API")


def _is_personal(document: CaseDocument) -> bool:
    fields = {POWER_OF_ATTORNEY.id: POWER_OF_ATTORNEY}
    fields |= definition_by(document.case.version_id).fields
    return document.field in fields and fields[document.field].personal


def _note(person: Person, case: Case, what: str, why: str) -> None:
    if not isinstance(person, User) or _is_theirs(person, case):
        return
    journal.read(case, [what], by=person, at=timezone.now(), why=why)


def _is_theirs(person: User, case: Case) -> bool:
    parts = CaseParty.objects.filter(case=case, person=person, ended_at=None)
    return case.reporter_id == person.pk or parts.exists()
