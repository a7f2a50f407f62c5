"""Kinds, findings, steps and classes of emissions and waters, in the reader's words."""

from django.utils.translation import gettext_lazy as _

from shizheng.sensing.domain.river_index import Pollution
from shizheng.sensing.models import DischargePermit, Exceedance, SampleStep

KINDS = {DischargePermit.Kind.STACK: _("Stack"), DischargePermit.Kind.OUTFALL: _("Outfall")}
FINDINGS = {
    Exceedance.Finding.VIOLATION: _("The limit was exceeded"),
    Exceedance.Finding.INSTRUMENT: _("The instrument was wrong"),
    Exceedance.Finding.EXEMPT: _("Exempt: start-up, shut-down or calibration"),
}
STEPS = {
    SampleStep.Kind.TAKEN: _("Taken on site"),
    SampleStep.Kind.HANDED: _("Handed over"),
    SampleStep.Kind.RECEIVED: _("Received by the laboratory"),
    SampleStep.Kind.ANALYSED: _("Analysed"),
    SampleStep.Kind.RELEASED: _("Results released"),
}
CLASSES = {
    Pollution.UNPOLLUTED: _("not or slightly polluted"),
    Pollution.LIGHT: _("lightly polluted"),
    Pollution.MODERATE: _("moderately polluted"),
    Pollution.SEVERE: _("severely polluted"),
}
LIGHTS = {
    Pollution.UNPOLLUTED: "green", Pollution.LIGHT: "yellow", Pollution.MODERATE: "yellow",
    Pollution.SEVERE: "red",
}  # fmt: skip
TRENDS = {"better": _("better"), "worse": _("worse"), "same": _("the same"), "": "–"}
