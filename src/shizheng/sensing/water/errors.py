"""What is refused about emissions and samples, with what to do instead."""

from shizheng.kernel.errors import N_, DomainError


class EmissionsUndeclared(DomainError):
    """The pack says nothing of emissions (未定義排放規則)."""

    code = "sensing.emissions_undeclared"
    message = N_("This city's pack does not say how emissions are judged.")
    hint = N_("Add a file of kind emissions/1 to the pack; see docs/how-to/watch-emissions.md.")
    status = 404


class WatersUndeclared(DomainError):
    """The pack says nothing of waters (未定義水質監測)."""

    code = "sensing.waters_undeclared"
    message = N_("This city's pack does not say which waters are sampled.")
    hint = N_("Add a file of kind water_quality/1 to the pack; see docs/how-to/watch-emissions.md.")
    status = 404


class PermitTaken(DomainError):
    """There is such a permit (許可證號重複)."""

    code = "sensing.permit_taken"
    message = N_("There is a permit {number} already.")
    hint = N_("Look it up, or correct the number.")
    status = 409


class PermitUnfit(DomainError):
    """What was given is no permit (許可資料不符)."""

    code = "sensing.permit_unfit"
    message = N_("The permit was not entered: {reason}.")
    hint = N_("Correct it and send it again.")
    status = 422
    worded = ("reason",)


class ExceedanceInspected(DomainError):
    """Somebody inspected it before (已稽查)."""

    code = "sensing.exceedance_inspected"
    message = N_("{number} was inspected already.")
    hint = N_("Its finding stays; a new exceedance opens an inspection of its own.")
    status = 409


class SampleTaken(DomainError):
    """There is such a sample (樣品編號重複)."""

    code = "sensing.sample_taken"
    message = N_("There is a sample {number} already.")
    hint = N_("Each sample has a number of its own; look it up, or correct the number.")
    status = 409


class SampleUnfit(DomainError):
    """The sample cannot be so (樣品資料不符)."""

    code = "sensing.sample_unfit"
    message = N_("Sample {number}: {reason}.")
    hint = N_("Correct it; what was written of its chain before stays.")
    status = 422
    worded = ("reason",)
