"""Words for what happens to a case beside the acts of its definition; parties may read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HAPPENINGS: dict[str, Promise] = {
    "payment.received": _("Payment received"),
    "payment.expired": _("Fee not paid in time"),
    "output.made": _("Document made"),
    "output.failed": _("Document could not be made"),
    "output.revoked": _("Document revoked"),
    "review_answered": _("Joint review answered"),
    "closed_with_master": _("Closed with the case it was joined to"),
    "proxy_appointed": _("Proxy appointed, to be confirmed"),
    "proxy_confirmed": _("Proxy confirmed"),
    "proxy_entered": _("Proxy entered at the counter"),
    "proxy_ended": _("Part of a proxy ended"),
    "held": _("Kept beyond its time"),
    "released": _("Not kept beyond its time any more"),
    "anonymised": _("Personal data removed at the end of its time"),
    "step_changed": _("Step of the case changed"),
    "step_decided": _("Blocker decided"),
    "step_case": _("Case of a step opened or linked"),
    "step_late": _("Day promised for a step passed"),
}
"""Name of the event to its words (案件歷程用語)."""
