"""What people may do with public works, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "plan.edit_work": N_("register public works and report on them"),
    "plan.adopt_curve": N_("decide on the planned progress of works"),
    "plan.audit_works": N_("audit public works"),
}.items():
    permissions.register(name)(words)
