"""What the database keeps of inspections and repairs: what was seen and reported stays."""

from shizheng.core.triggers import Trigger, declare

_SEEN = (
    "upkeep_id, thing_id, round, definition, answers, failed, score, is_sound, is_in_time, "
    "inspected_at, received_at, is_clock_wrong, away_m, by_id, offline_id, sent_digest"
)
SEEN = "What was seen at an inspection stays as it was seen"
KEPT = "Orders and reports are kept: a repair ends by its state"

TRIGGERS = declare(
    Trigger("inspection_stays", "places_inspection", f"UPDATE OF {_SEEN}", "1 = 1", SEEN),
    Trigger("inspection_is_kept", "places_inspection", "DELETE", "1 = 1", SEEN),
    Trigger(
        "order_stays", "places_workorder",
        "UPDATE OF upkeep_id, thing_id, year, sequence, fault, severity, opened_at", "1 = 1", KEPT,
    ),
    Trigger(
        "order_ends_once", "places_workorder", "UPDATE OF state",
        "OLD.state IN ('verified', 'cancelled')", "An order that ended stays ended",
    ),
    Trigger("order_is_kept", "places_workorder", "DELETE", "1 = 1", KEPT),
    Trigger(
        "fault_report_stays", "places_faultreport", "UPDATE OF order_id, source, reference",
        "1 = 1", KEPT,
    ),
    Trigger("fault_report_is_kept", "places_faultreport", "DELETE", "1 = 1", KEPT),
    Trigger("stock_move_stays", "places_stockmove", "UPDATE", "1 = 1", "Stock is counted by rows"),
    Trigger(
        "stock_move_is_kept", "places_stockmove", "DELETE", "1 = 1", "Stock is counted by rows"
    ),
    Trigger("escalation_stays", "places_escalation", "UPDATE", "1 = 1", KEPT),
    Trigger("rescue_sheet_stays", "places_rescuesheet", "UPDATE", "1 = 1", "A newer plan is added"),
)  # fmt: skip
