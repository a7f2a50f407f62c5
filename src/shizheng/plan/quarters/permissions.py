"""What people may do with quarters, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

permissions.register("plan.close_quarter")(N_("close a quarter of the plan and correct it"))
