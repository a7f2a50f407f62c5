"""How every part of Shizheng says no: a stable code, a sentence, and what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary name for "translate this later"
    """Mark ``message`` for translation; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a person, an API client and the command line are all shown."""

    code: str
    message: str
    hint: str


class DomainError(Exception):
    """A rule said no (拒絕). Subclasses state ``code``, ``message`` and ``hint``.

    ``message`` and ``hint`` are English sentences with named parameters (``{number}``), marked
    with ``N_`` and translated by whoever shows them. ``worded`` are the parameters that are
    such words themselves.
    """

    code: ClassVar[str] = "error"
    message: ClassVar[str] = N_("This cannot be done.")
    hint: ClassVar[str] = ""
    status: ClassVar[int] = 422
    worded: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **parameters: object) -> None:
        super().__init__(self.code)
        self.parameters = parameters

    def refusal(
        self,
        translate: Callable[[str], str] = str,
        choose: Callable[[Mapping[str, str]], str] = str,
    ) -> Refusal:
        """Return code, message and hint, each sentence passed through ``translate`` first.

        Args:
            choose: returns one of the texts of a parameter that has several, by language.
        """
        shown = {
            name: choose(value)
            if isinstance(value, Mapping)
            else translate(value)
            if name in self.worded and isinstance(value, str) and value
            else value
            for name, value in self.parameters.items()
        }
        message, hint = (
            translate(text).format(**shown) if text else "" for text in (self.message, self.hint)
        )
        return Refusal(code=self.code, message=message, hint=hint)

    def __str__(self) -> str:
        refusal = self.refusal()
        return f"{refusal.message} {refusal.hint}".strip()


class NotPermitted(DomainError):
    """The person may see the thing but not do this to it (無權限)."""

    code = "core.not_permitted"
    message = N_("You may not do this: {permission}.")
    hint = N_("Ask the administrator of your agency for a role that allows it.")
    status = 403


class ChangedMeanwhile(DomainError):
    """Somebody else changed the thing after it was read (資料已被他人異動)."""

    code = "core.changed_meanwhile"
    message = N_("{thing} was changed by somebody else after you opened it.")
    hint = N_("Open it again, look at what changed, and repeat your act if it is still right.")
    status = 409
