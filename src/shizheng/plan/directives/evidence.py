"""What directives say of the items they concern: accepted reports, and dates to keep.

Restricted directives are left out: a public light must not tell of them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from shizheng.plan.directives.domain.flow import Confidentiality, ReportStatus
from shizheng.plan.domain.claims import Claim, Side
from shizheng.plan.domain.known import Evidence, Obligation
from shizheng.plan.evidence.sources import Finding, evidence_sources
from shizheng.plan.models import Directive, DirectiveReport, Item


@evidence_sources.register("directive")
def _directives(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """A directive is due until it is released; a report accepted with evidence is evidence.

    The per cent of an accepted report is what the department says of its work; held against the
    money and the work itself it may contradict them.
    """
    open_to_lights = Directive.objects.exclude(confidentiality=Confidentiality.RESTRICTED)
    directives = open_to_lights.filter(items__in=items)
    if at is not None:
        directives = directives.filter(issued_on__lte=timezone.localdate(at))
    for item, number, is_synthetic, due_on, released_on in directives.values_list(
        "items", "number", "is_synthetic", "due_on", "released_on"
    ):
        yield item, Obligation("directive", number, due_on, released_on, is_synthetic=is_synthetic)
    reports = DirectiveReport.objects.filter(
        directive__in=open_to_lights,
        directive__items__in=items,
        status=ReportStatus.ACCEPTED,
    )
    if at is not None:
        reports = reports.filter(filed_at__lte=at)
    columns = ("directive__items", "directive__number", "directive__is_synthetic", "filed_at")
    for item, number, is_synthetic, filed_at, percent in reports.values_list(*columns, "percent"):
        day = timezone.localdate(filed_at)
        said = Claim(Side.REPORTED, Decimal(percent), day, "directive_report", number)
        yield item, replace(said, is_synthetic=is_synthetic)
    shown = reports.filter(evidence__isnull=False).distinct()
    for item, number, is_synthetic, filed_at in shown.values_list(*columns):
        day = timezone.localdate(filed_at)
        yield item, Evidence("directive_report", day, number, is_synthetic=is_synthetic)
