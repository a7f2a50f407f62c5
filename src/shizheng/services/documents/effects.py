"""The effect that gives the reviewers' marks to the applicant with a returned round."""

from collections.abc import Iterable, Mapping
from typing import Any

from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.services.actions.run import Run, effects
from shizheng.services.domain.reviews import UNFAVOURABLE
from shizheng.services.models import Review, SheetMark


@effects.register("hand_over_marks")
def hand_over_marks(run: Run, value: str, given: Mapping[str, Any]) -> None:
    """Hand every open mark over; note them all, and why agencies did not agree (一次通知).

    The notice written after it in the same act carries the list with its ``{note}``.

    Source: 建築法 art. 35: what is wrong is listed in detail, in one notice.
    """
    marks = list(
        SheetMark.objects.filter(case=run.case, settled_at=None, withdrawn_at=None)
        .select_related("document", "agency")
        .order_by("number")
    )
    opinions = Review.objects.filter(
        case=run.case, is_current=True, answer__in=[str(answer) for answer in UNFAVOURABLE]
    ).select_related("agency")
    if run.event is None:
        return
    fresh = [mark.pk for mark in marks if mark.handed_over_at is None]
    SheetMark.objects.filter(pk__in=fresh).update(handed_over_at=run.at)
    run.event.given["marks"] = [mark.number for mark in marks]
    said = [f"{_short(each.agency)}：{each.opinion}" for each in opinions if each.opinion]
    run.event.note = "\n".join(filter(None, (run.event.note, *said, *lines_of(marks))))


def lines_of(marks: Iterable[SheetMark]) -> list[str]:
    """Return one line for each mark: number, file, version, sheet, place, agency, words."""
    return [
        f"#{mark.number} {mark.document.name} v{mark.document.number} p.{mark.sheet}"
        f" ({mark.x:.0%}, {mark.y:.0%})"
        f" {_short(mark.agency)}：{mark.text}"
        for mark in marks
    ]


def _short(agency: Agency) -> str:
    return in_language(agency.short_name)
