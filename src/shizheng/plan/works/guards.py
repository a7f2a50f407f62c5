"""What the database itself keeps of a work: adopted curves, reports, contracts and audits."""

from shizheng.core.triggers import Trigger, declare

CURVE = "An adopted planned curve stays as it was adopted"
REPORT = "A report of a work stays as it was filed: a correction is another record"
KEPT = "The records of a public work are kept"

TRIGGERS = declare(
    Trigger(
        "planned_curve_stays",
        "plan_plannedcurve",
        "UPDATE",
        "OLD.status <> 'proposed' OR NEW.points <> OLD.points OR NEW.reason <> OLD.reason "
        "OR NEW.version <> OLD.version OR NEW.work_id <> OLD.work_id "
        "OR NEW.proposed_by_id <> OLD.proposed_by_id",
        CURVE,
    ),
    Trigger(
        "work_report_stays",
        "plan_workreport",
        "UPDATE OF work_id, month, version, percent, paid_twd, note, reason, is_late, filed_at, "
        "filed_by_id",
        "1 = 1",
        REPORT,
    ),
    Trigger("work_contract_stays", "plan_workcontract", "UPDATE", "1 = 1", KEPT),
    Trigger("work_audit_stays", "plan_workaudit", "UPDATE", "1 = 1", KEPT),
    Trigger("audit_pick_stays", "plan_auditpick", "UPDATE", "1 = 1", KEPT),
    Trigger(
        "audit_round_stays",
        "plan_auditround",
        "UPDATE OF number, seed, seed_digest, candidates, rule, rule_version, drawn_at",
        "1 = 1",
        "A draw stays as it was drawn",
    ),
    Trigger(
        "audit_fault_first_due_stays",
        "plan_auditfault",
        "UPDATE OF first_due_on, code, severity, note, found_on",
        "1 = 1",
        KEPT,
    ),
    *(
        Trigger(f"{table}_is_kept", f"plan_{table}", "DELETE", "1 = 1", KEPT)
        for table in (
            "publicwork", "plannedcurve", "workreport", "workcontract", "workaudit",
            "auditround", "auditpick", "auditfault", "faultcorrection", "workwarning",
        )
    ),
)  # fmt: skip
