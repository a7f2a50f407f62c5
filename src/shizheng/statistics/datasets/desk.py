"""Pages on which officers describe datasets, send files, and publish what was read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import files
from shizheng.core.access import found, may, require
from shizheng.core.models import Agency
from shizheng.core.pages import actor, save
from shizheng.core.words import in_language
from shizheng.statistics.datasets import showing
from shizheng.statistics.datasets.access import PUBLISH
from shizheng.statistics.datasets.actions import (
    column_describe,
    dataset_describe,
    dataset_make,
    version_erase,
    version_publish,
    version_receive,
)
from shizheng.statistics.datasets.forms import (
    ColumnForm,
    DatasetForm,
    DescribeForm,
    EraseForm,
    FileForm,
    PublishForm,
    column_said,
    described,
)
from shizheng.statistics.datasets.views import Crumbs, home_crumb
from shizheng.statistics.models import Dataset, DatasetVersion

FORM = "statistics/datasets/form.html"
METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(METHODS)
def dataset_new(request: HttpRequest) -> HttpResponse:
    """Describe a new dataset."""
    person = actor(request)
    require(person, PUBLISH)
    form = DatasetForm(request.POST or None, person=person)

    def act() -> None:
        given = form.cleaned_data
        dataset_make(
            code=given["code"], owner=get_object_or_404(Agency, code=given["owner"]),
            said=form.said(), by=person, at=timezone.now(),
        )  # fmt: skip

    title = _("Describe a new dataset")
    context = {"title": title, "go": _("Go on to the file"), "crumbs": [home_crumb(), (title, "")]}
    return save(
        request, form, act, template=FORM, context=context,
        to=lambda: reverse("datasets:send", args=[form.cleaned_data["code"]]),
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def dataset_change(request: HttpRequest, code: str) -> HttpResponse:
    """Say something else of a dataset."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    form = DescribeForm(request.POST or None, initial=described(row))
    title = _("Change what is said of it")
    context = {"title": title, "go": _("Save"), "crumbs": _crumbs(row, title)}
    return save(
        request, form,
        lambda: dataset_describe(dataset=row, said=form.said(row), by=person, at=timezone.now()),
        to=reverse("datasets:dataset", args=[code]), template=FORM, context=context,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def column_change(request: HttpRequest, code: str, number: int, column: int) -> HttpResponse:
    """Say what a column means, counted from 1 in the columns of a version."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    version = found(person, DatasetVersion, PUBLISH, dataset=row, number=number)
    if not 1 <= column <= len(version.schema):
        raise Http404
    kept = version.schema[column - 1]
    name = kept["column"]["name"]
    said = next((each for each in row.declared if each["name"] == name), kept["said"])
    form = ColumnForm(request.POST or None, initial=column_said(said))
    title = _("What “%(name)s” means") % {"name": name}

    def act() -> None:
        column_describe(version=version, said=form.said(name), by=person, at=timezone.now())
        messages.success(request, _("Kept. The next version that is read says it."))

    context = {"title": title, "go": _("Save"), "crumbs": _crumbs(row, title)}
    return save(
        request, form, act, to=reverse("datasets:version", args=[code, number]) + "#columns",
        template=FORM, context=context,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def version_send(request: HttpRequest, code: str) -> HttpResponse:
    """Send a file as the next version."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    form = FileForm(request.POST or None, request.FILES or None)
    made: list[DatasetVersion] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(
            version_receive(
                dataset=row, content=given["file"], name=given["file"].name, by=person,
                at=timezone.now(), note=given["note"], publishes=given["publishes"],
            )
        )  # fmt: skip

    title = _("Send a file")
    context = {"title": title, "go": _("Send"), "is_file": True, "crumbs": _crumbs(row, title)}
    return save(
        request, form, act, template=FORM, context=context,
        to=lambda: reverse("datasets:result", args=[code, made[0].number]),
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def version_result(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show what was found in a file, and publish it."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    shown = found(person, DatasetVersion, PUBLISH, dataset=row, number=number)
    form = PublishForm(request.POST or None)
    is_waiting = shown.state in (DatasetVersion.State.PROFILED, DatasetVersion.State.QUARANTINED)
    context = {
        "dataset": row,
        "shown": shown,
        "state": showing.state_shown(shown),
        "refusal": showing.refusal_shown(shown),
        "problems": showing.problems_shown(shown),
        "quality": showing.quality_shown(shown),
        "difference": showing.difference_shown(shown),
        "columns": showing.columns_shown(shown),
        "is_waiting": is_waiting,
        "crumbs": _crumbs(row, _("Version %(number)s") % {"number": number}),
    }
    return save(
        request, form,
        lambda: version_publish(
            version=shown, by=person, at=timezone.now(),
            reason=form.cleaned_data.get("reason", ""),
        ),
        to=reverse("datasets:version", args=[code, number]),
        template="statistics/datasets/result.html", context=context,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def version_erasing(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Erase a version in quarantine for good, with a reason."""
    person = actor(request)
    row = found(person, Dataset, PUBLISH, code=code)
    shown = found(person, DatasetVersion, PUBLISH, dataset=row, number=number)
    form = EraseForm(request.POST or None)

    def act() -> None:
        _version, is_gone = version_erase(
            version=shown, reason=form.cleaned_data["why"], by=person, at=timezone.now()
        )
        if is_gone:
            messages.success(request, _("Erased. Its file is being removed from the store."))
        else:
            messages.warning(
                request, _("Erased here; another version holds the same file. Erase that as well.")
            )

    title = _("Erase version %(number)s for good") % {"number": number}
    context = {"title": title, "go": _("Erase it"), "crumbs": _crumbs(row, title)}
    return save(
        request, form, act, to=reverse("datasets:result", args=[code, number]), template=FORM,
        context=context,
    )  # fmt: skip


@login_required
@require_safe
def version_file(request: HttpRequest, code: str, number: int, ending: str) -> FileResponse:
    """Send a file of a version to who may publish it: the table, or the file as it came.

    What everybody may have is at the address of open data.
    """
    person = actor(request)
    row = found(person, Dataset, code=code)
    shown = found(person, DatasetVersion, dataset=row, number=number)
    if ending == "original" and not may(person, PUBLISH, row):
        raise Http404
    kept = {"csv": shown.csv_file, "parquet": shown.rows_file, "original": shown.file}.get(ending)
    if kept is None:
        raise Http404
    name = shown.file_name if ending == "original" else f"{code}-v{number}.{ending}"
    response = FileResponse(
        files.path_of(kept).open("rb"), as_attachment=True, filename=name,
        content_type=kept.media_type,
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _crumbs(row: Dataset, title: str) -> Crumbs:
    here = (in_language(row.title), reverse("datasets:dataset", args=[row.code]))
    return [home_crumb(), here, (title, "")]
