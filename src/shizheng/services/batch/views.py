"""The page on which staff take in a file of cases."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import require
from shizheng.core.pages import actor, add_refusal
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.batch.importing import PERMISSION, Report, file_import
from shizheng.services.batch.reading import OWN
from shizheng.services.models import Service
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by


class ImportForm(forms.Form):
    """A file, the service that it is for, and what to do if a row is wrong."""

    service = forms.ChoiceField(label=_("Service"))
    file = forms.FileField(
        label=_("File"), help_text=_("CSV. The first line names the columns; one case a row.")
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[("utf-8", "UTF-8"), ("big5", "Big5")], initial="utf-8"
    )
    partial = forms.BooleanField(
        label=_("Keep the good rows although others are refused"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(code, f"{name} ({code})") for code, name, _columns in services_by_file()]
        self.fields["service"] = forms.ChoiceField(label=_("Service"), choices=choices)


def services_by_file() -> list[tuple[str, str, str]]:
    """Return the services that take files: code, name, and the columns of a file."""
    found = []
    for row in Service.objects.filter(is_offered=True).exclude(current=None):
        if row.current_id is None:
            continue
        definition = definition_by(row.current_id)
        if Channel.BATCH in definition.intake.channels:
            asked = [each.id for each in definition.fields.values() if not each.compute]
            found.append((row.code, in_language(row.name), ", ".join([*OWN, *asked])))
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Show the form; take a sent file in, and say of each row what became of it.

    Sending the page again does no harm: a row is taken in once.
    """
    person = actor(request)
    require(person, PERMISSION)
    form = ImportForm(request.POST or None, request.FILES or None)
    report: Report | None = None
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                report = file_import(
                    service=given["service"], content=given["file"].read(), by=person,
                    at=timezone.now(), encoding=given["encoding"], partial=given["partial"],
                )  # fmt: skip
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                status = 422 if report.refused else 200
    desk = (_("Officer's desk"), reverse("services:desk"))
    shown = {
        "form": form, "report": report, "services": services_by_file(),
        "crumbs": [desk, (_("Take in a file of cases"), "")],
    }  # fmt: skip
    return render(request, "services/batch/import.html", shown, status=status)
