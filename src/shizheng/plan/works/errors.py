"""How public works say no where it takes the tables to know; pure rules are in ``domain``."""

from shizheng.kernel.errors import N_, DomainError


class WorksRuleMissing(DomainError):
    """The pack says nothing about works (未設工程規則)."""

    code = "plan.work.rule_missing"
    message = N_("The city's pack has no rule for public works.")
    hint = N_("Add a definition with `schema: works_rule/1` to the pack and load it.")


class NumberUnfit(DomainError):
    """Not a number of a work (工程編號格式不符)."""

    code = "plan.work.number_unfit"
    message = N_("“{number}” is not a number of a work.")
    hint = N_("Write capital letters, a hyphen and figures, such as PW-109-0012.")


class NumberTaken(DomainError):
    """Another work has it (工程編號重複)."""

    code = "plan.work.number_taken"
    message = N_("There is a work {number} already.")
    hint = N_("Give this one another number, or open the one that is there.")
    status = 409


class ContractMissing(DomainError):
    """Nothing can be measured yet (尚無契約)."""

    code = "plan.work.contract_missing"
    message = N_("Work {number} has no contract yet.")
    hint = N_("Record the contract first: firm, amount, award, start and planned end.")


class ContractDaysWrong(DomainError):
    """Award, start and end are not in order (契約日期順序有誤)."""

    code = "plan.work.contract_days_wrong"
    message = N_("Award {awarded_on}, start {starts_on} and end {ends_on} are not in this order.")
    hint = N_("A contract is awarded, begins, and ends, in this order.")


class ReasonMissing(DomainError):
    """A change or decision without its reason (未填理由)."""

    code = "plan.work.reason_missing"
    message = N_("Nothing is written where the reason belongs.")
    hint = N_("Write it down in a sentence; it stays with the work.")


class NotUnderConstruction(DomainError):
    """Progress is reported while something is built (非施工中)."""

    code = "plan.work.not_under_construction"
    message = N_("Work {number} is not under construction.")
    hint = N_("Move it to construction first, or open another work.")


class CurveMissing(DomainError):
    """Nobody knows how far it should be (尚無核定預定進度)."""

    code = "plan.work.curve_missing"
    message = N_("Work {number} has no adopted planned curve.")
    hint = N_("Propose one and let the control unit adopt it.")


class CurveWaiting(DomainError):
    """One proposal at a time (預定進度審核中)."""

    code = "plan.work.curve_waiting"
    message = N_("A planned curve of work {number} waits for a decision already.")
    hint = N_("Wait for the decision, or ask the control unit to refuse it.")


class CurveSettled(DomainError):
    """The curve was decided on (預定進度已核定)."""

    code = "plan.work.curve_settled"
    message = N_("No planned curve of work {number} waits for a decision.")
    hint = N_("Open the work again to see what was decided.")


class OwnCurve(DomainError):
    """Two pairs of eyes (提報人不得核定自己的預定進度)."""

    code = "plan.work.own_curve"
    message = N_("You proposed this curve of work {number}, so you cannot decide on it.")
    hint = N_("Ask a colleague of the control unit to decide.")
    status = 403


class PercentFell(DomainError):
    """Less is done than before (實際進度倒退)."""

    code = "plan.work.percent_fell"
    message = N_("You report {percent} % after {before} % in the month before.")
    hint = N_("Correct the figure, or correct the earlier month first and say why.")


class FaultUnknown(DomainError):
    """Not in the list of faults (查無缺失代碼)."""

    code = "plan.work.fault_unknown"
    message = N_("The list of faults has no {codes}.")
    hint = N_("Choose a code of the list; the pack's rule of works holds it.")


class AuditDayWrong(DomainError):
    """An audit dated before the work or in the future (查核日期有誤)."""

    code = "plan.work.audit_day_wrong"
    message = N_("The audit cannot be dated {audited_on}.")
    hint = N_("Give a day from {earliest} to {latest}.")


class FaultSettled(DomainError):
    """The fault does not stand where it did (缺失狀態已變更)."""

    code = "plan.work.fault_settled"
    message = N_("Fault {fault} of work {number} has been dealt with already.")
    hint = N_("Open the work again to see how it stands.")


class OwnCorrection(DomainError):
    """Two pairs of eyes (填報改善者不得複查)."""

    code = "plan.work.own_correction"
    message = N_("You filed this correction, so you cannot check it.")
    hint = N_("Ask a colleague of the audit team to check it.")
    status = 403


class RoundPublished(DomainError):
    """It is public already (選案已公開)."""

    code = "plan.work.round_published"
    message = N_("Audit round {number} is published already.")
    hint = N_("There is nothing left to do.")


class WatchFailed(DomainError):
    """Some works could not be looked at; all others were (部分工程無法檢視)."""

    code = "plan.work.watch_failed"
    message = N_("These works could not be looked at: {numbers}. First reason: {reason}")
    hint = N_("All others were. Remove the reason and run it again; nothing is told twice.")
