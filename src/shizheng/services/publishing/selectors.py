"""Published services and their versions, as the city's rules are open to everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import yaml
from django.core.cache import cache
from django.db.models import Count, Q
from django.http import Http404

from shizheng.core.access import Person, may
from shizheng.services import city
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.examples import run_example
from shizheng.services.models import Case, Service, ServiceVersion
from shizheng.services.schema.service import Example
from shizheng.services.versions import definition_by

PUBLISH = "services.publish_service"
FRESH_S = 3_600
WIDE = 100


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the list of a service: its number, since when, digest, open cases."""

    version: ServiceVersion
    is_current: bool
    still_open: int | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service with its versions, the newest first."""

    service: Service
    definition: Definition
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class ExampleShown:
    """An example with what came out (範例結果): nothing differs where it passed."""

    example: Example
    differences: tuple[tuple[str, str, str], ...]

    @property
    def has_passed(self) -> bool:
        """Whether it came out as it says."""
        return not self.differences


def services_shown(person: Person) -> list[ServiceRow]:
    """Return every offered service with its versions; open cases are counted for publishers."""
    counts = open_by_version() if may(person, PUBLISH) else None
    rows = Service.objects.filter(is_offered=True).exclude(current=None).select_related("owner")
    return [service_row(each, counts) for each in rows.prefetch_related("versions__definition")]


def service_row(service: Service, counts: dict[UUID, int] | None) -> ServiceRow:
    """Return one service with its versions."""
    newest_first = sorted(service.versions.all(), key=lambda each: -each.number)
    return ServiceRow(
        service,
        definition_by(service.current_id) if service.current_id else _newest(newest_first),
        tuple(
            VersionRow(
                each,
                each.pk == service.current_id,
                None if counts is None else counts.get(each.pk, 0),
            )
            for each in newest_first
        ),
    )


def _newest(versions: list[ServiceVersion]) -> Definition:
    return definition_by(versions[0].pk)


def open_by_version(service: Service | None = None) -> dict[UUID, int]:
    """Return how many cases are open under each version."""
    rows = Case.objects.filter(is_open=True).order_by()
    if service is not None:
        rows = rows.filter(service=service)
    return dict(rows.values_list("version").annotate(Count("pk")))


def service_found(code: str, person: Person) -> Service:
    """Return a service with its versions; one that is not offered any more only to publishers.

    Raises:
        Http404: there is none.
    """
    known = Q(code=code, is_offered=True) if not may(person, PUBLISH) else Q(code=code)
    rows = Service.objects.filter(known).exclude(current=None).select_related("owner", "current")
    service = rows.prefetch_related("versions__definition").first()
    if service is None:
        raise Http404
    return service


def version_found(service: Service, number: int | None) -> ServiceVersion:
    """Return one version of a service; without a number the one in force.

    Raises:
        Http404: there is no such version.
    """
    for version in service.versions.all():
        if version.number == number or (number is None and version.pk == service.current_id):
            return version
    raise Http404


def examples_shown(version: ServiceVersion) -> tuple[ExampleShown, ...]:
    """Run the examples of a published version by the calendar in force; kept for an hour."""
    key = f"services.examples.{version.definition.digest}.{city.calendar_key()}"
    kept: list[list[tuple[str, str, str]]] | None = cache.get(key)
    definition = definition_by(version.pk)
    if kept is None:
        kept = [[*differences_of(definition, each)] for each in definition.examples]
        cache.set(key, kept, FRESH_S)
    return tuple(
        ExampleShown(example, tuple(found))
        for example, found in zip(definition.examples, kept, strict=True)
    )


def differences_of(definition: Definition, example: Example) -> Iterable[tuple[str, str, str]]:
    """Run one example; yield what came out otherwise: what, as it should be, as it was."""
    for found in run_example(definition, example, city.calendar_for(), city.zone()):
        yield found.key, str(found.expected), str(found.found)


def body_as_yaml(version: ServiceVersion) -> str:
    """Return the body of a version as YAML, its keys in the order of the schema."""
    definition = definition_by(version.pk)
    body = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found: str = yaml.safe_dump(
        {"schema": "service/1", **body}, allow_unicode=True, sort_keys=False, width=WIDE
    )
    return found
