"""Keeping a published version of a service: from a pack that is loaded, or from one file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, City, PublishedDefinition, User
from shizheng.packs.pack import Definition
from shizheng.packs.schema import FileRef
from shizheng.services import city
from shizheng.services.definitions import Service as Body
from shizheng.services.models import MigrationReport, PackFile, Service, ServiceVersion
from shizheng.services.publishing.carrying import carry_over, report_of
from shizheng.services.publishing.checking import SERVICE, Checked, check
from shizheng.services.publishing.errors import AlreadyInForce, DefinitionBroken, OtherThanChecked
from shizheng.services.searchable import services_index


@dataclass(frozen=True, slots=True)
class Outcome:
    """What publishing did (發布結果); there is no report of a first version."""

    service: Service
    version: ServiceVersion
    report: MigrationReport | None


@transaction.atomic
def service_publish(
    *, text: str, companions: Mapping[str, bytes], agreed: str, by: User, at: datetime,
    code: str | None = None,
) -> Outcome:  # fmt: skip
    """Publish one file as a new version, unchangeable from then on, and carry over what is open.

    Args:
        text: the YAML of the file.
        companions: files that it names, by name.
        agreed: the digest of what was checked and shown; nothing else is published.
        code: the service that it must be, if one is expected.

    Raises:
        NotPermitted: ``by`` may not.
        DefinitionBroken: the file has problems; each is in it with its line.
        AlreadyInForce: this very version is published.
        OtherThanChecked: the file is another than that of ``agreed``.
    """
    require(by, "services.publish_service", at=at)
    place = City.objects.select_for_update().get()  # one at a time, as packs are loaded
    checked = check(text, companions, code)
    definition = require_publishable(checked)
    if definition.digest != agreed:
        raise OtherThanChecked
    body = checked.body
    kept = PublishedDefinition.objects.create(
        city=place, kind=SERVICE, identifier=body.id, version=body.version,
        digest=definition.digest, body=definition.body, published_at=at,
    )  # fmt: skip
    files = dict(checked.files or {})
    files_keep(body, lambda ref: files[ref.path])
    service, version = version_keep(
        body, kept, owner=Agency.objects.get(code=body.owner), by=by, at=at
    )
    place.loaded_at = at
    place.save(update_fields=["loaded_at"])
    services_index()
    told = {"service": body.id, "version": body.version, "digest": definition.digest}
    journal.record("services.service.published", version, by=by, at=at, now=told)
    outbox.publish("city.service.published", version, at=at, payload=told)
    transaction.on_commit(city.forget)
    return Outcome(service, version, report_of(version))


def require_publishable(checked: Checked) -> Definition:
    """Return the definition of a file that was checked.

    Raises:
        DefinitionBroken: it has problems.
        AlreadyInForce: this very version is published.
    """
    if checked.problems or checked.definition is None:
        raise DefinitionBroken(checked.problems)
    if checked.is_unchanged:
        raise AlreadyInForce(version=checked.definition.version)
    return checked.definition


def version_keep(
    body: Body, published: PublishedDefinition, *, owner: Agency, by: User | None, at: datetime,
    position: int | None = None,
) -> tuple[Service, ServiceVersion]:  # fmt: skip
    """Put a published version into force, and carry over drafts and cases of the one before."""
    service = Service.objects.select_related("current").filter(code=body.id).first()
    if service is None:
        service = Service(code=body.id, position=Service.objects.count())
    before = service.current
    service.name, service.category = dict(body.name), body.category
    service.owner, service.is_offered = owner, True
    service.position = service.position if position is None else position
    service.save()
    version, is_new = ServiceVersion.objects.get_or_create(
        service=service,
        number=body.version,
        defaults={"definition": published, "published_at": at},
    )
    if service.current_id != version.pk:
        service.current = version
        service.save(update_fields=["current"])
        if before is not None and is_new:
            carry_over(service, before=before, after=version, by=by, at=at)
    return service, version


def files_keep(body: Body, content: Callable[[FileRef], bytes]) -> None:
    """Keep the files that a version names, by their digest, as they are now."""
    for output in body.outputs.values():
        PackFile.objects.get_or_create(
            digest=output.template.sha256,
            defaults={"name": output.template.path, "content": content(output.template)},
        )
