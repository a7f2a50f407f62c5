"""Doors through which a room asks for what a room above it does: tell people, open a case.

The room above enters itself here; where none has, nobody is told and no case is opened, and the
asker goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shizheng.core.models import User
from shizheng.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person is told on the site (站內通知), and by e-mail if they want it so.

    Args:
        key: the same for the same occasion, so that nobody is told twice; 120 characters at most.
        template: what kind of notice it is, such as ``statistics.wanting``.
        by_email: False where the room mails by itself, or what it says is for the site alone.
    """

    person: User
    key: str
    template: str
    language: str
    subject: str
    text: str
    by_email: bool = True


@dataclass(frozen=True, slots=True)
class CaseWanted:
    """A case that a room below asks for (請開案件).

    Args:
        service: code of the service as the pack declares it.
        description: what it is about, for those who work on it.
        source: facts that programs read beside it, nothing personal.
    """

    service: str
    description: str
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    district: str = ""
    source: tuple[tuple[str, str], ...] = ()
    is_synthetic: bool = False


class Teller(Protocol):
    """Tells people; returns how many were told anew."""

    def __call__(self, *, tellings: Iterable[Telling], at: datetime) -> int:
        """Tell them."""
        ...


class CaseOpener(Protocol):
    """Opens a case; returns its number."""

    def __call__(self, *, wanted: CaseWanted, by: User | None, at: datetime) -> str:
        """Open it."""
        ...


tellers: Registry[Teller] = Registry("Ways to tell people")
case_openers: Registry[CaseOpener] = Registry("Rooms that open cases")


def people_tell(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Tell people by every way there is; returns how many notices are new."""
    known = list(tellings)
    return sum(tell(tellings=known, at=at) for tell in tellers.values()) if known else 0


def case_ask(wanted: CaseWanted, *, by: User | None, at: datetime) -> str:
    """Have a case opened; returns its number, or nothing where no room opens cases.

    Raises:
        DomainError: what the room that opens cases refuses.
    """
    for opener in case_openers.values():
        return opener(wanted=wanted, by=by, at=at)
    return ""
