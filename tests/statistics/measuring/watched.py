"""Cameras that saw and were repaired, footage, violations, checkpoints, stops and crashes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tests.services.conftest import person

from shizheng.core.models import Agency, Area, StoredFile
from shizheng.sensing.models import (
    AlcoholStop,
    CalibrationCertificate,
    CameraDay,
    CameraRepair,
    Checkpoint,
    Crash,
    EnforcementDevice,
    FootageRelease,
    FootageRequest,
    ViolationFile,
)

SEEN = datetime(2020, 12, 30, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def watched() -> None:
    """Make two of everything, in two places or of two kinds."""
    police = Agency.objects.get(code="police")
    asker, chief = person("w_asker", "officer", "police"), person("w_chief", "supervisor", "police")
    _cameras()
    asked = FootageRequest.objects.create(
        number="FR-2020-90001", owner=police, case_number="甲-1", ground="crime",
        purpose="查證逃逸方向", cameras=["KH-1"], starts_at=SEEN - HOUR, ends_at=SEEN, state="done",
        asked_by=asker, asked_at=SEEN, decided_by=chief, decided_at=SEEN,
    )  # fmt: skip
    FootageRelease.objects.create(
        request=asked, camera="KH-1", name="a.png", came_sha256="1" * 64, sha256="2" * 64, size=9,
        media_type="image/png", mark="pixels", released_by=chief, released_at=SEEN,
        expires_at=SEEN + HOUR, deleted_at=SEEN + HOUR, proven_at=SEEN + HOUR,
    )  # fmt: skip
    _violations(police, chief)
    _roads(police, asker)


def _cameras() -> None:
    for number, (precinct, up) in enumerate((("xinxing", 80_000), ("lingya", 40_000)), 1):
        CameraDay.objects.create(
            camera=f"KH-{number}", precinct=precinct, day=date(2020, 12, 30), expected_s=86_400,
            up_s=up,
        )  # fmt: skip
        CameraRepair.objects.create(
            order=UUID(int=900 + number), camera=f"KH-{number}", precinct=precinct,
            opened_at=SEEN - number * HOUR, due_at=SEEN, done_at=SEEN,
        )  # fmt: skip


def _violations(police: Agency, chief: object) -> None:
    device = EnforcementDevice.objects.create(
        code="G-9", kind="gantry", agency=police, made_at=SEEN
    )
    file = StoredFile.objects.create(
        digest="3" * 64, size=1, media_type="application/pdf", stored_at=SEEN
    )
    certificate = CalibrationCertificate.objects.create(
        device=device, number="J-9", issuer="示範", file=file, file_name="a.pdf", sha256="3" * 64,
        valid_from=date(2020, 1, 1), valid_until=date(2020, 12, 31), added_at=SEEN,
    )  # fmt: skip
    for number, (kind, state) in enumerate((("red_light", "issued"), ("speed", "recorded")), 1):
        is_issued = state == "issued"
        ViolationFile.objects.create(
            number=f"V-G-9-2020-{number:05d}", device=device, agency=police, kind=kind,
            occurred_at=SEEN - HOUR, place="示範路", plate="ABC-1234", time_source="NTP",
            clock_offset_ms=1, clock_checked_at=SEEN - 2 * HOUR, state=state, recorded_at=SEEN,
            certificate=certificate if is_issued else None,
            decided_by=chief if is_issued else None, decided_at=SEEN if is_issued else None,
            refused_count=number, erase_on=date(2022, 1, 1),
        )  # fmt: skip


def _roads(police: Agency, asker: object) -> None:
    districts = list(Area.objects.filter(kind="district").order_by("code")[:2])
    for number, (area, state) in enumerate(zip(districts, ("held", "planned"), strict=True), 1):
        is_held = state == "held"
        Checkpoint.objects.create(
            number=f"CP-2020-{number:05d}", agency=police, area=area,
            place="示範路", reason="事故多",
            starts_at=SEEN, ends_at=SEEN + HOUR, state=state, planned_by=asker, planned_at=SEEN,
            held_from=SEEN if is_held else None, held_to=SEEN + HOUR if is_held else None,
        )  # fmt: skip
        AlcoholStop.objects.create(
            number=f"DS-2020-{number:06d}", agency=police, place="示範路", stopped_at=SEEN,
            outcome=("sober", "refused")[number - 1], recorded_by=asker, recorded_at=SEEN,
            erase_on=date(2022, 1, 1),
        )  # fmt: skip
        Crash.objects.create(
            number=f"A1-{number}", occurred_on=date(2020, 12, 29), area=area, deaths=1,
            is_alcohol=True,
        )  # fmt: skip
