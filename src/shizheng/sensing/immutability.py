"""What the database keeps of footage and violations: who asked, what was handed out, custody."""

from shizheng.core.triggers import Trigger, declare

ASKED = "What was asked and handed out stays; copies are deleted, their record is not"
HELD = "A violation file and its chain of custody are added to, never changed"
CERTIFIED = "A certificate stays as it was entered; it is revoked, not changed"

TRIGGERS = declare(
    Trigger(
        "footage_request_stays", "sensing_footagerequest",
        "UPDATE OF number, owner_id, case_number, ground, cameras, starts_at, ends_at, "
        "asked_by_id, asked_at, face_policy", "1 = 1", ASKED,
    ),
    Trigger("footage_request_is_kept", "sensing_footagerequest", "DELETE", "1 = 1", ASKED),
    Trigger(
        "footage_release_stays", "sensing_footagerelease",
        "UPDATE OF request_id, camera, came_sha256, sha256, size, mark, released_by_id, "
        "released_at", "1 = 1", ASKED,
    ),
    Trigger(
        "footage_deleted_once", "sensing_footagerelease", "UPDATE OF deleted_at, deleted_sha256",
        "OLD.deleted_at IS NOT NULL", ASKED,
    ),
    Trigger("footage_release_is_kept", "sensing_footagerelease", "DELETE", "1 = 1", ASKED),
    Trigger(
        "certificate_stays", "sensing_calibrationcertificate",
        "UPDATE OF device_id, number, issuer, sha256, valid_from, valid_until", "1 = 1", CERTIFIED,
    ),
    Trigger(
        "certificate_is_kept", "sensing_calibrationcertificate", "DELETE", "1 = 1", CERTIFIED
    ),
    Trigger(
        "violation_stays", "sensing_violationfile",
        "UPDATE OF number, device_id, kind, occurred_at, entered_at, time_source, "
        "clock_offset_ms, clock_checked_at, measured_kmh, counted_kmh, recorded_at",
        "1 = 1", HELD,
    ),
    Trigger(
        "violation_decided_once", "sensing_violationfile",
        "UPDATE OF state, certificate_id, certificate_sha256, decided_at",
        "OLD.state <> 'recorded'", HELD,
    ),
    Trigger("violation_is_kept", "sensing_violationfile", "DELETE", "1 = 1", HELD),
    Trigger(
        "violation_image_stays", "sensing_violationimage",
        "UPDATE OF violation_id, position, sha256", "1 = 1", HELD,
    ),
    Trigger("custody_stays", "sensing_custodyentry", "UPDATE", "1 = 1", HELD),
    Trigger("custody_is_kept", "sensing_custodyentry", "DELETE", "1 = 1", HELD),
)  # fmt: skip
