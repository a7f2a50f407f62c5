"""Why two cases cannot be linked, or a duplicate not acted on."""

from shizheng.kernel.errors import N_, DomainError


class RidesAlong(DomainError):
    """The case is a duplicate and goes the way of its master (已併案)."""

    code = "services.rides_along"
    message = N_("Case {number} is joined to {master}: it is decided there.")
    hint = N_("Act on {master}, or take the two apart first.")
    status = 409


class LinkCircle(DomainError):
    """The two cases stand for each other already (併案循環)."""

    code = "services.link_circle"
    message = N_("{number} and {master} are joined already, the other way round or to each other.")
    hint = N_("Take them apart first if the other one should be answered.")
    status = 409


class LinkMade(DomainError):
    """The case is a duplicate of another one already (已併入他案)."""

    code = "services.link_made"
    message = N_("{number} is joined to {master} already.")
    hint = N_("Take them apart before joining it to another case.")
    status = 409


class LinkClosed(DomainError):
    """Only open cases wait for one answer (已結案不得併案)."""

    code = "services.link_closed"
    message = N_("{number} is closed, so nothing can be answered together with it any more.")
    hint = N_("Link the two as follow-on instead, or have the case taken up again first.")
    status = 409


class NotMergeable(DomainError):
    """The service knows no duplicates (此服務不併案)."""

    code = "services.not_mergeable"
    message = N_("Cases of “{service}” are answered one by one, never together.")
    hint = N_("Link them as related instead.")


class LinkToItself(DomainError):
    """A case cannot be linked to itself (不得連結本身)."""

    code = "services.link_to_itself"
    message = N_("{number} cannot be linked to itself.")
    hint = N_("Give the number of the other case.")


class LinkGone(DomainError):
    """The link was taken back already (連結已解除)."""

    code = "services.link_gone"
    message = N_("The link between {number} and {master} was taken back already.")
    hint = N_("Open the case again to see what is linked now.")
    status = 409
