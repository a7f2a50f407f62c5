"""Pages of the knowledge base for those who look after it and answer from it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.core.pages import actor, save
from shizheng.services.knowledge import actions
from shizheng.services.knowledge.forms import EntryForm, NewEntryForm, WithdrawForm, initial_of
from shizheng.services.knowledge.selectors import differences, entries_newest, versions_of
from shizheng.services.models import KnowledgeEntry

TAKE = "services.take_calls"


def _reader(request: HttpRequest) -> User:
    """Return who reads: those who take calls or look after the base.

    Raises:
        NotPermitted: anybody else.
    """
    person = actor(request)
    if not may(person, actions.EDIT):
        require(person, TAKE)
    return person


def _newest(person: User, code: str) -> KnowledgeEntry:
    entry = versions_of(code, viewer=person).first()
    if entry is None:
        raise Http404
    return entry


@login_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the entries, narrowed by words."""
    person = _reader(request)
    query = request.GET.get("q", "").strip()[:100]
    shown = {
        "entries": entries_newest(viewer=person, query=query),
        "query": query,
        "may_edit": may(person, actions.EDIT),
        "crumbs": [(_("Calls"), reverse("services:calls")), (_("Knowledge base"), "")],
    }
    return render(request, "services/knowledge/entries.html", shown)


@login_required
@require_safe
def entry_page(request: HttpRequest, code: str, number: int = 0) -> HttpResponse:
    """Show an entry as it reads now, or one version with what it changed; and every version."""
    person = _reader(request)
    versions = list(versions_of(code, viewer=person))
    if not versions:
        raise Http404
    entry = next((row for row in versions if row.number == number or not number), None)
    if entry is None:
        raise Http404
    before = next((row for row in versions if row.number == entry.number - 1), None)
    shown = {
        "entry": entry,
        "newest": versions[0],
        "versions": versions,
        "before": before,
        "differences": differences(before, entry) if before else [],
        "may_edit": may(person, actions.EDIT),
        "crumbs": [
            (_("Calls"), reverse("services:calls")),
            (_("Knowledge base"), reverse("services:knowledge")),
            (code, ""),
        ],
    }
    return render(request, "services/knowledge/entry.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest) -> HttpResponse:
    """Enter a new question."""
    person = _editor(request)
    form = NewEntryForm(request.POST or None, initial={"is_public": True})
    shown = {"crumbs": _crumbs(_("New entry")), "title": _("New entry of the knowledge base")}

    def act() -> None:
        actions.entry_add(
            code=form.cleaned_data["code"], words=form.words(), by=person, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip

    return save(
        request, form, act, template="services/knowledge/edit.html", context=shown,
        to=lambda: reverse("services:knowledge_entry", args=[form.cleaned_data["code"]]),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Say an entry otherwise."""
    person = _editor(request)
    entry = _newest(person, code)
    form = EntryForm(request.POST or None, initial=initial_of(entry))
    shown = {"entry": entry, "crumbs": _crumbs(code), "title": _("Change an entry")}

    def act() -> None:
        actions.entry_change(
            code=code, words=form.words(), seen=form.cleaned_data["seen"] or 0, by=person,
            at=timezone.now(), reason=form.cleaned_data["reason"],
        )  # fmt: skip

    return save(
        request, form, act, template="services/knowledge/edit.html", context=shown,
        to=reverse("services:knowledge_entry", args=[code]),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def entry_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an entry out of use."""
    person = _editor(request)
    entry = _newest(person, code)
    form = WithdrawForm(request.POST or None, initial={"seen": entry.number})
    shown = {"entry": entry, "crumbs": _crumbs(code), "title": _("Take an entry out of use")}

    def act() -> None:
        actions.entry_withdraw(
            code=code, seen=form.cleaned_data["seen"], by=person, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip

    return save(
        request, form, act, template="services/knowledge/edit.html", context=shown,
        to=reverse("services:knowledge_entry", args=[code]),
    )  # fmt: skip


def _editor(request: HttpRequest) -> User:
    person = actor(request)
    require(person, actions.EDIT)
    return person


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [
        (_("Calls"), reverse("services:calls")),
        (_("Knowledge base"), reverse("services:knowledge")),
        (last, ""),
    ]
