"""Refusals of changing who belongs to a case."""

from shizheng.kernel.errors import N_, DomainError


class NotYoursToChange(DomainError):
    """Only some parties may change who belongs to a case (無權變更當事人)."""

    code = "services.party_not_yours"
    message = N_("You may not change who belongs to case {number}.")
    hint = N_("The applicant may; others may change how they are reached themselves.")
    status = 403


class WayHasNoAddress(DomainError):
    """Notices cannot go a way for which no address is known (缺少聯絡方式)."""

    code = "services.notice_way_without_address"
    message = N_("You chose a way of being told for which there is no address or number.")
    hint = N_("Give it, or choose another way.")


class TooManyProxies(DomainError):
    """A party has at most three proxies (代理人逾三人; Administrative Procedure Act, art. 24)."""

    code = "services.proxies_too_many"
    message = N_("A party has at most {limit} proxies.")
    hint = N_("End the part of one of them first.")
    status = 409


class TooManyHelpers(DomainError):
    """More helpers than a case has (協助人過多)."""

    code = "services.helpers_too_many"
    message = N_("A case has at most {limit} helpers.")
    hint = N_("End the part of one of them first.")
    status = 409


class PartyKnown(DomainError):
    """The person has that part already (已是當事人)."""

    code = "services.party_known"
    message = N_("Somebody with this address has that part in the case already.")
    hint = N_("Nothing needs to be done.")
    status = 409


class PaperMissing(DomainError):
    """A proxy is entered at the counter by a paper that was shown (委任書)."""

    code = "services.proxy_paper_missing"
    message = N_("Which paper was shown is missing.")
    hint = N_("Note what it is and its date, such as “Power of attorney of 2 March 2020”.")


class ApplicantUnnamed(DomainError):
    """A proxy acts for somebody, who must be named (未填本人姓名)."""

    code = "services.applicant_unnamed"
    message = N_("For whom the proxy acts is missing.")
    hint = N_("Give the name of the applicant, and how to reach them if they wish.")


class InvitationOver(DomainError):
    """The link does not work any more (委任確認連結失效)."""

    code = "services.proxy_invitation_over"
    message = N_("This link is over, was taken back, or was used.")
    hint = N_("Ask the applicant to appoint you again.")
    status = 410


class NotWhoIsMeant(DomainError):
    """Another person signed in than the one who was appointed (非受委任人)."""

    code = "services.proxy_other_person"
    message = N_("You are signed in with another address than the one that was appointed.")
    hint = N_("Sign in with the account of that address, confirmed by e-mail.")
    status = 403


class PartEnded(DomainError):
    """The part ended meanwhile, or is not one that can be ended (已終止)."""

    code = "services.party_ended"
    message = N_("This part in the case has ended already.")
    hint = N_("Open the page again to see who belongs to the case.")
    status = 409
