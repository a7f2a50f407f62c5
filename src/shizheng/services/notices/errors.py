"""Why a notice did not go out, for good or for now, and refusals of sending it again."""

from shizheng.kernel.errors import N_, DomainError


class Undeliverable(DomainError):
    """It will never reach this address; trying again changes nothing (無法投遞).

    Args:
        problem: code as in ``problems.py``, with a detail behind a space.
    """

    code = "services.notice_undeliverable"
    message = N_("The notice cannot be delivered ({problem}).")
    hint = N_("Ask the person for another address.")


class NotTakenNow(DomainError):
    """It was not taken this time; trying again can help (暫時無法送出)."""

    code = "services.notice_not_taken"
    message = N_("The notice was not taken ({problem}).")
    hint = N_("It is tried again by itself.")
    status = 503


class NotToRepeat(DomainError):
    """Only a notice that did not go out is sent again (無須重送)."""

    code = "services.notice_not_to_repeat"
    message = N_("This notice was sent, or is being sent.")
    hint = N_("Open the case again to see what became of it.")
    status = 409
