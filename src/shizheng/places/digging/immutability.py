"""What the database keeps of permits to dig: what was asked and decided stays on record."""

from shizheng.core.triggers import Trigger, declare

_ASKED = (
    "record_id, sequence, definition_id, agency_id, sections, metres, traffic_order, risk, "
    "conflicts, received_at, received_on, answer_due_at, silence_grants"
)
KEPT = "Permits and their changes are kept: a work ends by its state"

TRIGGERS = declare(
    Trigger("dig_record_is_kept", "places_worksrecord", "DELETE", "1 = 1", KEPT),
    Trigger("dig_record_stays", "places_worksrecord", "UPDATE OF number, owner", "1 = 1", KEPT),
    Trigger("dig_permit_is_kept", "places_digpermit", "DELETE", "1 = 1", KEPT),
    Trigger(
        "dig_permit_stays",
        "places_digpermit",
        f"UPDATE OF {_ASKED}",
        "1 = 1",
        "What was asked and received stays: another wish is a change request or another permit",
    ),
    Trigger("dig_change_is_kept", "places_digchange", "DELETE", "1 = 1", KEPT),
    Trigger(
        "dig_change_stays",
        "places_digchange",
        "UPDATE",
        "OLD.state <> 'waiting'",
        "A change request is decided once",
    ),
)

SITE_TRIGGERS = declare(
    Trigger("site_report_is_kept", "places_sitereport", "DELETE", "1 = 1", KEPT),
    Trigger("site_report_stays", "places_sitereport", "UPDATE", "1 = 1", KEPT),
    Trigger("dig_charge_is_kept", "places_digcharge", "DELETE", "1 = 1", KEPT),
    Trigger("dig_charge_stays", "places_digcharge", "UPDATE", "1 = 1", KEPT),
    Trigger(
        "dig_plan_stays",
        "places_digplan",
        "UPDATE OF asked, pins, year",
        "1 = 1",
        "A plan keeps what it was made of: plan again for another",
    ),
    Trigger(
        "dig_plan_result_stays",
        "places_digplan",
        "UPDATE OF result, problems",
        "OLD.state <> 'waiting'",
        "The result of a plan stays: plan again for another",
    ),
    Trigger("road_defect_is_kept", "places_roaddefect", "DELETE", "1 = 1", KEPT),
    Trigger("leak_report_is_kept", "places_leakreport", "DELETE", "1 = 1", KEPT),
)
