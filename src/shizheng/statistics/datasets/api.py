"""Datasets for programs that publish: a file as the next version, and what became of it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.security import django_auth

from shizheng.core.access import found
from shizheng.core.pages import actor
from shizheng.core.ratelimit import limited
from shizheng.statistics.datasets.access import PUBLISH
from shizheng.statistics.datasets.actions import version_receive
from shizheng.statistics.datasets.selectors import Sought, datasets_found, lateness_of
from shizheng.statistics.datasets.showing import refusal_shown
from shizheng.statistics.models import Dataset, DatasetVersion

router = Router(tags=["datasets"])


class DatasetOut(Schema):
    """A dataset (資料集) and its newest published version."""

    code: str
    title: dict[str, str]
    description: dict[str, str]
    owner: str
    theme: str
    licence: str
    frequency: str
    version: int | None
    rows: int | None
    score: int | None
    late_days: int


class VersionOut(Schema):
    """A version: where it stands, and what was found in it."""

    dataset: str
    number: int
    state: str
    progress: float
    digest: str
    rows: int | None
    score: int | None
    problems: list[dict[str, Any]]
    refusal: str | None


@router.get("/datasets", response=list[DatasetOut], summary=gettext_noop("Datasets"))
def datasets(request: HttpRequest, q: str = "", theme: str = "", owner: str = "") -> Any:
    """Return the datasets that one may see, at most 1000, narrowed by words, theme and agency."""
    rows = datasets_found(
        request.user, Sought(words=q[:100].replace("\0", ""), theme=theme[:4], owner=owner[:60])
    )
    today = timezone.localdate()
    return [
        DatasetOut(
            code=row.code,
            title=row.title,
            description=row.description,
            owner=row.owner.code,
            theme=row.theme,
            licence=row.licence,
            frequency=row.frequency,
            version=row.current.number if row.current else None,
            rows=row.current.row_count if row.current else None,
            score=row.current.score if row.current else None,
            late_days=late.days if (late := lateness_of(row, today)) else 0,
        )
        for row in rows[:1000]
    ]


@router.post(
    "/datasets/{code}/versions", response={202: VersionOut}, auth=django_auth,
    summary=gettext_noop("Send a file as the next version"),
)  # fmt: skip
@limited("60/h")
def version_send(
    request: HttpRequest, code: str, file: File[UploadedFile], note: Form[str] = "",
    publish: Form[bool] = False,
) -> Any:  # fmt: skip
    """Take in a file; it is read in the background: ask for the version to see how far it is."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    made = version_receive(
        dataset=row, content=file, name=file.name or "", by=person, at=timezone.now(),
        note=note.replace("\0", ""), publishes=publish,
    )  # fmt: skip
    return Status(202, _out(made))


@router.get(
    "/datasets/{code}/versions/{number}", response=VersionOut,
    summary=gettext_noop("A version of a dataset"),
)  # fmt: skip
def version(request: HttpRequest, code: str, number: int) -> Any:
    """Return where a version stands and what was found in it."""
    row = found(request.user, Dataset, code=code)
    return _out(found(request.user, DatasetVersion, dataset=row, number=number))


def _out(version: DatasetVersion) -> VersionOut:
    refusal = refusal_shown(version)
    return VersionOut(
        dataset=version.dataset.code,
        number=version.number,
        state=version.state,
        progress=version.job.progress if version.job else 1.0,
        digest=version.digest,
        rows=version.row_count,
        score=version.score,
        problems=version.problems,
        refusal=f"{refusal.message} {refusal.hint}" if refusal else None,
    )
