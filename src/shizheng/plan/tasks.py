"""Background work of the room."""

from shizheng.plan.directives import tasks  # noqa: F401 - enters its jobs
