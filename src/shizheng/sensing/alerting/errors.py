"""What warnings refuse, with what to do instead."""

from shizheng.kernel.errors import N_, DomainError


class AlertOver(DomainError):
    """The warning ended meanwhile (警戒已解除)."""

    code = "sensing.alert_over"
    message = N_("This warning is over; nothing can be done with it any more.")
    hint = N_("Its history stays. A new warning begins by itself when the readings call for one.")
    status = 409


class AlreadyAcknowledged(DomainError):
    """Somebody took the warning on before (已有人受理)."""

    code = "sensing.already_acknowledged"
    message = N_("{name} took this warning on already.")
    hint = N_("Ask for a hand-over if you should do it instead.")
    status = 409


class NotTheHolder(DomainError):
    """Only who holds the warning hands it over (非受理人)."""

    code = "sensing.not_the_holder"
    message = N_("Somebody else holds this warning, or nobody does.")
    hint = N_("Acknowledge it first.")
    status = 409


class ReceiverUnfit(DomainError):
    """The person may not hold the warning (無法接手)."""

    code = "sensing.receiver_unfit"
    message = N_("{name} does not answer warnings of this agency.")
    hint = N_("Choose somebody of the agency who has that permission.")


class NothingHeld(DomainError):
    """One holds no warning that could be handed over (沒有受理中的警戒)."""

    code = "sensing.nothing_held"
    message = N_("You hold no warning that stands.")
    hint = N_("There is nothing to hand over. Warnings that nobody took on stay on the board.")


class MaintenanceUnfit(DomainError):
    """The time of maintenance makes no sense (維護時段不符)."""

    code = "sensing.maintenance_unfit"
    message = N_("Maintenance ends after it begins and after now, and lasts 31 days at most.")
    hint = N_("Correct the times. For longer work, plan it again when it is due.")


class PlaceMissing(DomainError):
    """A subscription needs a place (缺少地點)."""

    code = "sensing.place_missing"
    message = N_("Say of which place you want to be warned.")
    hint = N_("Choose a village, or give longitude and latitude.")


class ConsentMissing(DomainError):
    """Nobody is subscribed who did not agree (缺少同意)."""

    code = "sensing.consent_missing"
    message = N_("We keep the place only if you agree.")
    hint = N_("Tick the sentence if you agree. You can take it back at any time.")
