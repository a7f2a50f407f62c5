"""What search is told of the plan: every sentence in force, and the departments behind them."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shizheng.core import search
from shizheng.core.search import Kind, Text
from shizheng.core.words import in_language, language_tag
from shizheng.plan.models import Chapter, Edition, Item

ITEM, DEPARTMENT = "plan.item", "plan.department"
SHORT = 46


def edition_index(edition: Edition) -> None:
    """Let items and departments of an adopted edition be found; call it where it is written.

    Departments come first, then items, each in printed order; so if some changed, all of them are
    entered anew.
    """
    texts = [*_items(edition), *_departments(edition)]
    if 0 < search.index(texts) < len(texts):
        edition_withdraw(edition)
        search.index(texts)


def edition_withdraw(edition: Edition) -> None:
    """Take an edition out of search when another one takes its place."""
    for kind, rows in ((ITEM, edition.items), (DEPARTMENT, edition.chapters)):
        search.remove(kind, map(str, rows.values_list("pk", flat=True)))


def _items(edition: Edition) -> Iterator[Text]:
    """Yield the text of each item in each language of the site, the last item first."""
    items = Item.objects.filter(edition=edition).order_by("-chapter__number", "-number")
    for key, code, section, text, title, agency in items.values_list(
        "pk", "code", "section", "text", "annotation__title", "chapter__agency__name"
    ):
        path = _path("plan:item", edition, code)
        for language, _name in settings.LANGUAGES:
            heading = in_language(title, language) or _short(text)
            yield Text(
                kind=ITEM,
                key=str(key),
                number=code,
                language=language_tag(language),
                title=f"{code} {heading}",
                body=text,
                also=_joined(section, *_others(title, heading), *(agency or {}).values()),
                path=path,
                changed_at=edition.adopted_at or edition.imported_at,
            )


def _departments(edition: Edition) -> Iterator[Text]:
    chapters = Chapter.objects.filter(edition=edition).order_by("-number")
    for key, number, title, name, short_name in chapters.values_list(
        "pk", "number", "title", "agency__name", "agency__short_name"
    ):
        path = _path("plan:department", edition, number)
        for language, _name in settings.LANGUAGES:
            heading = in_language(name, language) or title
            yield Text(
                kind=DEPARTMENT,
                key=str(key),
                number=str(number),
                language=language_tag(language),
                title=heading,
                body=title if title != heading else "",
                also=_joined(*_others(name, heading), *(short_name or {}).values()),
                path=path,
                changed_at=edition.adopted_at or edition.imported_at,
            )


def _path(name: str, edition: Edition, place: object) -> str:
    """Return the address of a page as the city's own language has it: without a prefix."""
    with override(settings.LANGUAGE_CODE):
        return reverse(name, args=(edition.plan.code, place))


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _others(texts: Mapping[str, str] | None, shown: str) -> Iterator[str]:
    return (text for text in (texts or {}).values() if text != shown)


def _joined(*parts: str) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))


def _adopted() -> Iterator[Edition]:
    return Edition.objects.filter(status=Edition.Status.ADOPTED).select_related("plan").iterator()


search.kinds.register(ITEM)(
    Kind(
        _("Plan item"),
        _("Plan items"),
        texts=lambda: (text for edition in _adopted() for text in _items(edition)),
    )
)
search.kinds.register(DEPARTMENT)(
    Kind(
        _("Department"),
        _("Departments"),
        texts=lambda: (text for edition in _adopted() for text in _departments(edition)),
    )
)
