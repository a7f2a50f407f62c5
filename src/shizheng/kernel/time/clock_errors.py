"""What a clock refuses."""

from shizheng.kernel.errors import N_, DomainError


class PauseOutOfOrder(DomainError):
    """A pause ends before it begins, or begins before receipt (停止計算日期先後有誤)."""

    code = "time.pause_out_of_order"
    message = N_("The pause {stops}..{again} ends before it begins, or begins before receipt.")
    hint = N_("Give first the day on which the clock stops, then the day on which it runs again.")


class PauseOverlap(DomainError):
    """Two pauses share days, or stand in the wrong order (停止計算期間重疊)."""

    code = "time.pause_overlap"
    message = N_("The pause {stops}..{again} begins before the pause ahead of it has ended.")
    hint = N_("Give the pauses in order of time, without overlap.")


class PauseOpen(DomainError):
    """The clock stands still already (已停止計算)."""

    code = "time.pause_open"
    message = N_("The clock has stood still since {stops} and was not set running again.")
    hint = N_("Say first on which day it runs again.")


class ResumeWithoutPause(DomainError):
    """The clock is running (未停止計算)."""

    code = "time.resume_without_pause"
    message = N_("The clock cannot run again on {again}: it is not standing still.")
    hint = N_("Pause it first, or leave it running.")


class ExtensionUnit(DomainError):
    """Hours and days do not add up (單位不同，無法展延)."""

    code = "time.extension_unit"
    message = N_("An extension of {extension} does not fit a limit of {amount}.")
    hint = N_("Extend a limit in hours by hours, and a limit in days, months or years by those.")
