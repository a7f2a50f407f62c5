"""The page on which an officer applies the rules of the newest version to one case."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core import words
from shizheng.core.access import require
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.desk.frame import casework, staff
from shizheng.services.models import Case, ServiceVersion
from shizheng.services.publishing.carrying import Verdict, case_migrate, verdict_before
from shizheng.services.publishing.errors import AlreadyNewest, CaseEnded
from shizheng.services.publishing.selectors import PUBLISH
from shizheng.services.publishing.words import label
from shizheng.services.versions import definition_by


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the newest rules would say of a case (新規則判斷), in words."""

    state: str
    faults: tuple[tuple[str, str], ...]
    computed: tuple[tuple[str, str, str], ...]
    dropped: tuple[str, ...]


def newest_for(case: Case) -> ServiceVersion:
    """Return the version whose rules could be applied to a case.

    Raises:
        CaseEnded: it has ended.
        AlreadyNewest: it is under that version.
    """
    if not case.is_open:
        raise CaseEnded(number=case.number)
    newest = case.service.current
    if newest is None or newest.pk == case.version_id:
        raise AlreadyNewest(number=case.number, version=definition_by(case.version_id).version)
    return newest


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show what the newest rules say of the answers, then apply them if the officer confirms."""
    work = casework(request, number)
    require(work.person, PUBLISH, work.case, at=work.viewer.at)
    shown: dict[str, object] = {"case": work.case}
    try:
        to = newest_for(work.case)
        if request.method == "POST":
            case_migrate(
                case=work.case.pk, to=to, by=work.person, at=timezone.now(), is_judged=True,
                revision=int(request.POST.get("revision") or 0),
            )  # fmt: skip
            messages.success(
                request,
                _("The rules of version {number} apply to this case now.").format(number=to.number),
            )
            return see_other(reverse("services:case", args=[number]))
        found = verdict_before(work.case, to, at=work.viewer.at)
        shown |= {"to": to, "judgement": judgement(work.case, to, found)}
        status = 200
    except DomainError as refusal:
        said = words.said(refusal)
        shown["refusal"], status = said, refusal.status
    response: HttpResponse = render(request, "services/publishing/rules.html", shown, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def judgement(case: Case, to: ServiceVersion, found: Verdict) -> Judgement:
    """Return a verdict in words."""
    old, new = definition_by(case.version_id), definition_by(to.pk)
    names = {each.id: in_language(each.label) or each.id for each in new.calc}
    return Judgement(
        state=label(new.states, found.state),
        faults=tuple(
            (_field(new.fields, key), words.said(fault).message)
            for key, fault in found.faults.items()
        ),
        computed=tuple(
            (names.get(key, key), str(case.calculated.get(key, "–")), str(value))
            for key, value in found.calculated.items()
            if case.calculated.get(key) != value
        ),
        dropped=tuple(_field(old.fields, key) for key in found.dropped),
    )


def _field(fields: object, key: str) -> str:
    return label(fields, key.partition(".")[0])  # type: ignore[arg-type]  # a mapping by id
