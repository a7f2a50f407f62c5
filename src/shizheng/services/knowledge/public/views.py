"""Pages of the public questions and answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.pages import see_other
from shizheng.core.ratelimit import limited
from shizheng.core.structured import as_script
from shizheng.core.words import in_language, language_tag
from shizheng.kernel.text import cleaned
from shizheng.services.knowledge.public.actions import question_helped
from shizheng.services.knowledge.public.selectors import (
    agencies_answering,
    questions_found,
    questions_public,
    services_named,
)
from shizheng.services.models import KnowledgeEntry

ROWS = 30
HELPED = "services.helped"


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """List questions, narrowed by words and agency in the address."""
    query = cleaned(request.GET.get("q", "")).strip()[:100]
    agency = request.GET.get("agency", "")[:60]
    rows = questions_found(viewer=request.user, query=query, agency=agency)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": query,
        "agency": agency,
        "agencies": agencies_answering(),
        "crumbs": [(_("Questions and answers"), "")],
    }
    return render(request, "services/knowledge/questions.html", context)


@require_safe
def question(request: HttpRequest, code: str) -> HttpResponse:
    """Show a question with its answer, who answers for it, and what to do next."""
    entry = get_object_or_404(questions_public(), code=code)
    crumbs = [(_("Questions and answers"), reverse("services:questions"))]
    context = {
        "entry": entry,
        "services": services_named(entry.services),
        "structured": as_script(faq_page(entry, request.build_absolute_uri())),
        "has_helped": code in request.session.get(HELPED, []),
        "crumbs": [*crumbs, (in_language(entry.question), "")],
    }
    return render(request, "services/knowledge/question.html", context)


@limited("30/h")
@require_POST
def helped(request: HttpRequest, code: str) -> HttpResponse:
    """Count that an answer helped, once in a session."""
    known = list(request.session.get(HELPED, []))
    if code not in known:
        if not question_helped(code=code):
            raise Http404
        request.session[HELPED] = [*known, code][-100:]
    messages.success(request, _("Thank you. That tells us which answers are good."))
    return see_other(reverse("services:question", args=[code]))


def faq_page(entry: KnowledgeEntry, address: str) -> dict[str, Any]:
    """Return a question as search engines read it: schema.org ``FAQPage``."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "url": address,
        "inLanguage": language_tag(),
        "dateModified": entry.changed_at.isoformat(),
        "publisher": {"@type": "GovernmentOrganization", "name": in_language(entry.agency.name)},
        "mainEntity": [
            {
                "@type": "Question",
                "name": in_language(entry.question),
                "acceptedAnswer": {"@type": "Answer", "text": in_language(entry.answer)},
            }
        ],
    }
