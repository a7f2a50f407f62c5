"""What people may do with information security, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "plan.view_security": N_("see systems, findings and incidents of information security"),
    "plan.edit_security": N_("keep systems, findings and incidents of information security"),
    "plan.lead_security": N_("lead information security: close incidents, share indicators"),
}.items():
    permissions.register(name)(words)
