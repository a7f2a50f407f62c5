"""What the search box finds of the plan: every item of the edition in force."""

from collections.abc import Iterator

from shizheng.core.search import TextEntry
from shizheng.plan.models import Edition, Item


def entries_of(edition: Edition) -> Iterator[TextEntry]:
    """Return one entry for each item, with its English title beside the verbatim text."""
    items = Item.objects.filter(edition=edition).select_related("annotation", "chapter")
    for item in items:
        titles = item.annotation.title.values() if hasattr(item, "annotation") else ()
        yield TextEntry(
            kind="plan.item",
            key=f"{edition.plan_id}:{item.code}",
            title=f"{item.code} {item.chapter.title}",
            body="\n".join((item.text, *titles)),
        )
