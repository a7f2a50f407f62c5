"""Words of conditions, severities and states, as pages show them."""

from django.utils.translation import gettext_lazy as _

from shizheng.places.models import FaultReport, RoundList, WorkOrder

CONDITIONS = {"good": _("Good"), "fair": _("Fair"), "poor": _("Poor")}
SEVERITIES = {"urgent": _("Urgent"), "serious": _("Serious"), "minor": _("Minor")}
STATES = {
    WorkOrder.State.OPEN: _("Not given out yet"),
    WorkOrder.State.ASSIGNED: _("Given out"),
    WorkOrder.State.IN_WORK: _("In work"),
    WorkOrder.State.DONE: _("Repaired, to be verified"),
    WorkOrder.State.VERIFIED: _("Verified"),
    WorkOrder.State.CANCELLED: _("Cancelled"),
}
SOURCES = {
    FaultReport.Source.INSPECTION: _("Inspection"),
    FaultReport.Source.PUBLIC: _("Resident"),
    FaultReport.Source.STAFF: _("Staff"),
    FaultReport.Source.SENSOR: _("Sensor"),
}
LIST_STATES = {
    RoundList.State.OPEN: _("Open"),
    RoundList.State.DONE: _("Done"),
    RoundList.State.CANCELLED: _("Cancelled"),
}
