"""What outlooks refuse, with what to do instead."""

from shizheng.kernel.errors import N_, DomainError


class ScenariosMissing(DomainError):
    """No scenario was taken in yet (尚無淹水潛勢情境)."""

    code = "sensing.scenarios_missing"
    message = N_("There is no flood scenario to match the forecast to.")
    hint = N_("Take the files in first: shizheng import flood-potential FOLDER --map ID.")
    status = 409


class OutlookUnfit(DomainError):
    """The forecast makes no sense (預報資料不符)."""

    code = "sensing.outlook_unfit"
    message = N_("A forecast ends after it begins and after now, and covers ten days at most.")
    hint = N_("Correct the times and give the rain in millimetres.")


class OutlookOver(DomainError):
    """The outlook is over or was withdrawn (預警已結束)."""

    code = "sensing.outlook_over"
    message = N_("This outlook is over or was withdrawn already.")
    hint = N_("Issue a new one if the forecast changed.")
    status = 409


class PotentialUnfit(DomainError):
    """A file of scenarios cannot be used (淹水潛勢檔案不符)."""

    code = "sensing.potential_unfit"
    message = N_("{file} cannot be read by the mapping {mapping}: {reason}.")
    hint = N_("Correct the mapping in the pack, or the file; nothing of it was taken.")
    worded = ("reason",)
