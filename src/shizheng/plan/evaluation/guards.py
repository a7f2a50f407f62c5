"""What the database itself keeps of evaluations, findings and advance reviews."""

from shizheng.core.triggers import Trigger, declare

SCORES = "Scores stay as they were submitted"
CLOSED = "A closed round stays as it was closed"
KEPT = "The records of evaluation and advance review are kept"
IS_CLOSED = "(SELECT closed_at FROM plan_evaluationround WHERE id = {row}.round_id) IS NOT NULL"

TRIGGERS = declare(
    Trigger("self_assessment_stays", "plan_selfassessment", "UPDATE", "1 = 1", SCORES),
    Trigger("evaluation_review_stays", "plan_evaluationreview", "UPDATE", "1 = 1", SCORES),
    Trigger("advance_review_stays", "plan_advancereview", "UPDATE", "1 = 1", SCORES),
    Trigger(
        "evaluation_round_stays_closed",
        "plan_evaluationround",
        "UPDATE",
        "OLD.closed_at IS NOT NULL",
        CLOSED,
    ),
    Trigger(
        "evaluation_criteria_stay",
        "plan_evaluationround",
        "UPDATE OF criteria, type, type_version, least_reviews, number, opened_at",
        "1 = 1",
        "A round keeps the criteria with which it opened",
    ),
    Trigger(
        "evaluation_result_stays",
        "plan_evaluationsubject",
        "UPDATE",
        IS_CLOSED.format(row="OLD"),
        CLOSED,
    ),
    Trigger(
        "control_finding_stays",
        "plan_controlfinding",
        "UPDATE OF number, source, agency_id, code, text, found_on, first_due_on",
        "1 = 1",
        KEPT,
    ),
    Trigger(
        "finding_correction_stays",
        "plan_findingcorrection",
        "UPDATE",
        "OLD.is_accepted IS NOT NULL OR NEW.text <> OLD.text OR NEW.filed_at <> OLD.filed_at "
        "OR NEW.due_on <> OLD.due_on OR NEW.filed_by_id <> OLD.filed_by_id "
        "OR NEW.checked_by_id = OLD.filed_by_id",
        "A correction stays as it was filed, and another person checks it",
    ),
    Trigger(
        "advance_version_stays",
        "plan_advanceversion",
        "UPDATE",
        "OLD.is_passed IS NOT NULL OR NEW.number <> OLD.number OR NEW.cost_twd <> OLD.cost_twd "
        "OR NEW.pass_mark <> OLD.pass_mark OR NEW.summary <> OLD.summary "
        "OR NEW.project_id <> OLD.project_id",
        "A version of a project stays as it was submitted and decided",
    ),
    Trigger(
        "budget_only_after_review",
        "plan_advanceproject",
        "UPDATE OF status",
        "NEW.status = 'may_enter_budget' AND NOT EXISTS (SELECT 1 FROM plan_advanceversion "
        "WHERE project_id = NEW.id AND is_passed = (1 = 1))",
        "Only a passed advance review lets a project into the budget",
    ),
    Trigger(
        "no_project_begins_in_the_budget",
        "plan_advanceproject",
        "INSERT",
        "NEW.status = 'may_enter_budget'",
        "Only a passed advance review lets a project into the budget",
    ),
    *(
        Trigger(f"{table}_is_kept", f"plan_{table}", "DELETE", "1 = 1", KEPT)
        for table in (
            "evaluationround", "evaluationsubject", "evaluationreviewer", "selfassessment",
            "evaluationreview", "controlfinding", "findingcorrection",
            "advanceproject", "advanceversion", "advancereview",
        )
    ),
)  # fmt: skip
