"""The surveys of a pack, each as a round; what was opened stays under its definition."""

from datetime import datetime, time

from django.utils import timezone

from shizheng.core.models import Agency, PublishedDefinition
from shizheng.packs.pack import Pack
from shizheng.statistics.models import SurveyRound
from shizheng.statistics.surveys.definitions import Survey


def surveys_load(pack: Pack) -> int:
    """Bring the rounds that were not opened to what the pack says; return how many it declares."""
    kept = []
    for body in pack.bodies(Survey):
        kept.append(body.id)
        published = PublishedDefinition.objects.get(
            kind="survey", identifier=body.id, version=body.version
        )
        release = datetime.combine(body.release.on, time.fromisoformat(body.release.at))
        told = {
            "definition": published,
            "owner": Agency.objects.get(code=body.owner),
            "name": dict(body.name),
            "reference_on": body.reference_on,
            "release_at": timezone.make_aware(release),
            "is_kept": True,
        }
        row, is_new = SurveyRound.objects.get_or_create(code=body.id, defaults=told)
        if not is_new and row.state == SurveyRound.State.PLANNED:
            SurveyRound.objects.filter(pk=row.pk).update(**told)
    SurveyRound.objects.exclude(code__in=kept).update(is_kept=False)
    return len(kept)
