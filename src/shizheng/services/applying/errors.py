"""Refusals of forms being filled in."""

from shizheng.kernel.errors import N_, DomainError


class DraftUnknown(DomainError):
    """There is no such draft, or not for this visitor (查無草稿)."""

    code = "services.draft_unknown"
    message = N_("There is no form in progress here that you may open.")
    hint = N_("Use the link you were given, sign in as you did when you began, or begin anew.")
    status = 404


class DraftExpired(DomainError):
    """The draft was kept as long as it is kept (草稿已逾期)."""

    code = "services.draft_expired"
    message = N_("This form was kept until {until} and is no longer there.")
    hint = N_("Begin a new one; what was typed has been removed.")
    status = 410


class DraftSent(DomainError):
    """The draft was sent before (草稿已送出)."""

    code = "services.draft_sent"
    message = N_("This form was sent already: it is case {number}.")
    hint = N_("Open the case to add something.")
    status = 409


class DraftsTooMany(DomainError):
    """The draft holds as many files as it may (草稿檔案過多)."""

    code = "services.draft_files_too_many"
    message = N_("A form can hold {limit} files while it is being filled in.")
    hint = N_("Remove some of them, or put several into one ZIP or PDF.")
