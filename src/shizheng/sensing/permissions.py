"""What people may do with what the city senses, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "sensing.view_internal": N_("see sensors and readings that are not public"),
    "sensing.manage_things": N_("keep the agency's sensors, their streams and their gateways"),
    "sensing.answer_warning": N_("see and answer the warnings of the agency"),
    "sensing.hold_drill": N_("hold drills of the warnings of the agency"),
}.items():
    permissions.register(name)(words)
