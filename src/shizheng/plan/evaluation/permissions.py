"""What people may do with evaluations, findings and advance reviews, in words ending a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "plan.run_evaluation": N_("run evaluations and record findings"),
    "plan.answer_evaluation": N_("answer evaluations and findings"),
    "plan.score_review": N_("score as a reviewer"),
    "plan.propose_project": N_("propose projects for advance review"),
    "plan.run_advance_review": N_("decide on advance reviews"),
}.items():
    permissions.register(name)(words)
