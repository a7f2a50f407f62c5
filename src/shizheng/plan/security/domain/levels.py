"""The words of information security that rules compute with: levels, severities, exercises."""

from enum import StrEnum


class Protection(StrEnum):
    """How much protection a system needs (系統防護需求分級).

    Source: 資通安全責任等級分級辦法 art. 11 and annex 9.
    """

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Responsibility(StrEnum):
    """How much an agency answers for (資通安全責任等級), A the most.

    Source: 資通安全責任等級分級辦法 art. 2.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class FindingKind(StrEnum):
    """Where a finding comes from (發現來源)."""

    WEAKNESS = "weakness"
    AUDIT = "audit"


class Severity(StrEnum):
    """How bad a finding is (風險程度)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Exercise(StrEnum):
    """Backups and drills that are done again and again (備份與演練)."""

    BACKUP = "backup"
    RESTORE = "restore"
    SOCIAL = "social"
    REPORTING = "reporting"
    CONTINUITY = "continuity"


class IncidentLevel(StrEnum):
    """Levels of an incident (資通安全事件等級), 4 the gravest.

    Source: 資通安全事件通報及應變辦法 art. 2.
    """

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


class Marking(StrEnum):
    """To whom an indicator may be told (燈號協定 TLP), as STIX 2.1 defines it."""

    WHITE = "white"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class IndicatorKind(StrEnum):
    """What an indicator of compromise is (入侵指標種類)."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    DOMAIN = "domain"
    URL = "url"
    SHA256 = "sha256"
    EMAIL = "email"
