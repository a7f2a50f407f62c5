"""What is open under a published version, and what a new one would do to it: for the plan."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shizheng.core.publishing import open_counts, touches
from shizheng.packs.publishing import NewVersion, Published
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Case, Service
from shizheng.services.publishing.carrying import preview


@open_counts.register("service")
def _open_cases(published: Published) -> int:
    return Case.objects.filter(
        service__code=published.id, version__number=published.version, is_open=True
    ).count()


@touches.register("service")
def _touched_by(raised: NewVersion) -> Mapping[str, Any]:
    service = Service.objects.filter(code=raised.definition.id).first()
    body = raised.definition.model
    if service is None or not isinstance(body, Definition):
        return {}
    return asdict(preview(service, body))
