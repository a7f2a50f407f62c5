"""A form being filled in: its parts, what is asked under the answers so far, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from shizheng.core.words import in_language, language_tag
from shizheng.services import city
from shizheng.services.actions.documents import ATTACHMENT
from shizheng.services.actions.opening import ByProxy, Contact
from shizheng.services.applying.forms import KeptFile
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import intake
from shizheng.services.domain.answers import Answers, calculate, read_form, read_given
from shizheng.services.domain.facts import Facts, PlaceFacts
from shizheng.services.models import Case
from shizheng.services.places import Place, locate, place_facts
from shizheng.services.schema.form import POWER_OF_ATTORNEY, Field, FieldKind, Page
from shizheng.services.schema.service import Channel

PLACE, WORDS, CONTACT, CHECK = "the-place", "your-words", "your-contact", "check-answers"
PROXY = "the-proxy"
"""Parts beside the pages; with hyphens, which no page's id has."""
DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class FormPart:
    """One page that the person sees (部分): one subject."""

    key: str
    title: str
    page: Page | None = None


@dataclass(slots=True)
class Entries:
    """What was filled in (填寫內容): of a draft, or of a case that is corrected."""

    channel: str = "web"
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Sequence[KeptFile]] = field(default_factory=dict)
    description: str = ""
    place: Place = field(default_factory=Place)
    contact: Contact = field(default_factory=Contact)
    proxy: Mapping[str, Any] = field(default_factory=dict)
    is_signed_in: bool = False

    @property
    def by_proxy(self) -> ByProxy | None:
        """Who acts for the applicant; None where nobody is named."""
        said = {key: str(value or "").strip() for key, value in self.proxy.items()}
        if not said.get("proxy_name"):
            return None
        contact = Contact(
            name=said["proxy_name"][:80],
            email=said.get("proxy_email", ""),
            phone=said.get("proxy_phone", ""),
        )
        return ByProxy(contact, said.get("proxy_paper", "")[:200])


class Filling:
    """A definition's form with what was filled in so far."""

    def __init__(
        self,
        definition: Definition,
        entries: Entries,
        *,
        at: datetime,
        facts_of_case: Facts | None = None,
    ) -> None:
        """Join a form with what was filled in.

        Args:
            facts_of_case: what rules see of the case that is corrected; then the pages alone
                are asked.
        """
        self.definition, self.entries, self.at = definition, entries, at
        self.facts_of_case = facts_of_case

    @cached_property
    def facts(self) -> Facts:
        """Return what rules see before there is a case, or of the case that is corrected."""
        if self.facts_of_case is not None:
            return self.facts_of_case
        local, entries = self.at.astimezone(city.zone()), self.entries
        return Facts(
            state=self.definition.start,
            channel=entries.channel,
            agency=str(self.definition.owner),
            opened_at=local,
            now=local,
            today=local.date(),
            opened_on=local.date(),
            place=self._place(),
            description=entries.description,
            attachment_count=len(entries.files.get(ATTACHMENT, ())),
            is_signed_in=entries.is_signed_in,
        )

    def _place(self) -> PlaceFacts:
        if not self.entries.place.is_given:
            return PlaceFacts()
        found = locate(self.entries.place, within_city=False)
        place = self.entries.place
        return place_facts(
            Case(
                district=found.district, village=found.village, zones=list(found.zones),
                longitude=place.longitude, address=place.address,
            )
        )  # fmt: skip

    def judge(
        self, raw: Mapping[str, Any], counts: Mapping[str, int], *, page: str | None = None
    ) -> Answers:
        """Return what the domain says of the whole form with ``raw`` in place of what was kept.

        Args:
            page: judge just this one.
        """
        known = self.definition.fields
        merged = {k: v for k, v in {**self.entries.answers, **raw}.items() if k in known}
        files = {key: len(kept) for key, kept in self.entries.files.items()} | dict(counts)
        return read_form(
            self.definition.pages, merged, vocabulary=self.definition.vocabulary,
            facts=self.facts, files=files, only_page=page,
        )  # fmt: skip

    @cached_property
    def found(self) -> Answers:
        """What the domain says of everything that was kept."""
        return self.judge({}, {})

    @cached_property
    def parts(self) -> list[FormPart]:
        """The parts that are to be filled in, in order; the check of the answers is the last."""
        asked = self.definition.intake
        parts = [
            FormPart(page.id, in_language(page.title), page)
            for page in self.definition.pages
            if any(each.id in self.found.shown and not each.compute for each in page.fields)
        ]
        if self.facts_of_case is not None:
            return [*parts, FormPart(CHECK, gettext("Check your answers"))]
        if asked.location:
            parts.append(FormPart(PLACE, gettext("The place")))
        if asked.description != "none" or asked.attachments:
            parts.append(FormPart(WORDS, self._words_title()))
        if asked.contact != "none":
            parts.append(FormPart(CONTACT, gettext("How to reach you")))
            if self.entries.channel == Channel.COUNTER:
                parts.append(FormPart(PROXY, gettext("Proxy")))
        return [*parts, FormPart(CHECK, gettext("Check your answers"))]

    def _words_title(self) -> str:
        asked = self.definition.intake
        if asked.description == "none":
            return gettext("Photos and papers")
        return gettext("Description and photos") if asked.attachments else gettext("Description")

    def part(self, key: str) -> FormPart | None:
        """Return the part with a key, None if it is not asked now."""
        return next((part for part in self.parts if part.key == key), None)

    def after(self, key: str) -> FormPart:
        """Return the part behind one; the check if it is gone."""
        keys = [part.key for part in self.parts]
        place = keys.index(key) if key in keys else len(keys) - 2
        return self.parts[min(place + 1, len(keys) - 1)]

    def before(self, key: str) -> FormPart | None:
        """Return the part before one."""
        keys = [part.key for part in self.parts]
        place = keys.index(key) if key in keys else 0
        return self.parts[place - 1] if place else None

    # Photos and words beside the form

    @property
    def words_fields(self) -> list[Field]:
        """The fields of the part with the description and the attachments."""
        asked, fields = self.definition.intake, []
        if asked.description != "none":
            fields.append(
                Field(
                    id=DESCRIPTION, kind=FieldKind.LONG_TEXT, max_length=4_000,
                    label=_words(gettext("What is the matter?")),
                    help=_words(gettext("A few sentences are enough. Leave out names of others.")),
                    required=asked.description == "required",
                )
            )  # fmt: skip
        if asked.attachments:
            fields.append(
                Field(
                    id=ATTACHMENT, kind=FieldKind.FILE, accept=asked.attachments.accept,
                    max_files=asked.attachments.max_files,
                    label=_words(gettext("Photos or papers")),
                    required=asked.attachments.required,
                )
            )  # fmt: skip
        return fields

    def judge_words(self, raw: Mapping[str, Any], counts: Mapping[str, int]) -> Answers:
        """Return what is wrong with description and attachments."""
        given = {key: value for key, value in raw.items() if key == DESCRIPTION}
        return read_given(
            self.words_fields, given, vocabulary=self.definition.vocabulary, facts=self.facts,
            files=counts,
        )  # fmt: skip

    # Who came to the counter for somebody else

    @property
    def proxy_fields(self) -> list[Field]:
        """The fields of the part about a proxy; none need be answered where nobody acts."""
        is_named = 'given.proxy_name != ""'
        return [
            Field(
                id="proxy_name", kind=FieldKind.TEXT, max_length=80,
                label=_words(gettext("Name of the proxy")),
                help=_words(gettext("Leave empty if the applicant came in person.")),
            ),
            Field(
                id="proxy_phone", kind=FieldKind.PHONE, label=_words(gettext("Telephone number"))
            ),
            Field(id="proxy_email", kind=FieldKind.EMAIL, label=_words(gettext("E-mail address"))),
            Field(
                id="proxy_paper", kind=FieldKind.TEXT, max_length=200, require_if=is_named,
                label=_words(gettext("Paper that was shown")),
                help=_words(
                    gettext("What it is and its date, such as “Power of attorney of 2 March 2020”.")
                ),
            ),
            POWER_OF_ATTORNEY,
        ]  # fmt: skip

    def judge_proxy(self, raw: Mapping[str, Any], counts: Mapping[str, int]) -> Answers:
        """Return what is wrong with what was said of a proxy."""
        return read_given(
            self.proxy_fields, raw, vocabulary=self.definition.vocabulary, facts=self.facts,
            files=counts,
        )  # fmt: skip

    # Whether it can be sent

    def faulty_parts(self) -> dict[str, list[str]]:
        """Return what is missing or wrong in words, by the key of the part."""
        from shizheng.core.words import said

        wrong: dict[str, list[str]] = {}
        page_of = {each.id: page.id for page in self.definition.pages for each in page.fields}
        for key, fault in self.found.faults.items():
            name = key.partition(".")[0]
            if name in page_of:
                label = in_language(self.definition.fields[name].label)
                words = gettext("{field}: {fault}").format(field=label, fault=said(fault).message)
                wrong.setdefault(page_of[name], []).append(words)
        if self.facts_of_case is not None:
            return wrong
        entries, asked = self.entries, self.definition.intake
        if asked.location and asked.location.required and not entries.place.is_given:
            wrong[PLACE] = [gettext("The place is missing.")]
        counts = {key: len(kept) for key, kept in entries.files.items()}
        words_found = self.judge_words({DESCRIPTION: entries.description}, counts)
        if words_found.faults and self.part(WORDS):
            wrong[WORDS] = [said(fault).message for fault in words_found.faults.values()]
        if self.part(PROXY):
            faults = self.judge_proxy(entries.proxy, counts).faults
            if faults:
                wrong[PROXY] = [said(fault).message for fault in faults.values()]
            if entries.by_proxy and not entries.contact.name:
                wrong[CONTACT] = [gettext("For whom the proxy acts is missing.")]
        if asked.contact == "required" and not entries.contact.is_given:
            wrong[CONTACT] = [gettext("A way to reach you is missing.")]
        return wrong

    def check_eligible(self) -> None:
        """Refuse who does not meet a condition of the service.

        Raises:
            NotEligible: with the definition's own reason.
        """
        intake.check_eligible(self.definition, self.scope())

    def scope(self) -> dict[str, Any]:
        """Return what expressions read of the answers so far, calculated values too."""
        from dataclasses import replace

        facts = replace(self.facts, answers=self.found.values)
        vocabulary = self.definition.vocabulary
        facts = replace(facts, calculated=calculate(self.definition, vocabulary, facts))
        return vocabulary.scope(facts)


def _words(text: str) -> dict[str, str]:
    """Return words of ours as a definition has them: those of the moment are enough."""
    return {"zh-Hant": text, language_tag(): text}
