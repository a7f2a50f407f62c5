"""The room of the city's plan."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.plan"
    label = "plan"

    def ready(self) -> None:
        """Enter the room's permissions, policies and triggers."""
        from shizheng.plan import access, permissions  # noqa: F401 - registers them
        from shizheng.plan.directives import access as directives  # noqa: F401 - registers them
        from shizheng.plan.directives import (  # noqa: F401 - registers them
            evidence,
            guards,
            searchable,
        )
