"""Background work of the room."""

from shizheng.plan.directives import tasks as directives  # noqa: F401 - enters its jobs
from shizheng.plan.quarters import making  # noqa: F401 - enters its job
from shizheng.plan.register import tasks as register  # noqa: F401 - enters its jobs
from shizheng.plan.security import tasks as security  # noqa: F401 - enters its jobs
from shizheng.plan.works import tasks as works  # noqa: F401 - enters its jobs
