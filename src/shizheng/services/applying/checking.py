"""The answers of a draft for the page on which they are checked before they are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.services.actions.documents import ATTACHMENT
from shizheng.services.applying.filling import (
    CHECK,
    CONTACT,
    PLACE,
    PROXY,
    WORDS,
    Filling,
    FormPart,
)
from shizheng.services.applying.showing import Row, answer_rows, answer_shown
from shizheng.services.models import CaseParty, Draft
from shizheng.services.schema.form import POWER_OF_ATTORNEY


@dataclass(frozen=True, slots=True)
class Section:
    """One part with its answers, where they are changed, and what is wrong with them."""

    title: str
    rows: Sequence[Row]
    address: str
    faults: Sequence[str]


def checked(
    filling: Filling, draft: Draft, faulty: Mapping[str, Sequence[str]]
) -> list[Section]:  # fmt: skip
    """Return every part that was to be filled in, with its answers."""
    return [
        Section(
            part.title,
            _rows(filling, part),
            reverse("services:draft_part", args=[draft.pk, part.key]) + "?return=check",
            faulty.get(part.key, ()),
        )
        for part in filling.parts
        if part.key != CHECK
    ]


def _rows(filling: Filling, part: FormPart) -> list[Row]:
    if part.key == PLACE:
        return _place_rows(filling)
    if part.key == WORDS:
        return _words_rows(filling)
    if part.key == CONTACT:
        return _contact_rows(filling)
    if part.key == PROXY:
        return _proxy_rows(filling)
    assert part.page is not None  # noqa: S101 - every other part was handled before
    fields = [each for each in part.page.fields if each.id in filling.found.shown]
    vocabulary, files = filling.definition.vocabulary, filling.entries.files
    return [
        Row(
            in_language(each.label),
            answer_shown(
                each, _value(filling, each.id), vocabulary, files=files.get(each.id, ())
            ) or gettext("No answer"),
        )
        for each in fields
    ]  # fmt: skip


def _value(filling: Filling, key: str) -> object:
    """Return an answer as it was read, or as it was typed where it cannot be read."""
    values = filling.found.values
    return values[key] if key in values else filling.entries.answers.get(key)


def _place_rows(filling: Filling) -> list[Row]:
    place = filling.entries.place
    if not place.is_given:
        return [Row(pgettext("services", "Place"), gettext("Not given"))]
    rows = []
    codes = [code for code in (place.district, place.village) if code]
    names = {area.code: in_language(area.name) for area in Area.objects.filter(code__in=codes)}
    if codes:
        listed = " ".join(names.get(code, code) for code in codes)
        rows.append(Row(gettext("District and village"), listed))
    if place.address:
        rows.append(Row(gettext("Address or description of the place"), place.address))
    if place.longitude is not None:
        shown = f"{place.longitude:.5f}, {place.latitude:.5f}"
        rows.append(Row(gettext("Longitude and latitude"), shown))
    return rows


def _words_rows(filling: Filling) -> list[Row]:
    entries = filling.entries
    values = {"description": entries.description}
    files = {ATTACHMENT: entries.files.get(ATTACHMENT, ())}
    return answer_rows(filling.words_fields, values, filling.definition.vocabulary, files=files)


def _proxy_rows(filling: Filling) -> list[Row]:
    entries = filling.entries
    if entries.by_proxy is None:
        return [Row(gettext("Proxy"), gettext("None: the applicant came in person."))]
    files = {POWER_OF_ATTORNEY.id: entries.files.get(POWER_OF_ATTORNEY.id, ())}
    return answer_rows(
        filling.proxy_fields, entries.proxy, filling.definition.vocabulary, files=files
    )


def _contact_rows(filling: Filling) -> list[Row]:
    contact = filling.entries.contact
    ways = dict(CaseParty.NoticeBy.choices)
    rows = [
        (pgettext("services", "Name"), contact.name),
        (gettext("E-mail address"), contact.email),
        (gettext("Telephone number"), contact.phone),
        (gettext("Told by"), str(ways.get(contact.notice_by, ""))),
    ]
    return [Row(label, value) for label, value in rows if value]
