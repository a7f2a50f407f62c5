"""What the database keeps of bookings: who had which slot stays on record, and ends once."""

from shizheng.core.triggers import Trigger, declare

TRIGGERS = declare(
    Trigger(
        "booking_stays",
        "places_booking",
        "UPDATE OF bookable_id, starts_at, ends_at, person_id, made_at, fee_twd, moved_from_id",
        "1 = 1",
        "A booking stays as it was made: another time is another booking",
    ),
    Trigger(
        "booking_ends_once",
        "places_booking",
        "UPDATE OF state",
        "OLD.state <> 'booked'",
        "A booking ends once",
    ),
    Trigger(
        "booking_is_kept", "places_booking", "DELETE", "1 = 1",
        "A booking is cancelled and not deleted",
    ),
    Trigger(
        "closure_stays", "places_closure", "UPDATE OF bookable_id, starts_at, ends_at, why",
        "1 = 1", "A closure stays as it was announced",
    ),
)  # fmt: skip
