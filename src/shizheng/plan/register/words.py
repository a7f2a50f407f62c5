"""The words for the codes of the register, as readers meet them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = {
    "service": _("Service"),
    "register": pgettext_lazy("plan", "Register"),
    "programme": _("Programme"),
    "named_system": _("Named system"),
    "observation": _("Observation"),
    "model": _("Model"),
}
LIGHTS = {
    "green": pgettext_lazy("light", "On course"),
    "yellow": pgettext_lazy("light", "Attention"),
    "red": pgettext_lazy("light", "Behind"),
    "grey": pgettext_lazy("light", "No evidence"),
}
COMMITMENT_KINDS = {
    "deliver": _("Deliver"),
    "sustain": _("Keep up"),
    "reduce": _("Reduce"),
    "comply": _("Comply"),
    "study": _("Study"),
}
DIRECTIONS = {
    "at_least": _("at least"),
    "at_most": _("at most"),
    "exactly": _("exactly"),
}
ENGINES = {
    "plan": _("plan and directives"),
    "services": _("cases and services"),
    "places": _("registers and maps"),
    "sensing": _("sensors and warnings"),
    "finance": _("money"),
    "records": _("documents, meetings and law"),
    "emergency": _("emergencies"),
    "mobility": _("transport"),
    "participation": _("taking part"),
    "workforce": _("people and training"),
    "statistics": _("statistics and open data"),
    "models": _("models"),
}
SOURCES = {
    "milestone": _("milestone"),
    "commitment": _("commitment"),
    "directive": _("directive"),
    "directive_report": _("progress report"),
    "indicator": _("figure"),
    "public_work": _("public work"),
    "security": _("information security"),
    "evaluation": _("evaluation"),
    "control_finding": _("finding of control or audit"),
    "advance_review": _("advance review"),
}
STATES = {
    "fresh": pgettext_lazy("evidence", "fresh"),
    "stale": pgettext_lazy("evidence", "stale"),
    "empty": pgettext_lazy("evidence", "empty"),
    "contradicts": pgettext_lazy("evidence", "contradicts"),
}
CADENCES = {
    "year": _("every year"),
    "half": _("every half-year"),
    "quarter": _("every quarter"),
    "month": _("every month"),
    "week": _("every week"),
    "day": _("every day"),
}
EDITION_STATES = {
    "draft": _("Draft"),
    "adopted": _("In force"),
    "superseded": _("Replaced"),
}
PAIR_KINDS = {
    "same": _("unchanged"),
    "changed": _("reworded"),
    "moved": _("moved"),
    "split": _("split off"),
    "merged": _("merged"),
    "added": _("new"),
    "removed": _("left out"),
}
GAP_WORDS = {
    "commitment": _("a commitment with its owner"),
    "due": _("a due date"),
    "indicator": _("an indicator whose source is named, on the commitment with the due date"),
    "weights": _("weights that add to 100"),
}
SYSTEM_STATES = {
    "passing": _("passes"),
    "failing": _("fails"),
    "none": _("none yet"),
}
WORDS = {
    "gap": GAP_WORDS,
    "item": KINDS,
    "commitment": COMMITMENT_KINDS,
    "direction": DIRECTIONS,
    "room": ENGINES,
    "source": SOURCES,
    "state": STATES,
    "cadence": CADENCES,
    "edition": EDITION_STATES,
    "pair": PAIR_KINDS,
    "system": SYSTEM_STATES,
}
