"""The room of tables that every other room needs."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.core"
    label = "core"

    def ready(self) -> None:
        """Enter the room's access policies and what it holds of people."""
        from shizheng.core import search  # noqa: F401 - registers its own
        from shizheng.core.people import access, personal  # noqa: F401 - registers them
