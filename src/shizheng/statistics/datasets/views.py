"""Pages of datasets that everybody may read: the list, a dataset, its versions, the dictionary."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core import files
from shizheng.core.access import Viewer, found, may
from shizheng.core.words import in_language
from shizheng.kernel.text import cleaned
from shizheng.statistics.datasets import showing
from shizheng.statistics.datasets.access import PUBLISH
from shizheng.statistics.datasets.domain.catalogue import LICENCES, THEMES
from shizheng.statistics.datasets.domain.columns import Type
from shizheng.statistics.datasets.domain.questions import Question
from shizheng.statistics.datasets.profiling import columns_of
from shizheng.statistics.datasets.selectors import (
    Sought,
    columns_listed,
    datasets_found,
    dictionary_of,
    lateness_of,
    owners_of,
    versions_seen,
)
from shizheng.statistics.datasets.serving.rows import answer
from shizheng.statistics.models import Dataset, DatasetVersion

LISTED, ENTRIES, PREVIEWED = 20, 100, 10
Crumbs = list[tuple[str, str]]


def home_crumb() -> tuple[str, str]:
    """Return the crumb of the list."""
    return _("Datasets"), reverse("datasets:list")


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """List datasets, narrowed by words, theme, agency and licence in the address."""
    sought = sought_of(request)
    rows = datasets_found(request.user, sought)
    page = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "page": page,
        "entries": [(each, lateness_of(each, today)) for each in page],
        "choices": _choices(request, sought),
        "publishes": bool(Viewer(request.user).scopes(PUBLISH)),
        "is_narrowed": any(asdict(sought).values()),
        "query": sought.words,
        "crumbs": [(_("Datasets"), "")],
    }
    return render(request, "statistics/datasets/list.html", context)


def sought_of(request: HttpRequest) -> Sought:
    """Return what an address looks for; what it cannot mean counts as nothing."""
    given = {name: cleaned(value).strip()[:100] for name, value in request.GET.dict().items()}
    theme, licence = given.get("theme", ""), given.get("licence", "")
    return Sought(
        words=given.get("q", ""),
        theme=theme if theme in THEMES else "",
        owner=given.get("owner", "")[:60],
        licence=licence if licence in LICENCES else "",
    )


def _choices(request: HttpRequest, sought: Sought) -> list[tuple[str, str, list[Any]]]:
    """Return the selects of the list: name, label, and (value, text, whether chosen)."""
    given = {
        "theme": (_("Theme"), [(code, _(name)) for code, name in THEMES.items()]),
        "owner": (
            _("Agency"),
            [(each.code, in_language(each.name)) for each in owners_of(request.user)],
        ),
        "licence": (_("Licence"), [(code, _(each.name)) for code, each in LICENCES.items()]),
    }
    chosen = {"theme": sought.theme, "owner": sought.owner, "licence": sought.licence}
    return [
        (name, label, [(value, text, value == chosen[name]) for value, text in options])
        for name, (label, options) in given.items()
    ]


@require_safe
def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """Show a dataset: preview, columns, quality, versions, interface, licence, citation."""
    row = found(request.user, Dataset, code=code)
    versions = list(versions_seen(request.user, row))
    shown = next((each for each in versions if each.pk == row.current_id), None)
    return render(request, "statistics/datasets/dataset.html", _page(request, row, versions, shown))


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version as it was read; to its owner also why it waits or was refused."""
    row = found(request.user, Dataset, code=code)
    versions = list(versions_seen(request.user, row))
    shown = next((each for each in versions if each.number == number), None)
    if shown is None:
        raise Http404
    context = _page(request, row, versions, shown) | {"is_version": True}
    return render(request, "statistics/datasets/dataset.html", context)


def _page(
    request: HttpRequest, row: Dataset, versions: list[DatasetVersion],
    shown: DatasetVersion | None,
) -> dict[str, Any]:  # fmt: skip
    context: dict[str, Any] = {
        "dataset": row,
        "shown": shown,
        "versions": [(each, showing.state_shown(each)) for each in versions],
        "facts": showing.facts_of(row),
        "licence": LICENCES[row.licence],
        "late": lateness_of(row, timezone.localdate()),
        "may_publish": may(request.user, PUBLISH, row),
        "crumbs": [home_crumb(), (in_language(row.title), "")],
    }
    if shown is None or shown.rows_file is None:
        return context
    columns = showing.columns_shown(shown)
    return context | {
        "columns": columns,
        "preview": _preview(shown),
        "quality": showing.quality_shown(shown),
        "problems": showing.problems_shown(shown),
        "difference": showing.difference_shown(shown),
        "example": _example(request, row, columns),
        "address": request.build_absolute_uri(
            reverse("datasets:version", args=[row.code, shown.number])
        ),
    }


def _preview(version: DatasetVersion) -> list[list[str]]:
    columns = columns_of(version)
    if version.rows_file is None:
        return []
    first = answer(
        files.path_of(version.rows_file), Question(tuple(columns), size=PREVIEWED),
        total=version.row_count or 0, counts={},
    )  # fmt: skip
    return [
        [str(number), *(showing.cell_shown(value) for value in row)]
        for number, row in zip(first.numbers, first.rows, strict=True)
    ]


def _example(request: HttpRequest, row: Dataset, columns: list[showing.ColumnShown]) -> str:
    """Return an address of the interface that works: a facet, and a filter by its first value."""
    asked = [("_size", "5")]
    for each in columns:
        counts = each.profile.get("counts")
        if counts and len(counts) > 1:
            asked = [
                (f"{each.column.name}__exact", counts[0][0]),
                ("_facet", each.column.name),
                *asked,
            ]
            break
    address = request.build_absolute_uri(reverse("datasets:rows", args=[row.code]))
    return f"{address}?{urlencode(asked)}"


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """List the columns of all datasets with what they mean (資料字典)."""
    words = cleaned(request.GET.get("q", "")).strip()[:100]
    keys = dictionary_of(request.user, words).values_list("pk", flat=True)
    page = Paginator(keys, ENTRIES).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": [  # what a page passes over is never read
            (each, showing.type_name(Type(str(each.column["type"]))), showing.unit_of(each.said))
            for each in columns_listed(list(page))
        ],
        "query": words,
        "crumbs": [home_crumb(), (_("Data dictionary"), "")],
    }
    return render(request, "statistics/datasets/dictionary.html", context)
