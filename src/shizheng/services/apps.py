"""The room of the case engine."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

REGISTERING = (
    "access", "doors", "effects", "guards", "measures", "permissions", "personal", "searchable",
)  # fmt: skip
"""Modules of these names, in the room and its subjects, enter something into a registry."""


class ServicesConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.services"
    label = "services"

    def ready(self) -> None:
        """Enter permissions, policies, effects, guards and texts of the search."""
        for module in modules_called(*REGISTERING):
            import_module(module)


def modules_called(*names: str) -> list[str]:
    """Return the dotted names of the room's modules of these names, in a stable order."""
    room = Path(__file__).parent
    found = [file for name in names for file in room.rglob(f"{name}.py")]
    return sorted(
        ".".join(("shizheng.services", *file.relative_to(room).with_suffix("").parts))
        for file in found
        if "migrations" not in file.parts
    )
