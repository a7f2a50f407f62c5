"""What enforcement refuses, each in one sentence with what to do."""

from shizheng.kernel.errors import N_, DomainError


class EnforcementUnset(DomainError):
    """The city's pack says nothing of enforcement (未設定科技執法)."""

    code = "sensing.enforcement_unset"
    message = N_("This city has not declared enforcement by devices.")
    hint = N_("Add a definition of kind enforcement/1 to the pack.")
    status = 404


class DeviceUnfit(DomainError):
    """A device lacks something, or there is one (設備資料不符)."""

    code = "sensing.device_unfit"
    message = N_("The device was not entered: {reason}.")
    hint = N_("Correct it and send it again.")
    worded = ("reason",)


class CertificateUnfit(DomainError):
    """A certificate lacks something, or there is one (證書資料不符)."""

    code = "sensing.certificate_unfit"
    message = N_("The certificate was not entered: {reason}.")
    hint = N_("Enter it as the verification body issued it, with its file.")
    worded = ("reason",)


class DeviceUncalibrated(DomainError):
    """No certificate covers the moment (設備未在檢定有效期間)."""

    code = "sensing.device_uncalibrated"
    message = N_("{device} cannot issue: at {moment} {reason}.")
    hint = N_("Drop the file, or enter the certificate that covered that moment.")
    status = 409
    worded = ("reason",)


class ClockUnfit(DomainError):
    """The clock of the device is not proven right (時間來源不可靠)."""

    code = "sensing.clock_unfit"
    message = N_("{number} cannot be issued: {reason}.")
    hint = N_("Drop the file; set the device's clock by its source and compare it more often.")
    status = 409
    worded = ("reason",)


class ViolationUnfit(DomainError):
    """A violation lacks something (違規資料不符)."""

    code = "sensing.violation_unfit"
    message = N_("The violation was not recorded: {reason}.")
    hint = N_("Correct it as the device recorded it.")
    worded = ("reason",)


class NoViolation(DomainError):
    """What counts is not above the limit (未達舉發標準)."""

    code = "sensing.no_violation"
    message = N_(
        "{number} cannot be issued: {counted} km/h count after tolerance, the limit is "
        "{limit} km/h and {within} km/h above it are no ticket."
    )
    hint = N_("Drop the file with this reason.")
    status = 409


class EvidenceChanged(DomainError):
    """Pictures, certificate or chain are not what they were (證據已變動)."""

    code = "sensing.evidence_changed"
    message = N_("{number} cannot be issued: {what} is not what was recorded.")
    hint = N_("Keep everything as it is and tell the administrator; the journal says who did what.")
    status = 409
    worded = ("what",)


class ViolationMoved(DomainError):
    """It was decided before (已審核)."""

    code = "sensing.violation_moved"
    message = N_("{number} was decided before.")
    hint = N_("Open it again to see how.")
    status = 409


class ReasonMissing(DomainError):
    """An act needs its reason (缺少理由)."""

    code = "sensing.reason_missing"
    message = N_("Say why, in two characters or more.")
    hint = N_("It stands in the file for ever.")


class CheckpointUnfit(DomainError):
    """A checkpoint lacks something (路檢點資料不符)."""

    code = "sensing.checkpoint_unfit"
    message = N_("The checkpoint was not entered: {reason}.")
    hint = N_("Correct it and send it again.")
    worded = ("reason",)


class CheckpointMoved(DomainError):
    """It was held or called off before (路檢點已結束)."""

    code = "sensing.checkpoint_moved"
    message = N_("{number} was held or called off before.")
    hint = N_("Open it again to see what happened.")
    status = 409


class StopUnfit(DomainError):
    """A stop lacks something (攔查資料不符)."""

    code = "sensing.stop_unfit"
    message = N_("The stop was not recorded: {reason}.")
    hint = N_("Correct it as it was.")
    worded = ("reason",)


class NothingToIssue(DomainError):
    """The stop leads to no ticket (無可舉發)."""

    code = "sensing.nothing_to_issue"
    message = N_("{number} leads to no ticket: {reason}.")
    hint = N_("Nothing has to be done.")
    status = 409
    worded = ("reason",)


class CrashesUnfit(DomainError):
    """A file of accidents cannot be read (事故檔無法讀取)."""

    code = "sensing.crashes_unfit"
    message = N_("The file was not taken: {reason}.")
    hint = N_("Send a CSV in UTF-8 with the columns that the pack names.")
    worded = ("reason",)
