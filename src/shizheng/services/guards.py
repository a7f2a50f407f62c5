"""What the database itself keeps of cases: their history, first dates, and the money that came."""

from shizheng.core.triggers import Trigger, declare

HISTORY = "The history of a case is appended, never changed"
FIRST_DATE = "The first due date of a clock is never overwritten"
MONEY = "Money that came stays as it was booked"

TRIGGERS = declare(
    Trigger("case_event_is_kept", "services_caseevent", "DELETE", "1 = 1", HISTORY),
    Trigger(
        "case_event_stays",
        "services_caseevent",
        "UPDATE OF case_id, sequence, at, action, from_state, to_state",
        "NEW.case_id <> OLD.case_id OR NEW.sequence <> OLD.sequence OR NEW.at <> OLD.at "
        "OR NEW.action <> OLD.action OR NEW.from_state <> OLD.from_state "
        "OR NEW.to_state <> OLD.to_state",
        HISTORY,
    ),
    Trigger(
        "case_clock_first_due_stays",
        "services_caseclock",
        "UPDATE OF first_due_at",
        "OLD.first_due_at IS NOT NULL AND (NEW.first_due_at IS NULL "
        "OR NEW.first_due_at <> OLD.first_due_at)",
        FIRST_DATE,
    ),
    Trigger("payment_is_kept", "services_payment", "DELETE", "1 = 1", MONEY),
    Trigger(
        "payment_stays",
        "services_payment",
        "UPDATE OF amount, gateway, reference, verdict, paid_at",
        "NEW.amount <> OLD.amount OR NEW.gateway <> OLD.gateway "
        "OR NEW.reference <> OLD.reference OR NEW.verdict <> OLD.verdict "
        "OR NEW.paid_at <> OLD.paid_at",
        MONEY,
    ),
)
