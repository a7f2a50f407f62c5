"""Pages on which staff check a file of a service, see what it would do, and publish it."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import require
from shizheng.core.pages import actor, add_refusal, see_other
from shizheng.kernel.errors import DomainError
from shizheng.services.models import Case, MigrationReport, Service
from shizheng.services.publishing import selectors, words
from shizheng.services.publishing.browsing import crumbs
from shizheng.services.publishing.carrying import Preview, preview
from shizheng.services.publishing.checking import Checked, check
from shizheng.services.publishing.differences import Group, grouped
from shizheng.services.publishing.storing import service_publish
from shizheng.services.versions import definition_by

MOST_BYTES = 1_000_000
MOST_FILES = 20


class ManyFiles(forms.FileField):
    """Several files under one name (多個檔案)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput()
        widget.allow_multiple_selected = True
        widget.attrs["multiple"] = True
        super().__init__(widget=widget, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files, each checked."""
        return [super(ManyFiles, self).clean(each, initial) for each in data or ()]


class FileForm(forms.Form):
    """One file of a service, as a file or as text, and the files that it names."""

    file = forms.FileField(
        label=gettext_lazy("File"), required=False,
        help_text=gettext_lazy("YAML, one service: `schema: service/1`."),
    )  # fmt: skip
    companions = ManyFiles(
        label=gettext_lazy("Files that it names"), required=False,
        help_text=gettext_lazy("Templates and tables that are new or changed. The rest is taken as published."),  # noqa: E501
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Text of the file"), required=False, strip=False,
        widget=forms.Textarea({"rows": 16, "spellcheck": "false", "wrap": "off"}),
        help_text=gettext_lazy("A file that is chosen above takes its place."),
    )  # fmt: skip
    digest = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the file as UTF-8; either it or the text must be there."""
        given: dict[str, Any] = super().clean() or {}
        chosen: Any = given.get("file")
        files = [*(given.get("companions") or ()), *([chosen] if chosen else [])]
        if len(files) > MOST_FILES or sum(each.size or 0 for each in files) > MOST_BYTES:
            raise forms.ValidationError(
                _("The files are larger than {size} bytes together.").format(size=MOST_BYTES),
                code="services.definition_too_large",
            )
        if chosen:
            try:
                given["text"] = chosen.read().decode()
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    _("The file is not UTF-8. Save it as UTF-8 and choose it again."),
                    code="services.definition_encoding",
                ) from None
        if not (given.get("text") or "").strip():
            raise forms.ValidationError(
                _("Choose a file, or write its text."), code="services.definition_missing"
            )
        return given


def companions_of(form: FileForm, request: HttpRequest) -> dict[str, bytes]:
    """Return the files beside the definition: sent now, or sent along from the check before."""
    kept = {
        name.removeprefix("beside:"): str(text).encode()
        for name, text in request.POST.items()
        if name.startswith("beside:")
    }
    sent = {
        PurePosixPath(each.name or "file").name: each.read()
        for each in form.cleaned_data.get("companions") or ()
    }
    return kept | sent


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """Check a file and show what it would do; publish what was checked and shown."""
    person = actor(request)
    require(person, selectors.PUBLISH)
    service = selectors.service_found(code, person) if code else None
    form = FileForm(
        request.POST or None, request.FILES or None, initial={"text": _start_text(service)}
    )
    shown: dict[str, Any] = {
        "service": service, "crumbs": [*crumbs(service), (_("Publish"), "")],
    }  # fmt: skip
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            text, beside = form.cleaned_data["text"], companions_of(form, request)
            if "publish" in request.POST:
                try:
                    found = service_publish(
                        text=text, companions=beside, agreed=form.cleaned_data["digest"],
                        by=person, at=timezone.now(), code=code,
                    )  # fmt: skip
                except DomainError as refusal:
                    add_refusal(form, refusal)
                    status = refusal.status
                else:
                    return see_other(_published_at(found.service.code, found.report))
            checked = check(text, beside, code)
            shown |= what_it_does(checked, beside)
            if not form.errors:
                status = 200 if shown.get("can_publish") else 422
            form = _again(form, text, checked)
    return render(
        request, "services/publishing/publish.html", {"form": form, **shown}, status=status
    )


def _start_text(service: Service | None) -> str:
    """Return the version in force as it is stored, to begin a new one with."""
    return selectors.body_as_yaml(selectors.version_found(service, None)) if service else ""


def _published_at(code: str, report: MigrationReport | None) -> str:
    if report is None:
        return reverse("services:definition", args=[code])
    return reverse("services:migration_report", args=[code, report.pk])


def _again(form: FileForm, text: str, checked: Checked) -> FileForm:
    """Return the form with the text that was checked and its digest, errors kept."""
    digest = checked.definition.digest if checked.definition else ""
    errors = form.non_field_errors()
    again = FileForm({"text": text, "digest": digest})
    again.is_valid()
    for error in errors:
        again.add_error(None, error)
    return again


def what_it_does(checked: Checked, beside: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what a page says of a checked file: problems, or what publishing it would do."""
    if checked.definition is None:
        return {"checked": checked}
    body = checked.body
    service = Service.objects.filter(code=body.id).first()
    found: dict[str, Any] = {
        "checked": checked,
        "body": body,
        "groups": _groups(checked),
        "beside": {name: content.decode(errors="replace") for name, content in beside.items()},
        "can_publish": not checked.problems and not checked.is_unchanged,
    }
    if service is not None and not checked.problems and not checked.is_unchanged:
        touched = preview(service, body)
        found |= {
            "touched": touched,
            "moves": moves_shown(service, touched, body.states),
            "drafts_fate": words.DRAFTS_FATE[touched.drafts_fate],
            "cases_fate": words.CASES_FATE[touched.cases_fate],
        }
    return found


def _groups(checked: Checked) -> tuple[Group, ...] | None:
    plan = checked.plan
    if plan is None or plan.new:
        return None
    found = [each.changes for each in plan.raised] + [each.changes for each in plan.refused]
    changes = [change for each in found for change in each]
    return grouped(changes, checked.body)


def moves_shown(
    service: Service, touched: Preview, states: Mapping[str, Any]
) -> list[tuple[str, int, str]]:
    """Return for each state with open cases: its name, how many, and where they go."""
    old = definition_by(selectors.version_found(service, None).pk)
    rows = []
    for key, count in touched.by_state.items():
        if touched.cases_fate != "migrate":
            to = _("stay")
        elif key in touched.moves:
            to = words.label(states, touched.moves[key])
        else:
            to = _("stay: the new version has no state for them")
        rows.append((words.label(old.states, key), count, to))
    return rows


@login_required
@require_safe
def report(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Show what publishing a version did to the open cases, and how far the work is."""
    person = actor(request)
    require(person, selectors.PUBLISH)
    service = selectors.service_found(code, person)
    rows = MigrationReport.objects.select_related("before", "after", "started_by")
    found = rows.filter(service=service, pk=key).first()
    if found is None:
        raise Http404
    older = Case.objects.filter(service=service, is_open=True).exclude(version=found.after)
    shown = {
        "service": service,
        "report": found,
        "left_over": older.count(),
        "cases_fate": words.CASES_FATE[found.fate],
        "crumbs": [*crumbs(service), (_("What publishing did"), "")],
    }
    return render(request, "services/publishing/report.html", shown)
