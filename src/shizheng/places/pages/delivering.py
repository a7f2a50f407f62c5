"""Delivering a file to a register: taken in by a mapping of the pack, row by row, with its term."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.core import words
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.access import IMPORT
from shizheng.places.definitions import RegisterImport
from shizheng.places.importing.files import DRIVERS
from shizheng.places.importing.running import file_take_in
from shizheng.places.importing.telling import row_in_words
from shizheng.places.models import ImportRun
from shizheng.places.pages.views import home_crumb, layer_of
from shizheng.places.selectors.deliveries import deliveries
from shizheng.places.selectors.layers import Layer
from shizheng.places.selectors.registers import mappings_of

ROWS = 50
ENDINGS = (".csv", *DRIVERS)


class DeliverForm(forms.Form):
    """A file, and by which mapping it is read."""

    mapping = forms.ChoiceField(label=gettext_lazy("Kind of file"))
    file = forms.FileField(label=gettext_lazy("File"), max_length=150)

    def __init__(self, *given: Any, mappings: list[RegisterImport], **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [(each.id, in_language(each.source)) for each in mappings]
        self.fields["mapping"] = forms.ChoiceField(label=_("Kind of file"), choices=choices)

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse endings that no reader knows."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in ENDINGS:
            raise forms.ValidationError(
                _("Send CSV, GeoJSON, GeoPackage, GML, or a Shapefile in one ZIP.")
            )
        return file


@login_required
@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was delivered with what is still to be put right; take a file in."""
    layer = layer_of(request, code, IMPORT)
    mappings = mappings_of(layer.register)
    form = DeliverForm(request.POST or None, request.FILES or None, mappings=mappings)
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            _take_in(request, layer, mappings, form)
        except DomainError as problem:
            refusal = words.said(problem)
        else:
            return see_other(reverse("places:deliver", args=[code]))
    shown = {
        "register": layer.register,
        "form": form,
        "has_mappings": bool(mappings),
        "refusal": refusal,
        "deliveries": [
            (each, _rows_of(each.run))
            for each in deliveries(
                layer.register, mappings, viewer=request.user, on=timezone.localdate()
            )[:ROWS]
        ],
        "crumbs": [
            home_crumb(),
            (in_language(layer.register.name), reverse("places:register", args=[code])),
            (_("Files delivered"), ""),
        ],
    }
    return render(request, "places/deliver.html", shown, status=422 if form.is_bound else 200)


def _take_in(
    request: HttpRequest, layer: Layer, mappings: list[RegisterImport], form: DeliverForm
) -> ImportRun:
    mapping = next(each for each in mappings if each.id == form.cleaned_data["mapping"])
    sent: UploadedFile[Any] = form.cleaned_data["file"]
    by = request.user if isinstance(request.user, User) else None
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(sent.name or "file").name
        with path.open("wb") as kept:
            kept.writelines(sent.chunks())
        return file_take_in(
            register=layer.register, mapping=mapping, file=path, by=by, at=timezone.now()
        )


def _rows_of(run: ImportRun) -> list[tuple[int, str, str]]:
    """Return (row, key, what was wrong) of the first rows that were refused."""
    rows = run.rows.filter(is_refused=True)[:ROWS]
    return [(each.number, each.key, row_in_words(each)) for each in rows]
