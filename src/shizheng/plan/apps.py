"""The room of the city's plan."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Registers the room with Django."""

    name = "shizheng.plan"
    label = "plan"

    def ready(self) -> None:
        """Enter the room's permissions, policies and triggers."""
        from shizheng.plan import access, measures, permissions  # noqa: F401 - registers them
        from shizheng.plan.advance import searchable as projects  # noqa: F401 - registers it
        from shizheng.plan.directives import access as directives  # noqa: F401 - registers them
        from shizheng.plan.directives import (  # noqa: F401 - registers them
            evidence,
            guards,
            searchable,
        )
        from shizheng.plan.evaluation import access as evaluation  # noqa: F401 - registers them
        from shizheng.plan.evaluation import evidence as of_rounds  # noqa: F401 - registers it
        from shizheng.plan.evaluation import guards as kept_of_rounds  # noqa: F401 - registers them
        from shizheng.plan.evaluation import permissions as for_rounds  # noqa: F401 - registers them
        from shizheng.plan.evidence import figures, indicators  # noqa: F401 - registers them
        from shizheng.plan.quarters import access as quarters  # noqa: F401 - registers it
        from shizheng.plan.quarters import guards as kept_of_quarters  # noqa: F401 - registers them
        from shizheng.plan.quarters import permissions as for_quarters  # noqa: F401 - registers it
        from shizheng.plan.quarters import searchable as quarters_found  # noqa: F401 - registers it
        from shizheng.plan.security import access as of_security  # noqa: F401 - registers them
        from shizheng.plan.security import evidence as told  # noqa: F401 - registers it
        from shizheng.plan.security import guards as kept_of_security  # noqa: F401 - registers them
        from shizheng.plan.security import permissions as for_security  # noqa: F401 - registers them
        from shizheng.plan.works import access as works  # noqa: F401 - registers them
        from shizheng.plan.works import evidence as of_works  # noqa: F401 - registers it
        from shizheng.plan.works import guards as kept_of_works  # noqa: F401 - registers them
        from shizheng.plan.works import permissions as for_works  # noqa: F401 - registers them
