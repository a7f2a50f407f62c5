"""Refusals about people and their roles."""

from shizheng.kernel.errors import N_, DomainError


class GrantsTooMuch(DomainError):
    """Somebody would give a role that reaches further than their own (不得授予超過自己的權限)."""

    code = "core.grants_too_much"
    message = N_("You cannot give the role “{role}” here: you do not yourself hold: {missing}.")
    hint = N_("Give it for a smaller part or a shorter time, or ask somebody who holds all of it.")
    status = 403


class RoleHeldAlready(DomainError):
    """The person has the same role for the same agency and area in that time (已有此角色)."""

    code = "core.role_held_already"
    message = N_("{person} already holds the role “{role}” there in this time.")
    hint = N_("Revoke the role that is held before giving it again with other dates.")
    status = 409


class RoleEndsTooEarly(DomainError):
    """A role would end before it starts or has ended already (結束時間過早)."""

    code = "core.role_ends_too_early"
    message = N_("The role would end before it could be used.")
    hint = N_("Choose an end that lies in the future and after the start, or leave it open.")


class RoleEndedAlready(DomainError):
    """The role to be revoked is no longer held (角色已失效)."""

    code = "core.role_ended_already"
    message = N_("{person} no longer holds this role.")
    hint = N_("Nothing needs to be done; open the person's page again to see the roles held now.")
    status = 409


class LastAdministrator(DomainError):
    """After the act nobody could manage people any more (最後一位管理者)."""

    code = "core.last_administrator"
    message = N_("{person} is the last person who can manage people in the whole city.")
    hint = N_("First give an administrator's role for the whole city to somebody else.")
    status = 409


class AccountTaken(DomainError):
    """Somebody else has an account of this name or e-mail address (帳號已被使用)."""

    code = "core.account_taken"
    message = N_("There is already an account with the name or e-mail address “{name}”.")
    hint = N_("Search for the person in the list, or choose another name.")
    status = 409


class TokenRefused(DomainError):
    """The token is wrong, over or revoked (權杖無效)."""

    code = "core.token_refused"
    message = N_("This token is not valid: it is wrong, has expired or was revoked.")
    hint = N_("Make a new one on the page of your account and send it as “Authorization: Bearer”.")
    status = 401


class TokenReadsOnly(DomainError):
    """The token may read and not act (權杖僅供讀取)."""

    code = "core.token_reads_only"
    message = N_("This token reads only.")
    hint = N_("Make a token that may act, or sign in.")
    status = 403


class TokenTermWrong(DomainError):
    """A token is valid for a day to a year (權杖效期不符)."""

    code = "core.token_term_wrong"
    message = N_("A token is valid for 1 to {most} days, not for {days}.")
    hint = N_("Choose another number of days; it can be made anew before it expires.")


class TokensTooMany(DomainError):
    """The person has as many tokens as anybody may have (權杖過多)."""

    code = "core.tokens_too_many"
    message = N_("You have {limit} valid tokens, which is as many as are allowed.")
    hint = N_("Revoke one that no program uses any more.")
    status = 409


class FactorNotShown(DomainError):
    """Staff make tokens in a session that passed a second factor (未通過雙重驗證)."""

    code = "core.factor_not_shown"
    message = N_(
        "Your account works for the city, and this session has not passed a second factor."
    )
    hint = N_("Sign out, sign in with your second factor, and make the token then.")
    status = 403


class TokenUnknown(DomainError):
    """There is no valid token of this key (查無權杖)."""

    code = "core.token_unknown"
    message = N_("There is no valid token “{token}”.")
    hint = N_("It may have been revoked already; list the tokens that there are.")
    status = 404
