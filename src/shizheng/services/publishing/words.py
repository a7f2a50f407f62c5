"""What stands in a definition, said in words: who, when, what follows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.core.models import Agency, Role
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.services.definitions import Service as Definition
from shizheng.services.schema.flow import Effect

HOLDERS = {
    "office": gettext_lazy("With the office"),
    "applicant": gettext_lazy("With the applicant"),
    "agency": gettext_lazy("With another agency"),
    "nobody": gettext_lazy("With nobody: ended"),
}
OUTCOMES = {
    "completed": gettext_lazy("Done as asked"),
    "refused": pgettext_lazy("services", "Refused"),
    "withdrawn": pgettext_lazy("services", "Withdrawn"),
    "lapsed": gettext_lazy("Lapsed"),
    "no_action": gettext_lazy("Nothing to be done"),
    "referred": gettext_lazy("Passed on"),
    "duplicate": gettext_lazy("Joined to another"),
}
ACTORS = {
    "applicant": gettext_lazy("the applicant"),
    "public": gettext_lazy("anybody"),
    "system": gettext_lazy("the system by itself"),
    "crew": gettext_lazy("the crew sent"),
}
TOLD = {
    "applicant": gettext_lazy("the applicant"),
    "linked": gettext_lazy("all who reported the same"),
    "followers": gettext_lazy("all who follow it"),
    "assignee": gettext_lazy("the officer in charge"),
    "agency": gettext_lazy("the agency in charge"),
    "owner": gettext_lazy("the agency that looks after the service"),
}
FIELD_KINDS = {
    "text": gettext_lazy("a line of text"),
    "long_text": gettext_lazy("text"),
    "integer": gettext_lazy("a whole number"),
    "decimal": gettext_lazy("a number"),
    "money": gettext_lazy("an amount of money"),
    "date": gettext_lazy("a day"),
    "time": gettext_lazy("a time of day"),
    "moment": gettext_lazy("a day and time"),
    "bool": gettext_lazy("yes or no"),
    "choice": gettext_lazy("one of"),
    "choices": gettext_lazy("any of"),
    "file": gettext_lazy("files"),
    "point": gettext_lazy("a point on the map"),
    "line": gettext_lazy("a line on the map"),
    "polygon": gettext_lazy("an area on the map"),
    "table": gettext_lazy("a table"),
    "email": gettext_lazy("an e-mail address"),
    "phone": gettext_lazy("a telephone number"),
    "address": gettext_lazy("an address"),
    "area": gettext_lazy("a district or village"),
    "tw_id": gettext_lazy("a national identity number"),
    "tw_residence": gettext_lazy("a residence number"),
    "tw_business": gettext_lazy("a business number"),
    "tw_parcel": gettext_lazy("a parcel number"),
}
CHANNELS = {
    "web": gettext_lazy("the web"),
    "counter": gettext_lazy("the counter"),
    "phone": gettext_lazy("telephone"),
    "api": gettext_lazy("programs"),
    "batch": gettext_lazy("files"),
    "system": gettext_lazy("another case"),
}
DRAFTS_FATE = {
    "fast_forward": gettext_lazy(
        "Half-filled forms go on under this version; people see what changed."
    ),
    "stay": gettext_lazy("Half-filled forms stay under the version they were begun with."),
    "discard": gettext_lazy("Half-filled forms are discarded; people are told."),
}  # fmt: skip
CASES_FATE = {
    "stay": gettext_lazy("Open cases end under the version they were begun with."),
    "migrate": gettext_lazy("Open cases move to this version as declared."),
}


def code(text: object) -> SafeString:
    """Return a key or condition as it stands in the file."""
    return format_html("<code>{}</code>", text)


def lines(parts: Iterable[object]) -> SafeString:
    """Return several words, each on a line of its own."""
    return format_html_join("", "<span class='line'>{}</span>", ((each,) for each in parts))


def amount(text: str) -> str:
    """Return an amount of time in words: ``3wd`` as “3 working days”."""
    try:
        found = Amount.parse(text)
    except DomainError:
        return text
    return in_language({"zh-Hant": found.zh, "en": found.en})


class Names:
    """Names of roles and agencies by their codes, read once for a page."""

    def __init__(self) -> None:
        self.roles: dict[str, Any] = dict(Role.objects.values_list("code", "name"))
        self.agencies: dict[str, Any] = dict(Agency.objects.values_list("code", "name"))

    def actor(self, key: str) -> str:
        """Return who a word of `by` or `to` means."""
        word = ACTORS.get(key) or TOLD.get(key)
        return str(word) if word else in_language(self.roles.get(key)) or key

    def agency(self, key: object) -> str:
        """Return the name of an agency."""
        return in_language(self.agencies.get(str(key))) or str(key)


def label(parts: Mapping[str, Any], key: object) -> str:
    """Return the label of a part of a definition by its key, else the key."""
    found = parts.get(str(key))
    return in_language(found.label) if found is not None else str(key)


def effect_words(definition: Definition, effect: Effect, names: Names) -> str:
    """Return what follows from an act, as a sentence."""
    teller = _EFFECTS.get(effect.name)
    return teller(definition, effect.value, names) if teller else effect.name


Teller = Callable[[Definition, Any, Names], str]


def _of(sentence: object, part: str) -> Teller:
    """Return how an effect on a named part is told, such as a clock."""
    return lambda definition, value, names: str(sentence).format(
        name=label(getattr(definition, part), value)
    )


def _notify(definition: Definition, value: Any, names: Names) -> str:
    return _("tells {who} ({template})").format(
        who=names.actor(str(value.to)), template=value.template
    )


def _route(definition: Definition, value: Any, names: Names) -> str:
    if value.agency:
        return _("goes to {agency}").format(agency=names.agency(value.agency))
    return _("goes to the agency chosen, else by the rules")


def _issue(definition: Definition, value: Any, names: Names) -> str:
    name = label(definition.outputs, value.output)
    told = _("issues the document “{name}”").format(name=name)
    return f"{told} [{value.when}]" if value.when else told


def _review(definition: Definition, value: Any, names: Names) -> str:
    name = label(definition.reviews, value.review)
    if value.again == "returned":
        return _("asks those again who returned “{name}”").format(name=name)
    return _("begins the joint review “{name}”").format(name=name)


def _assign(definition: Definition, value: Any, names: Names) -> str:
    return {
        "actor": _("is assigned to who acts"),
        "nobody": _("is assigned to nobody"),
    }.get(value, _("is assigned to the person chosen"))


def _dispatch(definition: Definition, value: Any, names: Names) -> str:
    return {
        "crew": _("sends the crew on duty"),
        "again": _("sends another crew"),
    }.get(value, _("calls the crew back"))


_EFFECTS: Mapping[str, Teller] = {
    "pause": _of(gettext_lazy("pauses the clock “{name}”"), "clocks"),
    "resume": _of(gettext_lazy("lets the clock “{name}” go on"), "clocks"),
    "restart": _of(gettext_lazy("starts the clock “{name}” anew"), "clocks"),
    "stop": _of(gettext_lazy("stops the clock “{name}”"), "clocks"),
    "extend": _of(gettext_lazy("extends the clock “{name}”"), "clocks"),
    "charge": _of(gettext_lazy("asks for the fee “{name}”"), "fees"),
    "refund": _of(gettext_lazy("pays back the fee “{name}”"), "fees"),
    "close_review": _of(gettext_lazy("closes the joint review “{name}”"), "reviews"),
    "complete_step": _of(gettext_lazy("completes the step “{name}”"), "steps"),
    "book": _of(gettext_lazy("books “{name}”"), "bookings"),
    "release": _of(gettext_lazy("releases “{name}”"), "bookings"),
    "act": _of(gettext_lazy("then the system does “{name}”"), "actions"),
    "notify": _notify,
    "route": _route,
    "issue": _issue,
    "revoke": lambda definition, value, names: _("revokes the document “{name}”").format(
        name=label(definition.outputs, value.output)
    ),
    "start_review": _review,
    "assign": _assign,
    "dispatch": _dispatch,
    "begin_steps": lambda definition, value, names: _("begins the steps of the master case"),
    "spawn": lambda definition, value, names: _("opens a linked case of {service}").format(
        service=value.service
    ),
    "escalate": lambda definition, value, names: _("tells the next chief: {who}").format(
        who=names.actor(str(value.to))
    ),
    "hand_over_marks": lambda definition, value, names: _("hands over the open marks"),
}
