"""The work of a job on a version that was received: read it, keep what was made, or say why not."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from shizheng.core import files, journal
from shizheng.core.jobs import report_progress
from shizheng.core.models.file import StoredFile
from shizheng.kernel.errors import DomainError
from shizheng.statistics.datasets.actions import State, version_publish
from shizheng.statistics.datasets.domain.columns import Column, Declared
from shizheng.statistics.datasets.domain.differences import difference
from shizheng.statistics.datasets.domain.encodings import Encoding
from shizheng.statistics.datasets.domain.findings import is_quarantined
from shizheng.statistics.datasets.domain.limits import LIMITS
from shizheng.statistics.datasets.domain.quality import Counted, quality_of, score_of
from shizheng.statistics.datasets.reading.comparing import rows_compared
from shizheng.statistics.datasets.reading.making import Made, Wanted, dataset_make
from shizheng.statistics.datasets.reading.unpacking import CSV, MEDIA_TYPES, PARQUET
from shizheng.statistics.datasets.reading.workshop import workshop
from shizheng.statistics.models import DatasetVersion

WORKSHOPS = "workshops"
UNSTATED = "unstated"


def version_profile(version: DatasetVersion, *, at: Callable[[], datetime]) -> DatasetVersion:
    """Read a version that was received; it ends profiled, quarantined, refused or published.

    One that was read before stays as it is, so that a job may run twice.

    Args:
        at: returns the moment; the work takes a while.
    """
    if version.state != State.RECEIVED or version.file is None:
        return version
    place = Path(settings.MEDIA_ROOT) / WORKSHOPS
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place))
    try:
        made = dataset_make(
            files.path_of(version.file), version.file_name, folder, wanted_of(version),
            tell=report_progress,
        )  # fmt: skip
        kept = _kept(made, at())
        changed = _difference(version, made, folder)
    except DomainError as refusal:
        return _refused(version, refusal, at())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _profiled(version, made, kept, changed, at())
    if version.state == State.PROFILED and version.publishes:
        version_publish(version=version, by=version.made_by, at=at())
    return version


def wanted_of(version: DatasetVersion) -> Wanted:
    """Return what the owner says of the table."""
    dataset = version.dataset
    return Wanted(
        declared=[Declared.of_json(each) for each in dataset.declared],
        key=list(dataset.key),
        encoding=Encoding(dataset.encoding) if dataset.encoding else None,
    )


def columns_of(version: DatasetVersion) -> list[Column]:
    """Return the columns of a version that was read, in their order."""
    return [Column.of_json(each["column"]) for each in version.schema]


def _kept(made: Made, at: datetime) -> tuple[StoredFile, StoredFile]:
    """Keep the table in both forms."""
    return _kept_as(made.table, PARQUET, at), _kept_as(made.csv, CSV, at)


def _kept_as(path: Path, kind: str, at: datetime) -> StoredFile:
    with path.open("rb") as file:
        return files.keep(
            file, name=path.name, at=at, limit=4 * LIMITS.unpacked_bytes,
            kind_of=lambda _sample: MEDIA_TYPES[kind],
        )  # fmt: skip


def _difference(version: DatasetVersion, made: Made, folder: Path) -> dict[str, Any]:
    """Return what changed since the version published last, as JSON; empty if there is none."""
    before = version.dataset.current
    if before is None or before.rows_file is None:
        return {}
    old = columns_of(before)
    path = files.path_of(before.rows_file)
    with workshop(folder, reads=[path.parent]) as connection:
        rows = rows_compared(
            connection, (path, old), (made.table, made.columns), list(version.dataset.key)
        )
    return difference(before.number, old, made.columns, rows).as_json()


@transaction.atomic
def _profiled(
    version: DatasetVersion, made: Made, kept: tuple[StoredFile, StoredFile],
    changed: dict[str, Any], at: datetime,
) -> None:  # fmt: skip
    dataset = version.dataset
    declared = {each.name: each for each in wanted_of(version).declared}
    schema = [
        {"column": column.as_json(), "said": _said(declared, column)} for column in made.columns
    ]
    parts = quality_of(
        Counted(
            rows=made.rows,
            columns=len(made.columns),
            empty_cells=sum(each["empty"] for each in made.profile),
            described=sum(bool(each["said"]["meaning"]) for each in schema),
            has_key=bool(dataset.key),
            has_licence=dataset.licence != UNSTATED,
            has_contact=bool(dataset.contact),
            problems=made.problems,
        )
    )
    state = State.QUARANTINED if is_quarantined(made.problems) else State.PROFILED
    fields: dict[str, Any] = {
        "state": state,
        "profiled_at": at,
        "encoding": made.encoding,
        "row_count": made.rows,
        "schema": schema,
        "profile": made.profile,
        "problems": [each.as_json() for each in made.problems],
        "quality": parts,
        "score": score_of(parts),
        "difference": changed,
        "rows_file": kept[0],
        "csv_file": kept[1],
    }
    there = DatasetVersion.objects.filter(pk=version.pk, state=State.RECEIVED)
    if there.update(**fields):
        journal.record(
            "statistics.dataset.profiled", version, by=None, at=at,
            now={
                "state": state, "rows": made.rows, "score": fields["score"],
                "findings": [[each.finding, each.column, each.count] for each in made.problems],
            },
        )  # fmt: skip
    version.refresh_from_db()


def _said(declared: dict[str, Declared], column: Column) -> dict[str, Any]:
    return declared.get(column.name, Declared(column.name)).as_json()


@transaction.atomic
def _refused(version: DatasetVersion, refusal: DomainError, at: datetime) -> DatasetVersion:
    """Keep why a file could not be read, for its owner."""
    kept = {"code": refusal.code, "parameters": _plain(refusal.parameters)}
    said = {"message": refusal.message, "hint": refusal.hint, "worded": list(refusal.worded)}
    there = DatasetVersion.objects.filter(pk=version.pk, state=State.RECEIVED)
    if there.update(state=State.REFUSED, profiled_at=at, refusal={**kept, **said}):
        journal.record(
            "statistics.dataset.refused", version, by=None, at=at, now={"code": refusal.code}
        )
    version.refresh_from_db()
    return version


def _plain(parameters: dict[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in parameters.items()
    }
