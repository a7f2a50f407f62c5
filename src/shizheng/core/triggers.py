"""Rules that the database itself keeps: rows that nobody may change, whatever program asks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shizheng.kernel.registry import Registry

triggers: Registry["Trigger"] = Registry("Database triggers")


@dataclass(frozen=True, slots=True)
class Trigger:
    """Refuses an event on a table, on SQLite and PostgreSQL alike.

    Args:
        name: unique in the database.
        table: the table it guards.
        event: ``INSERT``, ``DELETE``, ``UPDATE`` or ``UPDATE OF column, column``; or
            ``TRUNCATE``, which SQLite does not have.
        condition: SQL over ``OLD`` and ``NEW`` that is true when the event is to be refused.
        message: what the database answers; plain ASCII without quotation marks.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str

    def create(self, vendor: str) -> list[str]:
        """Return the statements that install the trigger."""
        if vendor == "sqlite":
            if self.event == "TRUNCATE":
                return []
            return [
                f'CREATE TRIGGER "{self.name}" BEFORE {self.event} ON "{self.table}" '
                f"FOR EACH ROW WHEN ({self.condition}) "
                f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            ]
        each = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return [
            f'CREATE OR REPLACE FUNCTION "{self.name}_refuse"() RETURNS trigger AS $$ '
            f"BEGIN IF ({self.condition}) THEN "
            f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ "
            "LANGUAGE plpgsql",
            f'CREATE TRIGGER "{self.name}" BEFORE {self.event} ON "{self.table}" '
            f'FOR EACH {each} EXECUTE FUNCTION "{self.name}_refuse"()',
        ]

    def drop(self, vendor: str) -> list[str]:
        """Return the statements that remove the trigger, if it is there."""
        if vendor == "sqlite":
            return [f'DROP TRIGGER IF EXISTS "{self.name}"']
        return [
            f'DROP TRIGGER IF EXISTS "{self.name}" ON "{self.table}"',
            f'DROP FUNCTION IF EXISTS "{self.name}_refuse"()',
        ]


def declare(*declared: Trigger) -> tuple[Trigger, ...]:
    """Enter triggers into the registry and return them, for the migration that installs them."""
    for trigger in declared:
        triggers.register(trigger.name)(trigger)
    return declared


def install(schema_editor: BaseDatabaseSchemaEditor, wanted: Iterable[Trigger]) -> None:
    """Create the triggers; called from a migration."""
    _run(schema_editor.connection, wanted, create=True)


def remove(schema_editor: BaseDatabaseSchemaEditor, wanted: Iterable[Trigger]) -> None:
    """Drop the triggers; called when a migration is undone."""
    _run(schema_editor.connection, wanted, create=False)


def _run(connection: BaseDatabaseWrapper, wanted: Iterable[Trigger], *, create: bool) -> None:
    vendor = connection.vendor
    with connection.cursor() as cursor:
        for trigger in wanted:
            for statement in trigger.create(vendor) if create else trigger.drop(vendor):
                cursor.execute(statement)
