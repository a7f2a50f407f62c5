"""What directives say of the items they concern: accepted reports, and dates to keep.

Restricted directives are left out: a public light must not tell of them.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from shizheng.plan.directives.domain.flow import Confidentiality, ReportStatus
from shizheng.plan.domain.lights import Evidence, Obligation
from shizheng.plan.evidence import Finding, evidence_sources
from shizheng.plan.models import Directive, DirectiveReport, Item


@evidence_sources.register("directive")
def _directives(items: QuerySet[Item]) -> Iterable[Finding]:
    """A directive is due until it is released; a report accepted with evidence is evidence."""
    open_to_lights = Directive.objects.exclude(confidentiality=Confidentiality.RESTRICTED)
    for item, number, due_on, released_on in open_to_lights.filter(items__in=items).values_list(
        "items", "number", "due_on", "released_on"
    ):
        yield item, Obligation("directive", number, due_on, released_on)
    reports = (
        DirectiveReport.objects.filter(
            directive__in=open_to_lights,
            directive__items__in=items,
            status=ReportStatus.ACCEPTED,
            evidence__isnull=False,
        )
        .distinct()
        .values_list("directive__items", "directive__number", "directive__is_synthetic", "filed_at")
    )
    for item, number, is_synthetic, filed_at in reports:
        day = timezone.localdate(filed_at)
        yield item, Evidence("directive_report", day, number, is_synthetic=is_synthetic)
