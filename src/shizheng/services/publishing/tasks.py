"""Background work of publishing."""

from django.utils import timezone

from shizheng.core.jobs import job
from shizheng.services.models import MigrationReport
from shizheng.services.publishing.carrying import cases_migrate, noted


@job("services.migrate_cases", retries=3)
def migrate_cases(*, report: str) -> None:
    """Move the open cases of a service to its new version."""
    at = timezone.now()
    noted(cases_migrate(MigrationReport.objects.get(pk=report), at=at), at=at)
