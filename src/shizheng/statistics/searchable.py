"""What search is told of figures: each indicator that the pack keeps, in every language."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override, pgettext_lazy

from shizheng.core import search
from shizheng.core.models import TextEntry
from shizheng.core.search import Kind, Text
from shizheng.core.words import in_language, language_tag
from shizheng.statistics.models import Indicator

INDICATOR = "statistics.indicator"
Visibility = TextEntry.Visibility


def indicators_index() -> None:
    """Let the indicators of the pack be found, and those that it dropped no more.

    Call it in the transaction that loads them.
    """
    search.index(_texts())
    dropped = Indicator.objects.filter(is_kept=False).values_list("code", flat=True)
    search.remove(INDICATOR, dropped)


def _texts() -> Iterator[Text]:
    rows = Indicator.objects.filter(is_kept=True).select_related("owner", "current")
    for row in rows.order_by("-position", "-code"):
        with override(settings.LANGUAGE_CODE):
            path = reverse("statistics:indicator", args=[row.code])
        concept = row.current.body.get("concept")
        for language, _name in settings.LANGUAGES:
            yield Text(
                kind=INDICATOR,
                key=row.code,
                title=in_language(row.name, language),
                body=in_language(concept, language),
                path=path,
                changed_at=row.current.published_at,
                visibility=Visibility.PUBLIC if row.is_public else Visibility.INTERNAL,
                agency=row.owner_id,
                language=language_tag(language),
                number=row.code,
                also=" ".join(_also(row)),
            )


def _also(row: Indicator) -> Iterable[str]:
    return dict.fromkeys((*row.name.values(), *row.owner.name.values(), row.code))


search.kinds.register(INDICATOR)(
    Kind(
        pgettext_lazy("statistics", "Figure"),
        pgettext_lazy("statistics", "Figures"),
        texts=_texts,
        internal="statistics.view_internal",
    )
)
