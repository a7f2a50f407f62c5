"""What people may do with figures, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "statistics.view_internal": N_("see figures that are not public"),
    "statistics.view_embargoed": N_("see figures before their release"),
    "statistics.enter_figure": N_("enter figures of the agency"),
    "statistics.sign_figure": N_("sign off figures of the agency"),
    "statistics.publish_dataset": N_("publish datasets of the agency"),
    "statistics.manage_survey": N_("lead surveys of the agency"),
    "statistics.enumerate_survey": N_("visit addresses for a survey"),
    "statistics.read_survey_record": N_("read what one household answered"),
    "statistics.answer_person": N_("answer people about the data that is held of them"),
}.items():
    permissions.register(name)(words)
