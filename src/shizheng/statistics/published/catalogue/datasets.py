"""Datasets of departments as entries of the catalogue: their tables as CSV and Parquet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from shizheng.core.models.file import StoredFile
from shizheng.statistics.datasets.domain.catalogue import LICENCES
from shizheng.statistics.models.dataset import Dataset, DatasetVersion
from shizheng.statistics.published import addresses
from shizheng.statistics.published.catalogue.entries import Edition, Entry, File, Files, sources
from shizheng.statistics.published.editions import EVERYBODY
from shizheng.statistics.published.labels import in_every_language
from shizheng.statistics.published.licence import Licence

KIND = "datasets"
SPDX = {"cc-by-4.0": "CC-BY-4.0", "cc0-1.0": "CC0-1.0", "mit": "MIT", "odgl-1.0": "OGDL-Taiwan-1.0"}
UNSTATED = "http://publications.europa.eu/resource/authority/licence/OP_DATPRO"
TYPES = {
    "csv": ("CSV", "text/csv", "CSV"),
    "parquet": ("Parquet", "application/vnd.apache.parquet", "PARQUET"),
}
"""Ending to name, media type and the EU's code of the type."""


@sources.register(KIND)
def dataset_entries(
    *, at: datetime, codes: Sequence[str] | None = None, files: Files = Files.NEWEST
) -> Iterator[Entry]:
    """Yield the datasets that everybody sees and of which a version is published."""
    rows = Dataset.objects.visible_to(EVERYBODY).filter(current__isnull=False)
    found = list((rows if codes is None else rows.filter(code__in=codes)).select_related("owner"))
    versions = _versions(found, at)
    for row in found:
        if row.pk in versions:
            yield _entry(row, versions[row.pk], files)


def _versions(rows: Sequence[Dataset], at: datetime) -> Mapping[UUID, list[DatasetVersion]]:
    found: dict[UUID, list[DatasetVersion]] = defaultdict(list)
    public = DatasetVersion.objects.filter(
        dataset__in=rows, state=DatasetVersion.State.PUBLISHED, published_at__lte=at
    )
    for each in public.select_related("csv_file", "rows_file").order_by("published_at", "number"):
        found[each.dataset_id].append(each)
    return found


def files_of(version: DatasetVersion) -> Mapping[str, StoredFile]:
    """Return the files of a version by the ending of their address."""
    found = {"csv": version.csv_file, "parquet": version.rows_file}
    return {ending: file for ending, file in found.items() if file is not None}


def _entry(row: Dataset, versions: Sequence[DatasetVersion], files: Files) -> Entry:
    last = len(versions) - 1
    return Entry(
        kind=KIND,
        code=row.code,
        uri=addresses.dataset(row.code, KIND),
        title=row.title,
        description=row.description,
        source=row.source,
        owner=row.owner,
        licence=_licence(row.licence),
        frequency=row.frequency,
        keywords=row.keywords,
        theme=row.theme,
        first=None,
        last=None,
        editions=tuple(
            _edition(
                row, each, with_files=files is Files.ALL or (files is Files.NEWEST and at == last)
            )
            for at, each in enumerate(versions)
        ),
        is_synthetic=row.is_synthetic,
        formats=tuple(TYPES[ending][0] for ending in files_of(versions[-1])),
    )


def _licence(code: str) -> Licence:
    found = LICENCES[code]
    name = in_every_language(found.name)
    return Licence(SPDX.get(code, "other"), found.address or UNSTATED, name)


def _edition(row: Dataset, version: DatasetVersion, *, with_files: bool) -> Edition:
    assert version.published_at is not None  # noqa: S101 - the database keeps it so
    uri = addresses.vintage(row.code, version.number, KIND)
    files = tuple(
        File(
            ending,
            TYPES[ending][0],
            addresses.permalink(row.code, version.number, ending, KIND),
            *TYPES[ending][1:],
            digest=file.digest,
            size=file.size,
        )
        for ending, file in files_of(version).items()
    )
    return Edition(
        version.number, uri, version.published_at, version.note, files if with_files else ()
    )
