"""What may be wrong with a village's records and with what its chief's device sends."""

from shizheng.kernel.errors import N_, DomainError


class RecordIncomplete(DomainError):
    """A record lacks its title, or an expense its amount (紀錄不完整)."""

    code = "services.village_record_incomplete"
    message = N_(
        "The record needs a title, and an expense an amount above 0; nothing else has one."
    )
    hint = N_("Fill in what is missing and save again.")


class RecordInFuture(DomainError):
    """Money that was not spent yet cannot be recorded as spent (日期在未來)."""

    code = "services.village_record_in_future"
    message = N_("{day} has not come yet; an expense is recorded when it was spent.")
    hint = N_("Correct the date.")


class SentOtherwise(DomainError):
    """The device's number came before with other content (同一編號內容不同)."""

    code = "services.village_sent_otherwise"
    message = N_("This was sent before as {number}, with other words or photos.")
    hint = N_("Look at {number}. If this is something else, send it as a new one.")
    status = 409


class OfflineIdUnfit(DomainError):
    """The number that the device made is missing or too long (離線編號無效)."""

    code = "services.village_offline_id_unfit"
    message = N_(
        "What the device sent has no number of its own, of 8 to 64 letters, digits or hyphens."
    )
    hint = N_("Load the page again while you have a signal, and send once more.")
    status = 400


class NotReportable(DomainError):
    """The chief's page does not offer this service (里政通報不受理此服務)."""

    code = "services.village_not_reportable"
    message = N_("“{service}” cannot be reported from here.")
    hint = N_("Choose a kind from the list; load the page again if the list is old.")
