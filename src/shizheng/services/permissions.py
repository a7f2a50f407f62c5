"""What people may do with services and cases, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "services.view_case": N_("see cases of the agency"),
    "services.view_personal_case": N_("see personal cases of the agency"),
    "services.act_on_case": N_("act on cases of the agency"),
    "services.take_intake": N_("take in reports and applications for others"),
    "services.review_case": N_("answer in a joint review"),
    "services.assign_case": N_("assign cases to people"),
    "services.link_cases": N_("link and unlink cases"),
    "services.hold_case": N_("keep a case beyond its retention"),
    "services.view_load": N_("see the load and lateness of an agency"),
    "services.publish_service": N_("publish versions of services"),
    "services.edit_knowledge": N_("change the knowledge base"),
    "services.take_calls": N_("take calls"),
    "services.acknowledge_dispatch": N_("answer for a crew on duty"),
    "services.keep_village": N_("keep the records of a village"),
    "services.refund_payment": N_("pay money back"),
    "services.issue_output": N_("issue and revoke documents"),
    "services.export_cases": N_("export cases"),
}.items():
    permissions.register(name)(words)
