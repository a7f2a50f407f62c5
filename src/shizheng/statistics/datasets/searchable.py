"""What search is told of datasets: each published one, in every language."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shizheng.core import search
from shizheng.core.models import TextEntry
from shizheng.core.search import Kind, Text
from shizheng.core.words import in_language, language_tag
from shizheng.statistics.models import Dataset

DATASET = "statistics.dataset"
Visibility = TextEntry.Visibility


def dataset_index(dataset: Dataset) -> None:
    """Let a published dataset be found as it is now; call it in the transaction of the act."""
    if dataset.current is not None:
        search.index(_of(dataset))


def _texts() -> Iterator[Text]:
    rows = Dataset.objects.filter(current__isnull=False).select_related("owner", "current")
    for dataset in rows.order_by("code").iterator(chunk_size=500):
        yield from _of(dataset)


def _of(dataset: Dataset) -> Iterator[Text]:
    with override(settings.LANGUAGE_CODE):
        path = reverse("datasets:dataset", args=[dataset.code])
    published_at = dataset.current.published_at if dataset.current else None
    for language, _name in settings.LANGUAGES:
        yield Text(
            kind=DATASET,
            key=dataset.code,
            title=in_language(dataset.title, language),
            body=in_language(dataset.description, language),
            path=path,
            changed_at=published_at or dataset.made_at,
            visibility=Visibility.PUBLIC if dataset.is_public else Visibility.INTERNAL,
            agency=dataset.owner_id,
            language=language_tag(language),
            number=dataset.code,
            also=" ".join(_also(dataset)),
        )


def _also(dataset: Dataset) -> Iterable[str]:
    keywords = [word for words in dataset.keywords.values() for word in words]
    names = (*dataset.title.values(), *dataset.owner.name.values(), *keywords, dataset.code)
    return dict.fromkeys(names)


search.kinds.register(DATASET)(
    Kind(_("Dataset"), _("Datasets"), texts=_texts, internal="statistics.view_internal")
)
