"""Background work of datasets: reading what was received, warning of what is late."""

from uuid import UUID

from django.utils import timezone

from shizheng.core.jobs import daily, job


@job("statistics.profile_dataset", retries=2)
def profile_dataset(version: str) -> None:
    """Read a version that was received."""
    from shizheng.statistics.datasets.profiling import version_profile
    from shizheng.statistics.models import DatasetVersion

    found = DatasetVersion.objects.select_related("dataset", "file").get(pk=UUID(version))
    version_profile(found, at=timezone.now)


@daily(at="06:30")
@job("statistics.warn_late_datasets", retries=2)
def warn_late_datasets() -> None:
    """Tell the owners of datasets whose next version is late, once for each version."""
    from shizheng.statistics.datasets.warning import late_warn

    late_warn(at=timezone.now())


@daily(at="05:50")
@job("statistics.refresh_register_datasets", retries=2)
def refresh_register_datasets() -> None:
    """Publish what changed in the registers that are open data."""
    from shizheng.statistics.datasets.registers import register_datasets_refresh

    register_datasets_refresh(at=timezone.now())
