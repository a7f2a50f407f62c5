"""How the directives say no where it takes the tables to know; pure rules are in ``domain``."""

from shizheng.kernel.errors import N_, DomainError


class WordsMissing(DomainError):
    """A decision or request without its words (未填理由)."""

    code = "plan.directive.words_missing"
    message = N_("Nothing is written where the reason or decision belongs.")
    hint = N_("Write it down in a sentence; it stays with the directive.")


class LeadIsPartner(DomainError):
    """One agency in both parts (主辦兼協辦)."""

    code = "plan.directive.lead_is_partner"
    message = N_("{agency} leads the directive and is named as its partner too.")
    hint = N_("Take it off the partners, or let another agency lead.")


class TooOpen(DomainError):
    """Control Yuan and personnel matters are need-to-know (限閱事項不得公開)."""

    code = "plan.directive.too_open"
    message = N_("Control Yuan cases and personnel matters can only be restricted.")
    hint = N_("Choose “restricted”.")


class ItemsUnknown(DomainError):
    """A plan item that is not in the plan (查無施政項目)."""

    code = "plan.directive.items_unknown"
    message = N_("The plan in force has no item {codes}.")
    hint = N_("Write items as chapter-item, such as 30-15, separated by commas.")


class NotPartner(DomainError):
    """Only a partner countersigns (非協辦機關)."""

    code = "plan.directive.not_partner"
    message = N_("{agency} is not a partner on directive {number}.")
    hint = N_("Only the partners named on the directive countersign its reports.")
    status = 403


class CountersignedAlready(DomainError):
    """The agency has put its name to this version (已會簽)."""

    code = "plan.directive.countersigned_already"
    message = N_("{agency} has countersigned this report already.")
    hint = N_("There is nothing left to do for your agency.")


class OwnRequest(DomainError):
    """Two pairs of eyes (申請人不得核定自己的申請)."""

    code = "plan.directive.own_request"
    message = N_("You made this request on directive {number}, so you cannot decide on it.")
    hint = N_("Ask a colleague of the control unit to decide.")
    status = 403


class ExtensionSettled(DomainError):
    """The request was decided already (展延申請已核定)."""

    code = "plan.directive.extension_settled"
    message = N_("The extension of directive {number} was decided already.")
    hint = N_("Open the directive again to see the decision.")


class EscalationRuleMissing(DomainError):
    """The pack says not to whom overdue directives climb (未設層報規則)."""

    code = "plan.directive.escalation_rule_missing"
    message = N_("The city's pack has no escalation rule, so nothing can climb.")
    hint = N_("Add a definition with `schema: escalation_rule/1` to the pack and load it.")


class CalendarMissing(DomainError):
    """Working days cannot be counted (缺工作日曆)."""

    code = "plan.directive.calendar_missing"
    message = N_("The city's pack has no working calendar, so working days cannot be counted.")
    hint = N_("Add a definition with `schema: calendar/1` to the pack and load it.")


class EscalationsFailed(DomainError):
    """Some directives could not climb; all others did (部分列管事項層報失敗)."""

    code = "plan.directive.escalations_failed"
    message = N_("These directives could not be escalated: {numbers}. First reason: {reason}")
    hint = N_("All others were. Remove the reason and run it again; nothing is told twice.")


class CityMissing(DomainError):
    """No city is loaded yet (尚未載入城市)."""

    code = "plan.directive.city_missing"
    message = N_("No city is loaded, so a directive cannot be numbered.")
    hint = N_("Load a pack first: shizheng load packs/NAME.")
