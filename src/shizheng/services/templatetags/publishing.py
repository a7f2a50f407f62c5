"""The way from a case to the rules of a newer version."""

from typing import Any

from django import template

from shizheng.core.access import may
from shizheng.services.models import Case

register = template.Library()


@register.inclusion_tag("services/publishing/_rules_link.html", takes_context=True)
def newer_rules_link(context: dict[str, Any], case: Case) -> dict[str, object]:
    """Show the link to whoever may apply a newer version to an open case, if there is one."""
    request = context.get("request")
    newest = case.service.current
    if request is None or not case.is_open or newest is None or newest.pk == case.version_id:
        return {}
    if not may(request.user, "services.publish_service", case):
        return {}
    return {"number": case.number, "newest": newest.number}
