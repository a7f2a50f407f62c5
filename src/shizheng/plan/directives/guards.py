"""What the database itself keeps of a directive: its words, its first date, and its history."""

from shizheng.core.triggers import Trigger, declare

FIRST_DATE = "The first due date of a directive is never overwritten"
WORDING = "The number and wording of a directive stay as decided"
KEPT = "The records of a directive are kept"

TRIGGERS = declare(
    Trigger(
        "directive_first_due_stays",
        "plan_directive",
        "UPDATE OF first_due_on",
        "NEW.first_due_on <> OLD.first_due_on",
        FIRST_DATE,
    ),
    Trigger(
        "directive_wording_stays",
        "plan_directive",
        "UPDATE OF number, wording",
        "NEW.number <> OLD.number OR NEW.wording <> OLD.wording",
        WORDING,
    ),
    Trigger(
        "directive_decision_stays",
        "plan_directivedecision",
        "UPDATE",
        "1 = 1",
        KEPT,
    ),
    Trigger(
        "directive_report_text_stays",
        "plan_directivereport",
        "UPDATE OF text, percent, is_final, period_first, period_end, version, filed_by_id",
        "NEW.text <> OLD.text OR NEW.percent <> OLD.percent OR NEW.is_final <> OLD.is_final "
        "OR NEW.period_first <> OLD.period_first OR NEW.period_end <> OLD.period_end "
        "OR NEW.version <> OLD.version OR NEW.filed_by_id <> OLD.filed_by_id",
        KEPT,
    ),
    *(
        Trigger(f"{table}_is_kept", f"plan_{table}", "DELETE", "1 = 1", KEPT)
        for table in (
            "directive",
            "directivedecision",
            "directiveextension",
            "directivereport",
            "directiveescalation",
            "releaserequest",
        )
    ),
)
