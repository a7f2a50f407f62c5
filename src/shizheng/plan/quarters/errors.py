"""How closing a quarter says no."""

from shizheng.kernel.errors import N_, DomainError


class QuarterNotOver(DomainError):
    """The quarter still runs (季度尚未結束)."""

    code = "plan.quarter.not_over"
    message = N_("{quarter} is not over, so it cannot be closed.")
    hint = N_("Close it after {last}.")


class QuarterOutOfOrder(DomainError):
    """Another quarter comes first (前一季尚未結報)."""

    code = "plan.quarter.out_of_order"
    message = N_("{quarter} cannot be closed now: quarters are closed one after the other.")
    hint = N_("The next to be closed is {next}.")
    status = 409


class QuarterClosedAlready(DomainError):
    """It was closed before (本季已結報)."""

    code = "plan.quarter.closed_already"
    message = N_("{quarter} is closed already.")
    hint = N_("Read its report; what is wrong in it is put right by a correction.")
    status = 409


class QuarterNotClosed(DomainError):
    """There is nothing to correct (本季尚未結報)."""

    code = "plan.quarter.not_closed"
    message = N_("{quarter} has not been closed, so there is nothing to correct.")
    hint = N_("Close it first.")


class QuarterWithoutPlan(DomainError):
    """No edition of a plan was in force (當季無施行中之計畫)."""

    code = "plan.quarter.without_plan"
    message = N_("No plan was in force at the end of {quarter}.")
    hint = N_("Choose a quarter in which the city had a plan.")


class ClosingReasonMissing(DomainError):
    """Open points without a reason (未填結報理由)."""

    code = "plan.quarter.reason_missing"
    message = N_(
        "{count} points are open, and nothing says why the quarter is closed all the same."
    )
    hint = N_("Settle them, or write down the reason; it stays in the record.")


class CorrectionReasonMissing(DomainError):
    """A correction without its reason (未填更正理由)."""

    code = "plan.quarter.correction_reason_missing"
    message = N_("Nothing says why the closed quarter is corrected.")
    hint = N_("Write it down in a sentence; it stays with the new version.")
