"""What pages show of the documents that cases gave out."""

from dataclasses import dataclass
from datetime import date

from shizheng.core.access import Person, acts_open_to
from shizheng.core.files import attachments_of
from shizheng.core.models.file import Attachment
from shizheng.services.models import Case, Output
from shizheng.services.outputs.errors import CodeUnknown
from shizheng.services.outputs.issuing import IN_FORCE
from shizheng.services.outputs.numbers import read_code

HAD = (Output.Status.VALID, Output.Status.EXPIRED)
UNISSUED = (Output.Status.FAILED, Output.Status.PREPARING)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a case, its file, and what may be done to it."""

    output: Output
    file: Attachment | None
    may_make: bool = False
    may_revoke: bool = False


def documents_of(case: Case, viewer: Person) -> list[Document]:
    """Return every document of a case, for somebody who works on it."""
    acts = acts_open_to(viewer, case, "services.act_on_case", "services.issue_output")
    return [
        Document(
            output,
            attachments_of(output).first(),
            may_make="services.act_on_case" in acts and is_makeable(output),
            may_revoke="services.issue_output" in acts and output.status in IN_FORCE,
        )
        for output in Output.objects.filter(case=case)
    ]


def is_makeable(output: Output) -> bool:
    """Whether the file of a document can still be made: its values go with personal data."""
    return output.status in UNISSUED and bool(output.values)


def documents_for_party(case: Case) -> list[Document]:
    """Return the documents in force of a case, for a party that the caller has let see them."""
    rows = Output.objects.filter(case=case, status__in=(*HAD, Output.Status.PREPARING))
    return [
        Document(output, attachments_of(output).first() if output.status in HAD else None)
        for output in rows
    ]


def document_checked(code: str, *, on: date) -> tuple[Output, str]:
    """Return the document with a check code, and its status on a day: what anybody may ask.

    Raises:
        CodeUnknown: no document that was given out has it.
    """
    plain = read_code(code)
    output = Output.objects.filter(code=plain).exclude(status__in=UNISSUED).first()
    if not plain or output is None:
        raise CodeUnknown(given=code[:30])
    return output, status_on(output, on)


def status_on(output: Output, on: date) -> str:
    """Return the status of a document on a day, whether or not the nightly work has run."""
    is_over = output.expires_on is not None and output.expires_on < on
    if output.status == Output.Status.VALID and is_over:
        return str(Output.Status.EXPIRED)
    return output.status


def document_by_digest(digest: str) -> Output | None:
    """Return the document whose file has this SHA-256."""
    return Output.objects.filter(digest=digest).exclude(status__in=UNISSUED).first()
