"""Taking in a file at the command line: by what a pack says of it, or by a few words."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from shizheng.core.models import Agency
from shizheng.kernel.errors import N_, DomainError
from shizheng.statistics.datasets.actions import (
    Described,
    dataset_describe,
    dataset_make,
    version_receive,
)
from shizheng.statistics.datasets.definitions import ImportMap
from shizheng.statistics.datasets.domain.columns import Declared, Reading
from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.models import Dataset, DatasetVersion


class OwnerUnknown(DomainError):
    """No such agency (查無機關)."""

    code = "statistics.dataset.owner_unknown"
    message = N_("There is no agency “{owner}”.")
    hint = N_("Name an agency of the loaded pack by its code; /api/agencies lists them.")


class DatasetUnknown(DomainError):
    """No such dataset, and not enough is said to make it (查無資料集)."""

    code = "statistics.dataset.unknown"
    message = N_("There is no dataset “{code}” yet.")
    hint = N_("Say whose it is with --owner, or name a mapping of the pack with --map.")


def said_by(body: ImportMap) -> Described:
    """Return what a pack says of a file as what is said of a dataset."""
    return Described(
        title=dict(body.title),
        description=dict(body.description),
        keywords={
            tag: [word.strip() for word in text.replace("、", ",").split(",")]
            for tag, text in (body.keywords or {}).items()
        },
        theme=body.theme,
        licence=body.licence,
        frequency=body.frequency,
        contact=body.contact or "",
        source=dict(body.source),
        source_url=body.source_url or "",
        key=list(body.key),
        declared=[
            Declared(
                name=each.name,
                meaning=dict(each.meaning),
                unit=each.unit or "",
                reading=Reading(each.reading) if each.reading else None,
                is_required=each.required,
                missing=each.missing,
                codes={code: dict(words) for code, words in each.codes.items()},
            )
            for each in body.columns
        ],
        encoding=body.encoding or "",
    )


def mapped_import(body: ImportMap, file: Path, *, publishes: bool, at: datetime) -> DatasetVersion:
    """Take in a file by a mapping of the pack; the dataset is made, or said anew.

    Raises:
        OwnerUnknown: the agency is not loaded. And what ``version_receive`` refuses.
    """
    dataset = Dataset.objects.filter(code=body.code).first()
    said = said_by(body)
    if dataset is None:
        owner = _agency(str(body.owner))
        dataset = dataset_make(code=body.code, owner=owner, said=said, by=None, at=at)
    else:
        dataset = dataset_describe(dataset=dataset, said=said, by=None, at=at)
    return _taken(dataset, file, publishes, at)


def file_import(
    file: Path, *, code: str, owner: str, title: str, publishes: bool, at: datetime,
    **said: Any,
) -> DatasetVersion:  # fmt: skip
    """Take in a file as the next version of a dataset, which is made if it is not there.

    Raises:
        DatasetUnknown, OwnerUnknown: whose it is is not said. And what the actions refuse.
    """
    dataset = Dataset.objects.filter(code=code).first()
    if dataset is None:
        if not owner:
            raise DatasetUnknown(code=code)
        words = {"zh-Hant": title or code, "en": title or code}
        described = Described(
            title=words, description=words, theme="GOVE", licence="unstated", frequency="IRREG",
            **said,
        )  # fmt: skip
        dataset = dataset_make(code=code, owner=_agency(owner), said=described, by=None, at=at)
    return _taken(dataset, file, publishes, at)


def _agency(code: str) -> Agency:
    found = Agency.objects.filter(code=code).first()
    if found is None:
        raise OwnerUnknown(owner=code)
    return found


def _taken(dataset: Dataset, file: Path, publishes: bool, at: datetime) -> DatasetVersion:
    with file.open("rb") as content:
        version = version_receive(
            dataset=dataset, content=content, name=file.name, by=None, at=at, publishes=publishes
        )
    return version_profile(version, at=timezone.now)
