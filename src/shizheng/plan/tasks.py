"""Background work of the room."""

from shizheng.plan.directives import tasks as directives  # noqa: F401 - enters its jobs
from shizheng.plan.register import tasks as register  # noqa: F401 - enters its jobs
