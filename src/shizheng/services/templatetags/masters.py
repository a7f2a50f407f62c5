"""The way from a case to its steps, and from a service to its places."""

from typing import Any

from django import template
from django.urls import reverse

from shizheng.services.definitions import Service as Definition
from shizheng.services.masters.places import public_booking
from shizheng.services.models import Case, CaseStep
from shizheng.services.versions import definition_by

register = template.Library()


@register.inclusion_tag("services/masters/_link.html")
def steps_link(case: Case, *, of_party: bool = False) -> dict[str, Any]:
    """Show the link to the steps of a case, with how many are done and blocked."""
    if not definition_by(case.version_id).steps:
        return {}
    found = list(CaseStep.objects.filter(case=case).values_list("status", flat=True))
    if not found:
        return {}
    name = "services:party_steps" if of_party else "services:case_steps"
    return {
        "address": reverse(name, args=[case.number]),
        "total": len(found),
        "done": sum(status in ("done", "dropped") for status in found),
        "blocked": found.count("blocked"),
    }


@register.inclusion_tag("services/masters/_places_link.html")
def places_link(definition: Definition) -> dict[str, Any]:
    """Show the link to the public places of a service, if it has any."""
    if public_booking(definition) is None:
        return {}
    return {"address": reverse("services:places", args=[definition.id])}
