"""Registers that a viewer may know of, with what their declarations say."""

from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from shizheng.core.access import Person
from shizheng.core.models import PublishedDefinition
from shizheng.places.definitions import RegisterBody, RegisterImport
from shizheng.places.models import Register


def registers_seen(viewer: Person) -> QuerySet[Register]:
    """Registers of the pack that ``viewer`` may know of, in the pack's order."""
    return (
        Register.objects.visible_to(viewer)
        .filter(is_kept=True)
        .select_related("owner", "current")
        .order_by("position", "code")
    )


def body_of(register: Register) -> RegisterBody:
    """Return what the declaration in force says of a register."""
    return _body(register.current_id)


@lru_cache(maxsize=256)
def _body(definition: UUID) -> RegisterBody:
    """A published version never changes, so that it is read once."""
    row = PublishedDefinition.objects.get(pk=definition)
    return RegisterBody.model_validate(row.body)


def mappings_of(register: Register) -> list[RegisterImport]:
    """Return the newest version of every mapping of a file that fills a register."""
    newest: dict[str, RegisterImport] = {}
    rows = PublishedDefinition.objects.filter(kind="register_import").order_by("version")
    for row in rows:
        if row.body.get("register") == register.code:
            newest[row.identifier] = RegisterImport.model_validate(row.body)
    return [newest[name] for name in sorted(newest)]
