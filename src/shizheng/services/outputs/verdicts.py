"""What can be said of the signature of a PDF (驗證結果)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Finding(StrEnum):
    """What verification found, the worst first."""

    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    UNKNOWN_SIGNER = "unknown_signer"
    GENUINE = "genuine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file is genuine (驗證結果), and what its signature says."""

    finding: Finding
    signer: str = ""
    signed_at: datetime | None = None
    is_timestamped: bool = False
    is_demo: bool = False
    reason: str = ""

    @property
    def is_genuine(self) -> bool:
        """Nothing was changed since a signer whom we believe signed it."""
        return self.finding == Finding.GENUINE
