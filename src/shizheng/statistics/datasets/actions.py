"""Writes to datasets: describing one, taking in a version, publishing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from shizheng.core import files, journal, outbox
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.filetypes import Sample
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_, ChangedMeanwhile
from shizheng.kernel.text import fold
from shizheng.statistics.datasets.access import PUBLISH
from shizheng.statistics.datasets.domain.catalogue import checked_code
from shizheng.statistics.datasets.domain.columns import Declared
from shizheng.statistics.datasets.domain.dictionary import words_of
from shizheng.statistics.datasets.domain.errors import (
    CodeTaken,
    ColumnUnknown,
    EraseReasonMissing,
    NotInQuarantine,
    ReasonMissing,
    StateUnfit,
)
from shizheng.statistics.datasets.domain.limits import LIMITS
from shizheng.statistics.datasets.reading.unpacking import MEDIA_TYPES, format_of
from shizheng.statistics.datasets.searchable import dataset_index
from shizheng.statistics.models import Dataset, DatasetColumn, DatasetVersion

State = DatasetVersion.State
SHORTEST_REASON = 10
STATES: Mapping[str, str] = {
    State.RECEIVED: N_("being read"),
    State.REFUSED: N_("sent back"),
    State.PROFILED: N_("ready to publish"),
    State.QUARANTINED: N_("in quarantine"),
    State.PUBLISHED: N_("published"),
    State.ERASED: N_("erased"),
}
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Described:
    """What an owner says of a dataset; words by language."""

    title: Texts
    description: Texts
    theme: str
    licence: str
    frequency: str
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    contact: str = ""
    source: Texts = field(default_factory=dict)
    source_url: str = ""
    is_public: bool = True
    is_synthetic: bool = False
    key: Sequence[str] = ()
    declared: Sequence[Declared] = ()
    encoding: str = ""

    def as_fields(self) -> dict[str, Any]:
        """Return the columns of the dataset's row."""
        said = [*self.title.values(), *self.description.values()]
        said += [word for words in self.keywords.values() for word in words]
        return {
            "title": dict(self.title),
            "description": dict(self.description),
            "keywords": {tag: list(words) for tag, words in self.keywords.items()},
            "theme": self.theme,
            "licence": self.licence,
            "frequency": self.frequency,
            "contact": self.contact,
            "source": dict(self.source),
            "source_url": self.source_url,
            "is_public": self.is_public,
            "is_synthetic": self.is_synthetic,
            "key": list(self.key),
            "declared": [each.as_json() for each in self.declared],
            "encoding": self.encoding,
            "words": fold(" ".join(said)),
        }


@transaction.atomic
def dataset_make(
    *, code: str, owner: Agency, said: Described, by: User | None, at: datetime
) -> Dataset:
    """Describe a new dataset of an agency; it is seen once a version of it is published.

    Args:
        by: None for the command line, whose user answers for it.

    Raises:
        NotPermitted: ``by`` may not publish datasets of the agency.
        CodeUnfit, CodeTaken: the code cannot be used.
    """
    if by is not None:
        require(by, PUBLISH, owner)
    checked_code(code)
    if Dataset.objects.filter(code=code).exists():
        raise CodeTaken(code=code)
    made = Dataset.objects.create(code=code, owner=owner, made_at=at, **said.as_fields())
    journal.record("statistics.dataset.made", made, by=by, at=at, now={"code": code})
    return made


@transaction.atomic
def dataset_describe(
    *, dataset: Dataset, said: Described, by: User | None, at: datetime
) -> Dataset:
    """Say something else of a dataset; versions that were read keep what was said then.

    Raises:
        NotPermitted: ``by`` may not publish datasets of its owner.
    """
    if by is not None:
        require(by, PUBLISH, dataset)
    fields = said.as_fields()
    was = {name: getattr(dataset, name) for name in fields}
    changed = sorted(name for name, value in fields.items() if was[name] != value)
    if not changed:
        return dataset
    Dataset.objects.filter(pk=dataset.pk).update(**fields)
    journal.record(
        "statistics.dataset.described", dataset, by=by, at=at,
        was={name: was[name] for name in changed if name != "words"},
        now={name: fields[name] for name in changed if name != "words"},
    )  # fmt: skip
    dataset.refresh_from_db()
    dataset_index(dataset)
    return dataset


@transaction.atomic
def column_describe(
    *, version: DatasetVersion, said: Declared, by: User | None, at: datetime
) -> Dataset:
    """Say what a column means; versions that are read from now on carry it (欄位說明).

    How the column is read stays as it was declared. A file that lacks a column of which
    something is said is refused, so it must be one of a version that was read.

    Raises:
        NotPermitted: ``by`` may not publish datasets of its owner.
        ColumnUnknown: the version has no such column.
    """
    if by is not None:
        require(by, PUBLISH, version)
    names = [str(each["column"]["name"]) for each in version.schema]
    if said.name not in names:
        raise ColumnUnknown(name=said.name[:100], known=", ".join(names)[:400])
    dataset = Dataset.objects.select_for_update().get(pk=version.dataset_id)
    declared = {each["name"]: Declared.of_json(each) for each in dataset.declared}
    was = declared.get(said.name, Declared(said.name))
    now = replace(was, title=said.title, meaning=said.meaning, unit=said.unit, unit_en=said.unit_en)
    if now == was:
        return dataset
    kept = [each.as_json() for each in (declared | {said.name: now}).values()]
    Dataset.objects.filter(pk=dataset.pk).update(declared=kept)
    journal.record(
        "statistics.dataset.column_described", dataset, by=by, at=at, was=was.as_json(),
        now=now.as_json(),
    )  # fmt: skip
    dataset.refresh_from_db()
    return dataset


def version_receive(
    *, dataset: Dataset, content: Readable, name: str, by: User | None, at: datetime,
    note: str = "", publishes: bool = False,
) -> DatasetVersion:  # fmt: skip
    """Take in a file as the next version; a worker reads it (收檔).

    Args:
        publishes: at once, if nothing grave is found.

    Raises:
        NotPermitted: ``by`` may not publish datasets of its owner.
        FormatUnknown, FileTooLarge, FileEmpty, StorageFull: nothing was taken in.
    """
    from shizheng.statistics.datasets.tasks import profile_dataset

    if by is not None:
        require(by, PUBLISH, dataset)
    kept = files.keep(content, name=name, at=at, limit=LIMITS.file_bytes, kind_of=_kind_of)
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)
        newest = dataset.versions.aggregate(last=Max("number"))["last"] or 0
        made = DatasetVersion.objects.create(
            dataset=dataset, number=newest + 1, file=kept, file_name=files.clean_name(name),
            digest=kept.digest, note=note[:500], publishes=publishes, made_at=at, made_by=by,
        )  # fmt: skip
        now = {"number": made.number, "digest": kept.digest, "file": made.file_name}
        journal.record("statistics.dataset.received", made, by=by, at=at, now=now)
        made.job = profile_dataset.enqueue(key=str(made.pk), version=str(made.pk))
        made.save(update_fields=["job"])
    return made


def _kind_of(sample: Sample) -> str:
    return MEDIA_TYPES[format_of(sample.name, sample.head)]


@transaction.atomic
def version_publish(
    *, version: DatasetVersion, by: User | None, at: datetime, reason: str = ""
) -> DatasetVersion:
    """Publish a version; one in quarantine only with the reason why (發布).

    Raises:
        NotPermitted: ``by`` may not publish datasets of its owner.
        StateUnfit: it is not there to be published.
        ReasonMissing: it is in quarantine, and nobody says why it may leave.
        ChangedMeanwhile: somebody else acted on it.
    """
    if by is not None:
        require(by, PUBLISH, version)
    was = version.state
    if was not in (State.PROFILED, State.QUARANTINED):
        raise StateUnfit(number=version.number, state=STATES[was])
    reason = reason.strip()[:500]
    if was == State.QUARANTINED and len(reason) < SHORTEST_REASON:
        raise ReasonMissing
    there = DatasetVersion.objects.filter(pk=version.pk, state=was)
    if not there.update(
        state=State.PUBLISHED, published_at=at, published_by=by,
        reason=reason if was == State.QUARANTINED else "",
    ):  # fmt: skip
        raise ChangedMeanwhile(thing=str(version))
    version.refresh_from_db()
    dataset = version.dataset
    current = dataset.current
    if current is None or current.number < version.number:
        Dataset.objects.filter(pk=dataset.pk).update(current=version)
        dataset.refresh_from_db()
        _list_columns(dataset, version)
        dataset_index(dataset)
    lifted = {"findings": [each["finding"] for each in version.problems]} if reason else {}
    journal.record(
        "statistics.dataset.published", version, by=by, at=at, why=reason,
        was={"state": was}, now={"number": version.number, "digest": version.digest, **lifted},
    )  # fmt: skip
    outbox.publish(
        "statistics.dataset.published", version, at=at,
        payload={"dataset": dataset.code, "version": version.number, "digest": version.digest},
    )  # fmt: skip
    return version


def _list_columns(dataset: Dataset, version: DatasetVersion) -> None:
    """Enter the columns of the current version into the dictionary, in place of those before."""
    DatasetColumn.objects.filter(dataset=dataset).delete()
    DatasetColumn.objects.bulk_create(
        DatasetColumn(
            dataset=dataset, position=place, column=each["column"], said=each["said"],
            words=words_of(each),
        )
        for place, each in enumerate(version.schema)
    )  # fmt: skip


@transaction.atomic
def version_erase(
    *, version: DatasetVersion, reason: str, by: User, at: datetime
) -> tuple[DatasetVersion, bool]:
    """Erase a version in quarantine for good: file, table and all that was read of it (刪除).

    That there was one, what was found in it, who erased it and why stay on record; nothing that
    stood in it does, but for the digest and name of the file in the entry of its reception.

    Returns:
        The version, and whether all its bytes go; not where another version holds the same.

    Raises:
        NotPermitted: ``by`` may not publish datasets of its owner.
        NotInQuarantine: it is not in quarantine, or not any more.
        EraseReasonMissing: nobody says why.
    """
    require(by, PUBLISH, version)
    reason = reason.strip()[:500]
    if len(reason) < SHORTEST_REASON:
        raise EraseReasonMissing
    version = DatasetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.state != State.QUARANTINED:
        raise NotInQuarantine(number=version.number, state=STATES[version.state])
    held = [each for each in (version.file, version.rows_file, version.csv_file) if each]
    found = [each["finding"] for each in version.problems]
    DatasetVersion.objects.filter(pk=version.pk).update(
        state=State.ERASED, file=None, rows_file=None, csv_file=None, file_name="", digest="",
        note="", row_count=None, schema=[], profile=[], problems=[], difference={}, quality={},
        score=None, encoding="", reason=reason, erased_at=at, erased_by=by,
    )  # fmt: skip
    still_named = [each for each in held if not files.release(each)]
    journal.record(
        "statistics.dataset.erased", version, by=by, at=at, why=reason,
        was={"state": State.QUARANTINED, "findings": found}, now={"number": version.number},
    )  # fmt: skip
    version.refresh_from_db()
    return version, not still_named
