"""What was inspected and repaired in the small city: in time and late, repaired and still open."""

from datetime import timedelta

from tests.services.conftest import person
from tests.statistics.measuring.works import MADE

from shizheng.places.models import Inspection, Register, Thing, Upkeep, WorkOrder

DAY = timedelta(days=1)


def kept_up() -> None:
    """Inspections of two upkeeps and orders at the border of a day, one of them cancelled."""
    by = person("kept_up_by")
    for at, code in enumerate(("hydrants", "street_lights")):
        upkeep = Upkeep.objects.get(code=code)
        register = Register.objects.get(code=code)
        things = [
            Thing.objects.create(register=register, key=f"M-{at}{number}", recorded_at=MADE)
            for number in range(2)
        ]
        for number, is_sound in enumerate((True, False, True)):
            seen = MADE + (at + 30 * number) * DAY
            Inspection.objects.create(
                upkeep=upkeep, thing=things[number % 2], round="patrol", definition=1,
                score=100 if is_sound else 20, is_sound=is_sound, is_in_time=number != 1,
                inspected_at=seen, inspected_on=seen.date(), received_at=seen, by=by,
                offline_id=f"m-{at}-{number}", sent_digest="0" * 64,
            )  # fmt: skip
        _orders(upkeep, things[0], by)


def _orders(upkeep, thing, by) -> None:
    for number, (state, days) in enumerate(
        (("verified", 3), ("done", 14), ("open", None), ("cancelled", None)), 1
    ):
        opened = MADE + number * DAY
        repaired = opened + days * DAY if days else None
        is_over = state in ("verified", "cancelled")
        WorkOrder.objects.create(
            upkeep=upkeep, thing=thing, year=2020, sequence=number, fault=f"fault_{number}",
            severity=("urgent", "serious", "minor")[number % 3], state=state, opened_at=opened,
            due_at=opened + 5 * DAY, due_on=(opened + 5 * DAY).date(), done_at=repaired,
            ended_at=opened + 20 * DAY if is_over else None, assigned_to=by,
            parts_twd=100 * number, labour_twd=1_000 * number,
        )  # fmt: skip
