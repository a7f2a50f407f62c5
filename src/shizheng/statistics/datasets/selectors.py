"""Reads of datasets: which there are, which versions somebody sees, what is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.core.access import Person, Viewer
from shizheng.core.models import Agency, RoleGrant, User
from shizheng.kernel.text import fold
from shizheng.statistics.datasets.access import PUBLISH
from shizheng.statistics.datasets.domain.lateness import Frequency, Lateness, lateness
from shizheng.statistics.models import Dataset, DatasetColumn, DatasetVersion


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for in the list."""

    words: str = ""
    theme: str = ""
    owner: str = ""
    licence: str = ""


def datasets_found(viewer: Person, sought: Sought) -> QuerySet[Dataset]:
    """Return the datasets that ``viewer`` sees and that have every word, newest version first."""
    rows = Dataset.objects.visible_to(viewer).select_related("owner", "current")
    for word in fold(sought.words).split()[:8]:
        rows = rows.filter(Q(words__contains=word) | Q(code__contains=word))
    asked = {"theme": sought.theme, "owner__code": sought.owner, "licence": sought.licence}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    return rows.order_by("code")


def owners_of(viewer: Person) -> QuerySet[Agency]:
    """Return the agencies of which ``viewer`` sees a dataset."""
    rows = Dataset.objects.visible_to(viewer).values("owner")
    return Agency.objects.filter(pk__in=rows).order_by("position", "code")


def agencies_for(viewer: Person) -> QuerySet[Agency]:
    """Return the agencies whose datasets ``viewer`` may publish."""
    return Agency.objects.filter(Viewer(viewer).within(PUBLISH, agency="pk")).order_by(
        "position", "code"
    )


def publishers_of(dataset: Dataset, *, at: datetime) -> list[User]:
    """Return who publishes datasets for the very agency that owns one."""
    grants = RoleGrant.objects.filter(agency=dataset.owner_id, person__is_active=True)
    found = {
        grant.person_id: grant.person
        for grant in grants.select_related("role", "person").order_by("person__username")
        if PUBLISH in grant.role.permissions and grant.is_in_force(at)
    }
    return list(found.values())


def versions_seen(viewer: Person, dataset: Dataset) -> QuerySet[DatasetVersion]:
    """Return the versions of a dataset that ``viewer`` sees, the newest first."""
    rows = DatasetVersion.objects.visible_to(viewer).filter(dataset=dataset)
    return rows.select_related(
        "dataset__owner", "file", "rows_file", "csv_file", "made_by", "job"
    ).order_by("-number")


def lateness_of(dataset: Dataset, today: date) -> Lateness | None:
    """Return how late the next version is; None if it is not, or none is promised."""
    if dataset.current is None:
        return None
    last = dataset.current.published_at or dataset.current.made_at
    return lateness(Frequency(dataset.frequency), timezone.localdate(last), today)


def dictionary_of(viewer: Person, words: str) -> QuerySet[DatasetColumn]:
    """Return the columns whose name, title, meaning or unit has every word, by dataset."""
    datasets = Dataset.objects.visible_to(viewer).filter(current__isnull=False)
    rows = DatasetColumn.objects.filter(dataset__in=datasets.values("pk"))
    for word in fold(words).split()[:8]:
        rows = rows.filter(words__contains=word)
    return rows.order_by("dataset__code", "position")


def columns_listed(keys: Iterable[int]) -> QuerySet[DatasetColumn]:
    """Return the columns of one page of the dictionary; their keys came from ``dictionary_of``."""
    rows = DatasetColumn.objects.filter(pk__in=keys).select_related("dataset")
    return rows.order_by("dataset__code", "position")
