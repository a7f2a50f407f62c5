"""Why an entry of the knowledge base cannot be changed."""

from shizheng.kernel.errors import N_, DomainError


class EntryTaken(DomainError):
    """Another entry has the code (代碼已使用)."""

    code = "services.knowledge.code_taken"
    message = N_("There is an entry “{code}” already.")
    hint = N_("Change that entry, or give this one another code.")
    status = 409


class NothingChanged(DomainError):
    """The new version says what the current one says (未有變更)."""

    code = "services.knowledge.nothing_changed"
    message = N_("Version {number} says exactly this already.")
    hint = N_("Change the words, or leave without saving.")


class ReasonMissing(DomainError):
    """Each version says why it was made (未填理由)."""

    code = "services.knowledge.reason_missing"
    message = N_("A change of the knowledge base needs a reason.")
    hint = N_("Say in a few words what changed and from where you know it.")


class EntryWithdrawn(DomainError):
    """The entry is withdrawn already (已撤下)."""

    code = "services.knowledge.withdrawn"
    message = N_("“{code}” is withdrawn already.")
    hint = N_("Save a new version of it to bring it back.")
    status = 409
