"""Refusals of the officer's desk."""

from shizheng.kernel.errors import N_, DomainError


class NotAColleague(DomainError):
    """The person may not work on cases of the agency (非承辦機關人員)."""

    code = "services.not_a_colleague"
    message = N_("{person} may not work on case {number}.")
    hint = N_("Choose somebody who works on cases of the agency, or send the case to theirs first.")


class CaseIsClosed(DomainError):
    """A closed case is nobody's to work on (案件已結)."""

    code = "services.case_is_closed"
    message = N_("Case {number} is closed.")
    hint = N_("Nothing is left to do on it.")
    status = 409


class NothingChosen(DomainError):
    """No case was chosen (未選取案件)."""

    code = "services.nothing_chosen"
    message = N_("No case was chosen.")
    hint = N_("Tick the cases in the list, or press x on each.")


class NotForMany(DomainError):
    """The act is not one that may be done to many cases at once (不得批次)."""

    code = "services.not_for_many"
    message = N_("“{act}” is not done to many cases at once.")
    hint = N_("Open each case and do it there.")


class ReasonMissing(DomainError):
    """Personal data is shown only for a reason (未填調閱事由)."""

    code = "services.reason_missing"
    message = N_("Personal data is shown only for a reason.")
    hint = N_("Say in a few words why you need it; it is kept in the journal.")


class ViewNameTaken(DomainError):
    """A list of this name was kept before (清單名稱重複)."""

    code = "services.view_name_taken"
    message = N_("You have kept a list called “{name}” already.")
    hint = N_("Choose another name, or delete the old one first.")


class ViewsTooMany(DomainError):
    """As many lists as one keeps (自訂清單已達上限)."""

    code = "services.views_too_many"
    message = N_("You keep {limit} lists, which is as many as there may be.")
    hint = N_("Delete one that you no longer use.")
