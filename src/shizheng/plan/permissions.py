"""What people may do with the plan, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "plan.view_internal": N_("see the plan's internal working records"),
    "plan.view_restricted": N_("see restricted records of the plan"),
    "plan.import_outline": N_("import an outline"),
    "plan.adopt_edition": N_("adopt an edition of the plan"),
    "plan.write_draft": N_("write commitments on a draft of the plan"),
    "plan.edit_commitment": N_("change a commitment"),
    "plan.override_light": N_("set a note beside a light"),
    "plan.issue_directive": N_("issue a directive"),
    "plan.report_progress": N_("report progress"),
    "plan.countersign_report": N_("countersign a progress report"),
    "plan.return_report": N_("return a progress report"),
    "plan.request_extension": N_("ask for an extension"),
    "plan.decide_extension": N_("decide on an extension"),
    "plan.release_directive": N_("release a directive"),
    "plan.reopen_directive": N_("reopen a directive"),
    "plan.lock_period": N_("lock a reporting period"),
}.items():
    permissions.register(name)(words)
