"""The way from a case to its drawings and the marks on them."""

from typing import Any

from django import template

from shizheng.services.documents import selectors
from shizheng.services.documents.access import reader_of
from shizheng.services.models import Case

register = template.Library()


@register.inclusion_tag("services/documents/_link.html", takes_context=True)
def drawings_link(context: dict[str, Any], case: Case) -> dict[str, object]:
    """Show the link to the drawings of a case, with what is open, if the visitor may see any."""
    request = context.get("request")
    if request is None or not selectors.drawing_fields(case):
        return {}
    reader = reader_of(request, case)
    if reader is None or not selectors.documents_of(case, reader).exists():
        return {}
    open_count = sum(map(selectors.is_open, selectors.marks_of(case, reader)))
    return {"case": case, "open_count": open_count}
