"""How information security says no where it takes the tables to know."""

from shizheng.kernel.errors import N_, DomainError


class SecurityRuleMissing(DomainError):
    """The pack says nothing about it (未設資安規則)."""

    code = "plan.security.rule_missing"
    message = N_("The city's pack has no rule for information security.")
    hint = N_("Add a definition with `schema: security_rule/1` to the pack and load it.")


class TextMissing(DomainError):
    """Nothing is written where something must be (未填說明)."""

    code = "plan.security.text_missing"
    message = N_("Nothing is written where the account belongs.")
    hint = N_("Write it down in a sentence; it stays on record.")


class DayWrong(DomainError):
    """A day that cannot be (日期有誤)."""

    code = "plan.security.day_wrong"
    message = N_("It cannot be dated {day}.")
    hint = N_("Give a day from {earliest} to {latest}.")


class OtherAgency(DomainError):
    """The system belongs to somebody else (非本機關系統)."""

    code = "plan.security.other_agency"
    message = N_("System {number} belongs to another agency.")
    hint = N_("Choose a system of the agency that this is about.")


class MomentWrong(DomainError):
    """A moment that cannot be (時間有誤)."""

    code = "plan.security.moment_wrong"
    message = N_("The incident cannot have been known of at that moment.")
    hint = N_("Give a moment that is not in the future and not more than {days} days ago.")


class IncidentClosed(DomainError):
    """Nothing more happens to it (事件已結案)."""

    code = "plan.security.incident_closed"
    message = N_("Incident {number} is closed.")
    hint = N_("Open another incident if it begins again.")


class StepDone(DomainError):
    """It was filed before (已完成此步驟)."""

    code = "plan.security.step_done"
    message = N_("This has been filed for incident {number} already.")
    hint = N_("Open the incident again to see how it stands.")
    status = 409


class StepTooEarly(DomainError):
    """Something comes before it (尚有前置步驟)."""

    code = "plan.security.step_too_early"
    message = N_("Incident {number} is not that far.")
    hint = N_("Report it, bring the damage under control and file the closing report first.")


class SameLevel(DomainError):
    """Nothing changes (等級未變更)."""

    code = "plan.security.same_level"
    message = N_("Incident {number} has this level already.")
    hint = N_("Choose another level.")


class OwnClosing(DomainError):
    """Two pairs of eyes (不得核定自己的結案報告)."""

    code = "plan.security.own_closing"
    message = N_("You filed the closing report, so you cannot close the incident.")
    hint = N_("Ask a colleague who leads information security to close it.")
    status = 403


class NothingToShare(DomainError):
    """No indicator may leave (無可分享指標)."""

    code = "plan.security.nothing_to_share"
    message = N_("Incident {number} has no indicator that may be shared.")
    hint = N_("Note indicators first; those marked TLP:RED stay with the agency.")


class IndicatorKnown(DomainError):
    """It is noted already (指標已登錄)."""

    code = "plan.security.indicator_known"
    message = N_("“{value}” is noted for this incident already.")
    hint = N_("Give each indicator once.")
    status = 409


class FindingFixed(DomainError):
    """It is mended (已完成改善)."""

    code = "plan.security.finding_fixed"
    message = N_("Finding {number} has been fixed already.")
    hint = N_("Record a new finding if it came again.")


class SystemMissing(DomainError):
    """A weakness of nothing (未指定系統)."""

    code = "plan.security.system_missing"
    message = N_("A weakness or a restore test is one of a system.")
    hint = N_("Choose the system.")


class HostTaken(DomainError):
    """Another host has the name (主機名稱重複)."""

    code = "plan.security.host_taken"
    message = N_("There is a host {name} already.")
    hint = N_("Give this one another name.")
    status = 409


class WatchIncomplete(DomainError):
    """Some findings could not be looked at; all others were (部分發現無法檢視)."""

    code = "plan.security.watch_incomplete"
    message = N_("These findings could not be looked at: {numbers}. First reason: {reason}")
    hint = N_("All others were. Remove the reason and run it again; nobody is told twice.")
