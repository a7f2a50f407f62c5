"""What the small city told of itself: a poll, a correction of it, one of the media; figures."""

from datetime import date

from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.statistics.models import Indicator, Poll, Vintage


def told() -> None:
    """Polls that count and that do not, and vintages of two indicators."""
    by = person("poll_officer", "officer", "research_development_and_evaluation")
    signer = person("poll_signer", "supervisor", "research_development_and_evaluation")
    for code, version, is_media, signed_at in (
        ("first", 1, False, MADE), ("first", 2, False, MADE), ("paper", 1, True, MADE),
        ("open", 1, False, None),
    ):  # fmt: skip
        Poll.objects.create(
            code=code, version=version, correction="誤植" if version > 1 else "",
            agency=by.agency, title="民調", is_media=is_media, source="日報" if is_media else "",
            commissioned_by="甲", conducted_by="乙", questionnaire_version="1", questionnaire="問",
            frame="電話", mode="telephone", fieldwork_from=date(2020, 10, 1),
            fieldwork_to=date(2020, 10, 5), responses=900, weighting="無", entered_at=MADE,
            entered_by=by, signed_at=signed_at, signed_by=signer if signed_at else None,
            is_synthetic=code == "first",
        )  # fmt: skip
    rows = Indicator.objects.order_by("position", "code")[:2]
    for row, number in ((rows[0], 1), (rows[0], 2), (rows[1], 1)):
        Vintage.objects.create(
            indicator=row, number=number, definition=row.current, cause="scheduled", made_at=MADE,
            released_at=MADE, first_period="2020-10", last_period="2020-10", figure_count=1,
            digest="0" * 64, is_synthetic=number == 1,
        )  # fmt: skip
