"""Reports of closed quarters as files (季報告檔案): typeset by a worker, kept by their digest."""

import io
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override

from shizheng.core import files
from shizheng.core.filetypes import Sample
from shizheng.core.jobs import UNFINISHED, job, report_progress
from shizheng.core.models import Job
from shizheng.plan.models import QuarterClosing, QuarterFile
from shizheng.plan.quarters.printing import FORM, report_pdf

CITY, BRIEF = "city", "brief"
LARGEST = 64 * 2**20
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that somebody wants: of which closing, which one, in which language."""

    closing: QuarterClosing
    which: str
    language: str

    @property
    def key(self) -> str:
        """Names the work: it waits once, however many people want it."""
        return f"{self.closing.number}:{self.which}:{self.language}:{FORM}"


def wanted(closing: QuarterClosing, *, department: int | None = None, is_brief: bool = False,
           language: str = "") -> Wanted:  # fmt: skip
    """Return a report in a language of the site, that of the reader if none is given."""
    which = BRIEF if is_brief else CITY if department is None else f"dept-{department}"
    return Wanted(closing, which, language or get_language() or settings.LANGUAGE_CODE)


def file_of(report: Wanted) -> QuarterFile | None:
    """Return the report as it was kept; None if it was not made, or its bytes are gone."""
    row = QuarterFile.objects.filter(
        closing=report.closing, which=report.which, language=report.language, form=FORM
    ).select_related("file").first()  # fmt: skip
    return row if row and files.path_of(row.file).exists() else None


def job_of(report: Wanted) -> Job:
    """Return the work that makes a report: what waits or runs, else what failed last, else new."""
    of_it = Job.objects.filter(name=report_make.name, key=report.key)
    unfinished = of_it.filter(status__in=UNFINISHED).first()
    failed = of_it.filter(status=Job.Status.FAILED).order_by("-enqueued_at").first()
    return unfinished or failed or report_want(report)


def report_want(report: Wanted) -> Job:
    """Let a worker make a report."""
    return report_make.enqueue(
        key=report.key, closing=str(report.closing.pk), which=report.which,
        language=report.language,
    )  # fmt: skip


def reports_want(closing: QuarterClosing) -> None:
    """Let the report of the city and the brief be made in every language, ahead of readers."""
    for language, _name in settings.LANGUAGES:
        for is_brief in (False, True):
            report_want(wanted(closing, is_brief=is_brief, language=language))


@job("plan.make_quarter_report", retries=2)
def report_make(closing: str, which: str, language: str) -> None:
    """Typeset a report and keep it; done twice it comes to the same bytes."""
    row = QuarterClosing.objects.get(pk=closing)
    report_progress(0.1, row.number)
    number = int(which.removeprefix("dept-")) if which.startswith("dept-") else None
    with override(language):
        pdf = report_pdf(row, department=number, is_brief=which == BRIEF)
    report_progress(0.9, row.number)
    now = timezone.now()
    stored = files.keep(
        io.BytesIO(pdf), name=f"{row.number}-{which}.pdf", at=now, limit=LARGEST, kind_of=_pdf
    )
    QuarterFile.objects.get_or_create(
        closing=row, which=which, language=language, form=FORM,
        defaults={"file": stored, "made_at": now},
    )  # fmt: skip
    log.info("quarter_report_made", number=row.number, which=which, bytes=len(pdf))


def _pdf(_sample: Sample) -> str:
    return "application/pdf"
