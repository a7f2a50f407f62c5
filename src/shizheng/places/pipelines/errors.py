"""What reporting a leak refuses."""

from shizheng.kernel.errors import N_, DomainError


class LeaksUnset(DomainError):
    """The pack says nothing of leaks (尚未設定洩漏通報)."""

    code = "leaks.unset"
    message = N_("This city has no rules for leaks of pipelines yet.")
    hint = N_("Add a definition of the kind leaks to the pack, and load it.")


class PipeUnknown(DomainError):
    """No such pipeline, and none near the place (查無管線)."""

    code = "leaks.pipe_unknown"
    message = N_("There is no pipeline {pipe}.")
    hint = N_("Look for the number on a marker post, or in the register of pipelines.")


class LeakMoved(DomainError):
    """The leak is in another state (通報狀態已變動)."""

    code = "leaks.moved"
    message = N_("{number} is closed already.")
    hint = N_("Open it again and look at what changed.")
    status = 409
