"""Results of a closed round as CSV and JSON: the same figures as the page."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core.access import found
from shizheng.core.spreadsheets import cell
from shizheng.plan.evaluation.selectors import results_of
from shizheng.plan.models import EvaluationRound

COLUMNS = (
    "round", "type", "agency", "rank", "reviewers_mean", "self_score", "gap_self_minus_reviewers",
    "spread", "reviews", "is_synthetic",
)  # fmt: skip


def _closed(request: HttpRequest, number: int) -> EvaluationRound:
    """Return a round with results.

    Raises:
        Http404: none, or one that is open still.
    """
    round_ = found(request.user, EvaluationRound.objects.select_related("control"), number=number)
    if round_.closed_at is None:
        raise Http404
    return round_


@require_safe
def results_csv(request: HttpRequest, number: int) -> HttpResponse:
    """The results as CSV: UTF-8 with a mark that spreadsheets know."""
    round_ = _closed(request, number)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in results_of(round_):
        values = (row[name] for name in COLUMNS)
        writer.writerow([cell(value) if isinstance(value, str) else value for value in values])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"evaluation-{round_.number}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def results_json(request: HttpRequest, number: int) -> JsonResponse:
    """The results as JSON, with the criteria and weights that led to them."""
    round_ = _closed(request, number)
    known = {
        "round": round_.number,
        "type": round_.type,
        "title": round_.title,
        "control": round_.control.code,
        "closed_on": timezone.localdate(round_.closed_at).isoformat(),
        "unit": "points, 0 to 100",
        "criteria": round_.criteria,
        "results": results_of(round_),
    }
    return JsonResponse(known, json_dumps_params={"ensure_ascii": False})
