"""The journal is append-only in the database itself: triggers on its three tables."""

from shizheng.core.triggers import Trigger, declare

ENTRY, PERSONAL, HEAD = "core_journalentry", "core_journalpersonal", "core_journalhead"
SAYING = "the journal is append-only"

_NOT_AN_ERASURE = (
    "NOT coalesce(NEW.value IS NULL AND NEW.salt = '' AND NEW.erased_in_id IS NOT NULL"
    " AND OLD.value IS NOT NULL AND NEW.id = OLD.id AND NEW.entry_id = OLD.entry_id"
    " AND NEW.field = OLD.field, 1 = 0)"
)
_NOT_A_LATER_ENTRY = (
    "NOT coalesce(NEW.tenant = OLD.tenant AND NEW.number > OLD.number AND EXISTS"
    " (SELECT 1 FROM core_journalentry AS newest WHERE newest.tenant = NEW.tenant"
    " AND newest.number = NEW.number AND newest.hash = NEW.hash), 1 = 0)"
)


def _guard(name: str, table: str, event: str, condition: str = "1 = 1") -> Trigger:
    return Trigger(name, table, event, condition, SAYING)


TRIGGERS = declare(
    _guard("journal_entry_kept", ENTRY, "DELETE"),
    _guard("journal_entry_unchanged", ENTRY, "UPDATE"),
    _guard("journal_entry_not_emptied", ENTRY, "TRUNCATE"),
    _guard("journal_personal_kept", PERSONAL, "DELETE"),
    _guard("journal_personal_only_erased", PERSONAL, "UPDATE", _NOT_AN_ERASURE),
    _guard("journal_personal_not_emptied", PERSONAL, "TRUNCATE"),
    _guard("journal_head_kept", HEAD, "DELETE"),
    _guard("journal_head_goes_on", HEAD, "UPDATE", _NOT_A_LATER_ENTRY),
    _guard("journal_head_not_emptied", HEAD, "TRUNCATE"),
)
