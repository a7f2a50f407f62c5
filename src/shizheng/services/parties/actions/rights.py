"""Who may change who belongs to a case, and what such a change leaves behind."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shizheng.core import journal
from shizheng.core.access import may
from shizheng.core.models import User
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.opening import CODE_LENGTH, CODE_SIGNS
from shizheng.services.actions.run import Run
from shizheng.services.models import Case, CaseParty
from shizheng.services.parties.errors import NotYoursToChange

WORK = "services.act_on_case"


@dataclass(frozen=True, slots=True)
class Mover:
    """Who changes something (變更人): a party, proven by account or code, or an officer."""

    person: User | None
    party: CaseParty | None
    at: datetime

    @property
    def is_officer(self) -> bool:
        """Whether they change it for the office, not as a party."""
        return self.party is None


def applicant_locked(case: Case, mover: Mover) -> tuple[Case, CaseParty]:
    """Return the case, locked, and its applicant, for whom ``mover`` is or works at the office.

    Raises:
        NotYoursToChange: neither.
    """
    locked = case_locked(case, None)
    rows = CaseParty.objects.filter(case=locked, role="applicant", ended_at=None)
    if mover.party is not None:
        applicant = rows.filter(pk=mover.party.pk).first()
    elif mover.person is not None and may(mover.person, WORK, locked, at=mover.at):
        applicant = rows.first()
    else:
        applicant = None
    if applicant is None or locked.anonymised_at is not None:
        raise NotYoursToChange(number=locked.number)
    return locked, applicant


def new_code() -> str:
    """Return a fresh follow code (查詢碼)."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def note(
    act: str, party: CaseParty, mover: Mover, *, personal: dict[str, str], why: str = "",
    **facts: Any,
) -> None:  # fmt: skip
    """Enter a change of the parties into the journal; personal values can be erased there."""
    journal.record(
        f"services.party.{act}", party, by=mover.person, at=mover.at, why=why,
        now={"number": party.case.number, "role": party.role, **facts},
        personal={key: value for key, value in personal.items() if value},
    )  # fmt: skip


def happened(case: Case, act: str, mover: Mover, why: str = "") -> Run:
    """Let the history of the case say it; return the run, which is through."""
    run = Run(case, at=mover.at, by=mover.person, as_party=mover.party)
    run.begin(
        act, left=case.state, entered=case.state, note=why, visibility="party", by=mover.person
    )
    run.end()
    finish(run)
    return run
