"""Registers that a viewer may know of, with what their declarations say."""

from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet

from shizheng.core.access import Person, Viewer, policies
from shizheng.core.models import PublishedDefinition
from shizheng.core.prepared import Prepared, Slot
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


def register_seen(viewer: Person, code: str) -> Register | None:
    """Return the register of the pack with a code, if ``viewer`` may know of it.

    The version of its layer is read with it.
    """
    meant = _register(policies["places.register"].condition(Viewer(viewer)))
    return next(iter(meant.all(code=code)), None)


@lru_cache(maxsize=256)
def _register(seen: Q) -> Prepared[Register]:
    """Return the query of those who see as much."""
    code = Slot("code", Register._meta.get_field("code"))
    rows = Register.objects.meeting(seen).filter(is_kept=True, code=code)
    return Prepared(lambda: rows.select_related("layer_version").order_by())


def body_of(register: Register) -> RegisterBody:
    """Return what the declaration in force says of a register."""
    return _declared(register.current_id)[0]


def version_of(register: Register) -> int:
    """Return which version of a register's declaration is in force."""
    return _declared(register.current_id)[1]


@lru_cache(maxsize=256)
def _declared(definition: UUID) -> tuple[RegisterBody, int]:
    """A published version never changes, so that it is read once."""
    row = PublishedDefinition.objects.get(pk=definition)
    return RegisterBody.model_validate(row.body), row.version


def mappings_of(register: Register) -> list[RegisterImport]:
    """Return the newest version of every mapping of a file that fills a register."""
    newest: dict[str, RegisterImport] = {}
    rows = PublishedDefinition.objects.filter(kind="register_import").order_by("version")
    for row in rows:
        if row.body.get("register") == register.code:
            newest[row.identifier] = RegisterImport.model_validate(row.body)
    return [newest[name] for name in sorted(newest)]
