"""What was dug in the small city: joint, by silence, restored late; a plan and defects."""

from datetime import date, timedelta

import shapely
from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.core.models import Agency, Area, PublishedDefinition
from shizheng.places.digging.models import DigPermit, DigPlan, WorksRecord
from shizheng.places.roads.models import RoadDefect

DAY = date(2021, 1, 4)


def dug() -> None:
    """Permits of two districts, two plans of which one counts, and three defects."""
    by, agency = person("dug_by"), Agency.objects.get(code="public_works")
    districts = list(Area.objects.filter(kind="district").order_by("code")[:2])
    rules = PublishedDefinition.objects.filter(kind="digging").latest("published_at")
    for at, (category, state) in enumerate(
        [("minor", "granted"), ("standard", "closed"), ("minor", "closed"), ("major", "refused")]
    ):
        record = WorksRecord.objects.create(
            number=f"dug-{at}", owner="water_company", title="Invented", agency=agency,
            opened_by=by, opened_at=MADE,
        )  # fmt: skip
        is_closed = state == "closed"
        DigPermit.objects.create(
            record=record, sequence=1, definition=rules, agency=agency, sections=["R-1"],
            metres=shapely.to_wkb(shapely.LineString([(0, 0), (1, 0)])), first=DAY, last=DAY,
            category=category, state=state, received_at=MADE + timedelta(hours=at),
            received_on=DAY, answer_due_at=MADE, silence_grants=True, is_joint=at == 1,
            is_deemed=at == 0, decided_at=MADE, district=districts[at % 2],
            restore_by=DAY if is_closed else None,
            restored_on=DAY + timedelta(days=at - 1) if is_closed else None,
        )  # fmt: skip
    for number, state in ((1, "accepted"), (2, "done")):
        DigPlan.objects.create(
            number=f"JP-2021-{number:03d}", year=2021, agency=agency, asked={}, asked_by=by,
            asked_at=MADE, state=state, openings_before=40, openings_after=30 - number,
            accepted_at=MADE if state == "accepted" else None,
        )  # fmt: skip
    for number, liable in enumerate(("permit", "paving", "city"), start=1):
        RoadDefect.objects.create(
            number=f"RD-2021-{number:05d}", section="R-1", agency=agency, what="Invented",
            district=districts[number % 2], found_on=DAY, found_by=by, recorded_at=MADE,
            liable=liable,
        )  # fmt: skip
