"""What booking refuses."""

from shizheng.kernel.errors import N_, DomainError


class SlotUnknown(DomainError):
    """There is no such slot (查無此時段)."""

    code = "places.booking.slot_unknown"
    message = N_("There is no such slot: it is closed then, or opens at other times.")
    hint = N_("Choose a slot of the week's table.")
    status = 404


class SlotPast(DomainError):
    """The slot has begun (時段已開始)."""

    code = "places.booking.slot_past"
    message = N_("This slot has begun or is over.")
    hint = N_("Choose a later one.")
    status = 409


class SlotTaken(DomainError):
    """Somebody else has it (時段已被借用)."""

    code = "places.booking.slot_taken"
    message = N_("Somebody else has booked this slot.")
    hint = N_("Choose another one, or wait for this one.")
    status = 409


class SlotFree(DomainError):
    """Nobody has it, so there is nothing to wait for (時段仍可借用)."""

    code = "places.booking.slot_free"
    message = N_("This slot is free; there is nothing to wait for.")
    hint = N_("Book it.")
    status = 409


class AlreadyYours(DomainError):
    """The person has booked it or waits for it (已借用或已候補)."""

    code = "places.booking.already_yours"
    message = N_("You have booked this slot or wait for it already.")
    hint = N_("Your bookings list it.")
    status = 409


class WaitingFull(DomainError):
    """Too many wait (候補額滿)."""

    code = "places.booking.waiting_full"
    message = N_("{most} people wait for this slot already; no more are taken.")
    hint = N_("Choose another slot.")
    status = 409


class NotForYou(DomainError):
    """Only the city's staff books it (限本府員工借用)."""

    code = "places.booking.not_for_you"
    message = N_("Only the city's staff books this.")
    hint = N_("Choose another place.")
    status = 403


class NotInGroup(DomainError):
    """Only some groups book it (限特定對象借用)."""

    code = "places.booking.not_in_group"
    message = N_("Only members of some groups book this.")
    hint = N_("The page of the place says who, and how you show that you belong to them.")
    status = 403


class PersonUnknown(DomainError):
    """There is no such account (查無此帳號)."""

    code = "places.booking.person_unknown"
    message = N_("There is no account “{username}”.")
    hint = N_("Ask the person for the name with which they sign in.")
    status = 404


class GroupUnknown(DomainError):
    """There is no such group (查無此借用對象)."""

    code = "places.booking.group_unknown"
    message = N_("There is no group “{group}”.")
    hint = N_("Choose one of the list.")


class TooFarAhead(DomainError):
    """It cannot be booked yet (尚未開放借用)."""

    code = "places.booking.too_far_ahead"
    message = N_("Slots can be booked {days} days ahead, today until {last}.")
    hint = N_("Come back later, or choose an earlier slot.")


class TooManyThisMonth(DomainError):
    """The person has as many as one may have in a month (本月借用次數已滿)."""

    code = "places.booking.too_many_this_month"
    message = N_("You have {most} bookings here in that month; one person may have no more.")
    hint = N_("Cancel one of them, or choose another month.")
    status = 409


class TooLateToCancel(DomainError):
    """The notice for cancelling has run out (已逾取消期限)."""

    code = "places.booking.too_late_to_cancel"
    message = N_("A booking can be cancelled until {hours} hours before it begins.")
    hint = N_("Tell the agency that keeps the place; it can still cancel.")
    status = 409


class BookingEnded(DomainError):
    """The booking does not stand any more (借用已結束)."""

    code = "places.booking.ended"
    message = N_("This booking was cancelled, moved or marked before.")
    hint = N_("Your bookings say how it ended.")
    status = 409


class NotBegun(DomainError):
    """Whether somebody comes is not known before the start (時段尚未開始)."""

    code = "places.booking.not_begun"
    message = N_("The slot has not begun; whether the person comes is not known yet.")
    hint = N_("Mark it after the start.")
    status = 409


class ReductionUnknown(DomainError):
    """There is no such reduction (查無此優惠)."""

    code = "places.booking.reduction_unknown"
    message = N_("There is no such reduction here.")
    hint = N_("Choose one of the list, or none.")


class ClosureUnfit(DomainError):
    """The closure has no length or is over (停用期間不符)."""

    code = "places.booking.closure_unfit"
    message = N_("A closure ends after it begins, lies in the future, and lasts {most} days at most.")  # fmt: skip  # noqa: E501
    hint = N_("Correct its days or times.")


class WhyMissing(DomainError):
    """A reason must be given (請填理由)."""

    code = "places.booking.why_missing"
    message = N_("Say why, in {least} characters or more.")
    hint = N_("Whoever has booked reads it.")
