"""What the database itself keeps of information security: what was filed stays as it was filed."""

from shizheng.core.triggers import Trigger, declare

FILED = "What was filed of an incident stays as it was filed"
KEPT = "The records of information security are kept"

TRIGGERS = declare(
    Trigger("incident_note_stays", "plan_incidentnote", "UPDATE", "1 = 1", FILED),
    Trigger("incident_indicator_stays", "plan_incidentindicator", "UPDATE", "1 = 1", FILED),
    Trigger("indicator_share_stays", "plan_indicatorshare", "UPDATE", "1 = 1", FILED),
    Trigger("security_exercise_stays", "plan_securityexercise", "UPDATE", "1 = 1", KEPT),
    Trigger("software_component_stays", "plan_softwarecomponent", "UPDATE", "1 = 1", KEPT),
    Trigger(
        "security_incident_known_stays",
        "plan_securityincident",
        "UPDATE OF number, agency_id, known_at, opened_at, opened_by_id",
        "1 = 1",
        FILED,
    ),
    Trigger(
        "security_incident_stays_closed",
        "plan_securityincident",
        "UPDATE",
        "OLD.closed_at IS NOT NULL",
        FILED,
    ),
    Trigger(
        "security_finding_first_due_stays",
        "plan_securityfinding",
        "UPDATE OF number, kind, agency_id, found_on, first_due_on, recorded_at, recorded_by_id",
        "1 = 1",
        KEPT,
    ),
    Trigger(
        "host_month_stays",
        "plan_hostmonth",
        "UPDATE OF host_id, month, version, utilisation, availability, kwh, filed_at, filed_by_id",
        "1 = 1",
        KEPT,
    ),
    *(
        Trigger(f"{table}_is_kept", f"plan_{table}", "DELETE", "1 = 1", KEPT)
        for table in (
            "informationsystem", "securityfinding", "securityexercise", "softwarelist",
            "softwarecomponent", "securityincident", "incidentnote", "incidentindicator",
            "indicatorshare", "cloudhost", "hostmonth",
        )
    ),
)  # fmt: skip
