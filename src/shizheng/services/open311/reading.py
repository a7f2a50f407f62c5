"""Reading what a program sends: a service request as an intake of the case engine."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator, validate_email
from django.http import HttpRequest
from django.utils import timezone

from shizheng.core.models import Area
from shizheng.kernel.errors import N_
from shizheng.kernel.text import fold, normalise
from shizheng.services.actions.documents import ATTACHMENT, Upload
from shizheng.services.actions.opening import LONGEST_DESCRIPTION, Contact, Intake
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.answers import Choosable
from shizheng.services.open311.describing import AS_JSON
from shizheng.services.open311.errors import (
    AddressNotFound,
    FormExpected,
    MediaNotTaken,
    ParameterTooLong,
    ParameterUnfit,
)
from shizheng.services.places import Place
from shizheng.services.schema.form import FieldKind
from shizheng.services.schema.service import Channel

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "")
MEDIA = ("media", "media[]", "media_file")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](\[[^\[\]]{0,10}\])?")
LONGEST = {"first_name": 40, "last_name": 40, "phone": 30, "address_string": 200, "media_url": 2000}
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a program sent: its parameters, the attributes of the service, files."""

    values: Mapping[str, str]
    attributes: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a parameter as it is stored; nothing and not given are the same.

        Raises:
            ParameterTooLong: longer than is kept.
        """
        text = normalise(self.values.get(name, "")).strip()
        limit = LONGEST.get(name, LONGEST_DESCRIPTION)
        if len(text) > limit:
            raise ParameterTooLong(name=name, length=len(text), limit=limit)
        return text


def sent_by(request: HttpRequest) -> Sent:
    """Return what was sent: the form, and parameters in the address that it does not repeat.

    Raises:
        FormExpected: the body is something else.
    """
    if (request.content_type or "") not in FORMS:
        raise FormExpected(given=request.content_type)
    values: dict[str, str] = {}
    attributes: dict[str, list[str]] = {}
    for source in (request.GET, request.POST):
        for name, texts in source.lists():
            found = _ATTRIBUTE.fullmatch(name)
            if found:
                attributes[found[1]] = [normalise(str(text)) for text in texts]
            elif texts:
                values[name] = str(texts[-1])
    files: dict[str, list[Upload]] = {}
    for name, uploads in request.FILES.lists():
        found = _ATTRIBUTE.fullmatch(name)
        key = found[1] if found else ATTACHMENT if name in MEDIA else name
        files.setdefault(key, []).extend(map(_upload, uploads))
    return Sent(values, attributes, files)


def _upload(given: "UploadedFile[bytes]") -> Upload:
    return Upload(name=given.name or "media", content=given, size=given.size or 0)


def intake_of(sent: Sent, definition: Definition, *, client: str) -> Intake:
    """Return a service request as an intake.

    Args:
        client: name of the program, if it gave a key.

    Raises:
        ParameterUnfit, ParameterTooLong, AddressNotFound, MediaNotTaken: what to change.
    """
    source = {"client": client, "media_url": media_url(sent)}
    files = dict(sent.files)
    for key in files:
        takes_attachments = key == ATTACHMENT and definition.intake.attachments is not None
        if key not in definition.fields and not takes_attachments:
            raise MediaNotTaken(service=Choosable(definition.name))
    return Intake(
        channel=Channel.API,
        answers=_answers(sent, definition),
        description=sent.text("description"),
        place=_place(sent),
        contact=_contact(sent),
        files=files,
        source={name: text for name, text in source.items() if text},
    )


def media_url(sent: Sent) -> str:
    """Return the address of a picture that lies elsewhere; it is kept as text, never fetched.

    Raises:
        ParameterUnfit: no address of the web.
    """
    address = sent.text("media_url")
    if not address:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        expected = N_("an address that starts with https://")
        raise ParameterUnfit(name="media_url", value=address[:60], expected=expected) from None
    return address


def _answers(sent: Sent, definition: Definition) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for code, texts in sent.attributes.items():
        known = definition.fields.get(code)
        given = [text for text in texts if text.strip()]
        if known is None:
            answers[code] = texts[-1]  # refused by the form, which names the known ones
        elif not given:
            continue
        elif known.kind is FieldKind.CHOICES:
            answers[code] = [part for text in given for part in text.split(",")]
        elif known.kind in AS_JSON:
            answers[code] = _as_json(given[-1])
        elif known.kind is FieldKind.DATE:
            answers[code] = _day(given[-1])
        else:
            answers[code] = given[-1]
    return answers


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # the form says what it expects


def _day(text: str) -> str:
    """Return the city's day of a moment, which is how Open311 writes a date."""
    if "T" not in text:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (
        timezone.localdate(moment) if moment.utcoffset() is not None else moment.date()
    ).isoformat()


def _contact(sent: Sent) -> Contact:
    email = sent.text("email")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ParameterUnfit(
                name="email", value=email[:60], expected=N_("an e-mail address")
            ) from None
    phone = sent.text("phone")
    if phone and not re.fullmatch(r"\+?[0-9()#\- ]{3,30}", phone):
        raise ParameterUnfit(name="phone", value=phone, expected=N_("a telephone number"))
    return Contact(name=_name(sent), email=email, phone=phone)


def _name(sent: Sent) -> str:
    given, family = sent.text("first_name"), sent.text("last_name")
    if _HAN.search(family + given):
        return f"{family}{given}"
    return f"{given} {family}".strip()


def _place(sent: Sent) -> Place:
    address = sent.text("address_string")
    longitude, latitude = _degrees(sent, "long"), _degrees(sent, "lat")
    if (longitude is None) != (latitude is None):
        missing = "lat" if latitude is None else "long"
        raise ParameterUnfit(name=missing, value="", expected=N_("both lat and long"))
    if longitude is not None:
        return Place(longitude=longitude, latitude=latitude, address=address)
    address_id = sent.text("address_id")
    if not address and not address_id:
        return Place()
    district = _district_in(address)
    if district is None:
        raise AddressNotFound(address=(address or address_id)[:60])
    return Place(address=address, district=district)


def _degrees(sent: Sent, name: str) -> float | None:
    text = sent.text(name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    most = 90 if name == "lat" else 180
    if not math.isfinite(number) or abs(number) > most:
        raise ParameterUnfit(
            name=name,
            value=text[:40],
            expected=N_("degrees as a number, lat within ±90 and long within ±180"),
        )
    return number


def _district_in(address: str) -> str | None:
    """Return the code of the district that an address names, the longest name first."""
    folded = fold(address)
    names = [
        (fold(name), area.code)
        for area in Area.objects.filter(kind="district", valid_to=None).defer("shape")
        for name in area.name.values()
    ]
    found = [(len(name), code) for name, code in names if name and name in folded]
    return max(found)[1] if found else None
