"""What the database keeps of property: entries, contracts, findings and answers stay on record."""

from shizheng.core.triggers import Trigger, declare

KEPT = "The ledger of property keeps what was recorded"
TABLES = ("propertyitem", "propertyentry", "accountingfigure", "lease", "rentdue", "occupation",
          "salehousehold", "salenotice", "stockround", "stockfinding", "space",
          "spaceapplication", "spaceuse", "landenquiry")  # fmt: skip

TRIGGERS = declare(
    *(Trigger(f"{name}_is_kept", f"places_{name}", "DELETE", "1 = 1", KEPT) for name in TABLES),
    Trigger(
        "property_entry_stays", "places_propertyentry", "UPDATE", "1 = 1",
        "An entry of the ledger stays: another value is another entry",
    ),
    Trigger(
        "property_stays", "places_propertyitem", "UPDATE OF number, category, acquired_on",
        "1 = 1", KEPT,
    ),
    Trigger(
        "property_gone_stays", "places_propertyitem", "UPDATE", "OLD.is_held = FALSE",
        "What was disposed of changes no more",
    ),
    Trigger("accounting_stays", "places_accountingfigure", "UPDATE", "1 = 1", KEPT),
    Trigger(
        "lease_stays", "places_lease",
        "UPDATE OF number, item_id, person_id, starts_on, ends_on, rent_twd, period_months, steps",
        "1 = 1", "A contract stays as it was made: another term is another contract",
    ),
    Trigger(
        "lease_ends_once", "places_lease", "UPDATE OF ended_on", "OLD.ended_on IS NOT NULL",
        "A contract ends once",
    ),
    Trigger(
        "rent_stays", "places_rentdue", "UPDATE OF lease_id, due_on, first, until, amount_twd",
        "1 = 1", KEPT,
    ),
    Trigger(
        "rent_paid_once", "places_rentdue", "UPDATE OF paid_on, receipt",
        "OLD.paid_on IS NOT NULL", "Rent is paid once",
    ),
    Trigger(
        "stock_finding_stays", "places_stockfinding",
        "UPDATE OF round_id, item_id, result, note, by_id, at", "1 = 1",
        "A finding stays: a correction is another one",
    ),
    Trigger(
        "space_application_decided_once", "places_spaceapplication", "UPDATE OF state, answer",
        "OLD.state <> 'waiting'", "An application is answered once",
    ),
    Trigger("space_use_ends_once", "places_spaceuse", "UPDATE", "OLD.ended_at IS NOT NULL", KEPT),
    Trigger(
        "land_enquiry_asked_stays", "places_landenquiry",
        "UPDATE OF plot_id, person_id, asked_at, due_at", "1 = 1", KEPT,
    ),
)  # fmt: skip
