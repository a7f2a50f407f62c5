"""What people may do with the city's things, in words that end a sentence."""

from shizheng.core.permissions import permissions
from shizheng.kernel.errors import N_

for name, words in {
    "places.view_internal": N_("see registers and fields that are not public"),
    "places.view_restricted": N_("see restricted fields and exact places of the agency"),
    "places.edit_register": N_("record and change things in the agency's registers"),
    "places.decide_proposal": N_("decide on changes that others propose"),
    "places.apply_digging": N_("apply for permits to dig up roads"),
    "places.report_leak": N_("report leaks of industrial pipelines"),
    "places.receive_leak": N_("be told of leaks and act on them for the agency"),
    "places.review_digging": N_("decide on permits to dig up the agency's roads"),
    "places.import_register": N_("take files into the agency's registers"),
    "places.manage_property": N_("keep the ledger, contracts and idle space of the agency"),
    "places.answer_land_enquiry": N_("answer investors who ask about industrial land"),
    "places.do_upkeep": N_("inspect and repair the things that the agency looks after"),
    "places.lead_upkeep": N_("plan rounds, give out and verify repairs, keep stock"),
    "places.open_rescue_plan": N_("open rescue plans of buildings (the reading is noted)"),
    "places.manage_booking": N_("see, cancel and close bookings of the agency's places"),
}.items():
    permissions.register(name)(words)
