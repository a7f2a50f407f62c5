"""Warnings of the small city, known floods and how its posts did, over a turn of the year."""

from datetime import date, timedelta

from tests.statistics.measuring.works import MADE

from shizheng.core.models import Agency, Area, User
from shizheng.sensing.models import Alert, Incident, StreamDay, WarningRule

TURN = date(2020, 12, 30)


def flooded() -> None:
    """Warnings taken on in time, late and never; drills; floods warned of and not."""
    owner = Agency.objects.get(code="water_resources")
    for at in range(4):
        StreamDay.objects.create(
            day=TURN + timedelta(days=at), stream=at % 2 + 1, observed_property="flood_depth",
            owner=None if at == 3 else owner, expected=144, arrived=144 - at, late=at, doubtful=2,
        )  # fmt: skip
    officer = User.objects.order_by("pk").first()
    area = Area.objects.filter(kind="district").order_by("code").first()
    answers = (None, 5, 15, 40)
    for rule in WarningRule.objects.order_by("pk")[:2]:
        for at, minutes in enumerate(answers):
            raised = MADE + timedelta(days=at)
            alert = Alert.objects.create(
                rule=rule, version=rule.current, subject=f"s{at}", is_drill=at == 3,
                area=area if at % 2 else None, level=0, highest=1 + at % 2, began_at=raised,
                raised_at=raised, ended_at=raised + timedelta(hours=2),
                due_at=raised + timedelta(minutes=10),
                acknowledged_at=None if minutes is None else raised + timedelta(minutes=minutes),
                acknowledged_by=None if minutes is None else officer,
            )  # fmt: skip
            Incident.objects.create(
                kind="flood_incidents", key=f"{rule.pk}-{at}", longitude=120.3, latitude=22.6,
                began_at=raised + timedelta(minutes=30), place="示範路", value=20.5,
                alert=alert if at % 2 else None, lead_minutes=30.0 + at if at % 2 else None,
            )  # fmt: skip
