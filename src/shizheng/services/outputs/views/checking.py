"""The check page (查驗): anybody may ask whether a document is genuine and in force."""

import hashlib
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.clients import client_of, hidden
from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited, spend
from shizheng.kernel.errors import DomainError
from shizheng.services.models import Output
from shizheng.services.outputs.errors import CodeUnknown
from shizheng.services.outputs.forms import CodeForm, FileForm
from shizheng.services.outputs.numbers import read_code
from shizheng.services.outputs.selectors.documents import (
    document_by_digest,
    document_checked,
    status_on,
)
from shizheng.services.refusals import add_refusal

TEMPLATE = "services/outputs/verify.html"
LARGEST_FILE = 10 * 2**20
LIMIT, SPAN_SECONDS = 30, 60
"""Codes asked for by one client in one span; far more than a counter needs."""


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a check code, or lead to the page of the one that was typed."""
    if "code" not in request.GET:
        return _page(request)
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _page(request, code_form=form, form=form, status=422)
    code = read_code(form.cleaned_data["code"])
    if code:
        return see_other(reverse("services:verify_code", args=[code]))
    refusal = CodeUnknown(given=form.cleaned_data["code"][:30])
    add_refusal(form, refusal)
    return _page(request, code_form=form, form=form, status=refusal.status)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say what document has a check code and whether it is in force; nothing of its content.

    Raises:
        TooMany: this client asks too often (429).
    """
    _count(request)
    today = timezone.localdate()
    try:
        output, status = document_checked(code, on=today)
    except DomainError as refusal:
        form = CodeForm({"code": code[:60]})
        form.is_valid()
        add_refusal(form, refusal)
        return _page(request, code_form=form, form=form, status=refusal.status)
    return _page(request, **_about(output, status))


@limited("10/m")
@require_POST
def verify_file(request: HttpRequest) -> HttpResponse:
    """Check the signature of a PDF, and whether it is one that this city issued."""
    from shizheng.services.outputs.verification import verify as judge  # late: heavy

    form = FileForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["file"].size > LARGEST_FILE:
        form.add_error("file", _("The file is larger than 10 MB."))
    if not form.is_valid():
        return _page(request, file_form=form, form=form, status=422)
    pdf = form.cleaned_data["file"].read()
    digest = hashlib.sha256(pdf).hexdigest()
    output = document_by_digest(digest)
    context: dict[str, Any] = {
        "verdict": judge(pdf),
        "digest": digest,
        "is_ours": bool(output),
    }
    if output is not None:
        context |= _about(output, status_on(output, timezone.localdate()))
    return _page(request, **context)


def _about(output: Output, status: str) -> dict[str, Any]:
    return {
        "output": output,
        "status_of_output": status,
        "status_words": Output.Status(status).label,
        "is_in_force": status == Output.Status.VALID,
    }


def _count(request: HttpRequest) -> None:
    key = hidden("services.verify_code", client_of(request))
    spend(key, LIMIT, SPAN_SECONDS, now=time.time())


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    shown = {
        "code_form": CodeForm(),
        "file_form": FileForm(),
        "crumbs": [(_("Check a document"), "")],
        **context,
    }
    return render(request, TEMPLATE, shown, status=status)
