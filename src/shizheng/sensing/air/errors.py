"""What is refused about air, with what to do instead."""

from shizheng.kernel.errors import N_, DomainError


class AirUndeclared(DomainError):
    """The pack says nothing of air (未定義空氣品質)."""

    code = "sensing.air_undeclared"
    message = N_("This city's pack does not say what its air index is made of.")
    hint = N_("Add a file of kind air_quality/1 to the pack; see docs/how-to/watch-air.md.")
    status = 404


class ForecastPast(DomainError):
    """The day is over (預報日期已過)."""

    code = "sensing.forecast_past"
    message = N_("{day} is over: a forecast is of today or a later day, at most ten days ahead.")
    hint = N_("Correct the day.")
    status = 422


class MeasureDone(DomainError):
    """The measure was reported before (措施已回報)."""

    code = "sensing.measure_done"
    message = N_("This measure was reported done already, at {time}.")
    hint = N_("Nothing more is needed.")
    status = 409


class CalibrationUnfit(DomainError):
    """The days of a calibration do not fit (校正日期不符)."""

    code = "sensing.calibration_unfit"
    message = N_("A calibration cannot lie in the future: {day} has not come yet.")
    hint = N_("Enter the day on which it was done.")
    status = 422
