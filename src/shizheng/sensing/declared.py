"""What the loaded pack declares of one kind: the newest version of it."""

from uuid import UUID

from shizheng.core.fresh import Fresh
from shizheng.core.models import PublishedDefinition


@Fresh
def newest(kind: str) -> UUID | None:
    """Return the key of the newest published definition of a kind; believed for a second."""
    rows = PublishedDefinition.objects.filter(kind=kind).order_by("-published_at", "-version")
    return rows.values_list("pk", flat=True).first()
