"""Background work of enforcement: erase what names people when its time is over."""

from django.utils import timezone

from shizheng.core.jobs import daily, job


@daily(at="03:10")
@job("sensing.enforcement_erase", retries=3)
def enforcement_erase() -> None:
    """Erase plates, pictures, names and digests past their day."""
    from shizheng.sensing.enforcement.erasing import personal_erase

    personal_erase(at=timezone.now())
