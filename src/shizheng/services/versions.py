"""Published versions as typed definitions, read once in a process: a version never changes."""

from functools import lru_cache
from uuid import UUID

from shizheng.core.models import PublishedDefinition
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import ServiceClosed
from shizheng.services.models import Service, ServiceVersion


@lru_cache(maxsize=500)
def definition_by(key: UUID) -> Definition:
    """Return the definition of the version with this key.

    Raises:
        ServiceVersion.DoesNotExist: there is none.
    """
    version = ServiceVersion.objects.select_related("definition").get(pk=key)
    return read(version.definition)


def read(published: PublishedDefinition) -> Definition:
    """Return a published body, typed."""
    return Definition.model_validate(published.body)


def offered(code: str) -> tuple[Service, Definition]:
    """Return a service that is offered now, and its version in force.

    Raises:
        ServiceClosed: there is none, or it is not offered any more.
    """
    service = Service.objects.select_related("owner", "current").filter(code=code).first()
    if service is None or not service.is_offered or service.current_id is None:
        raise ServiceClosed(service=Choosable(service.name) if service else code[:60])
    return service, definition_by(service.current_id)
