"""What people may do with what the city senses, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "sensing.view_internal": N_("see sensors and readings that are not public"),
    "sensing.manage_things": N_("keep the agency's sensors, their streams and their gateways"),
    "sensing.answer_warning": N_("see and answer the warnings of the agency"),
    "sensing.hold_drill": N_("hold drills of the warnings of the agency"),
    "sensing.ask_footage": N_("ask for footage of security cameras, for a case"),
    "sensing.approve_footage": N_("decide on requests for footage of the agency's cameras"),
    "sensing.keep_footage": N_("hand out footage of the agency's cameras, marked, and delete it"),
    "sensing.keep_devices": N_("keep the agency's enforcement devices and their certificates"),
    "sensing.enforce": N_("see and record violations, checkpoints and stops of the agency"),
    "sensing.issue_violation": N_("issue what the agency's enforcement devices recorded"),
}.items():
    permissions.register(name)(words)
