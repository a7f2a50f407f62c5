"""The form of one part of a form being filled in, and what is saved of it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from shizheng.core.models import User
from shizheng.services.actions.documents import ATTACHMENT
from shizheng.services.applying.actions import Saved
from shizheng.services.applying.filling import (
    CONTACT,
    DESCRIPTION,
    PLACE,
    PROXY,
    WORDS,
    Filling,
    FormPart,
)
from shizheng.services.applying.forms import AnswerForm, form_for
from shizheng.services.applying.parts import ContactForm, PlaceForm, shape_of, to_core
from shizheng.services.domain.answers import Answers
from shizheng.services.schema.form import POWER_OF_ATTORNEY


def part_form(
    filling: Filling,
    part: FormPart,
    *,
    person: User | None = None,
    data: Any = None,
    files: Any = None,
    shape: str = "",
) -> forms.Form:
    """Return the form of a part, with what was filled in before.

    Args:
        person: whose account prefills it.
        shape: what to draw where a place may be of several shapes.
    """
    if part.key == PLACE:
        return _place_form(filling, data, shape)
    if part.key == CONTACT:
        return _contact_form(filling, data, person)
    if part.key == WORDS:
        return _words_form(filling, data, files)
    if part.key == PROXY:
        return _proxy_form(filling, data, files)
    return _page_form(filling, part, data, files, person)


def _page_form(
    filling: Filling, part: FormPart, data: Any, files: Any, person: User | None
) -> AnswerForm:
    assert part.page is not None  # noqa: S101 - every other part was handled before
    page = part.page

    def judge(raw: Mapping[str, Any], counts: Mapping[str, int]) -> Answers:
        return filling.judge(raw, counts, page=page.id)

    answers = {
        each.id: value
        for each in page.fields
        if each.prefill and (value := _known(each.prefill, person))
    }
    return form_for(
        page.fields, vocabulary=filling.definition.vocabulary, judge=judge, data=data,
        files=files, answers={**answers, **filling.entries.answers}, kept=filling.entries.files,
    )  # fmt: skip


def _known(name: str, person: User | None) -> str:
    if person is None:
        return ""
    return {"person.name": person.display_name, "person.email": person.email}.get(name, "")


def _words_form(filling: Filling, data: Any, files: Any) -> AnswerForm:
    entries = filling.entries
    return form_for(
        filling.words_fields, vocabulary=filling.definition.vocabulary,
        judge=filling.judge_words, data=data, files=files,
        answers={DESCRIPTION: entries.description},
        kept={ATTACHMENT: entries.files.get(ATTACHMENT, ())},
    )  # fmt: skip


def _proxy_form(filling: Filling, data: Any, files: Any) -> AnswerForm:
    kept = filling.entries.files.get(POWER_OF_ATTORNEY.id, ())
    return form_for(
        filling.proxy_fields, vocabulary=filling.definition.vocabulary,
        judge=filling.judge_proxy, data=data, files=files, answers=filling.entries.proxy,
        kept={POWER_OF_ATTORNEY.id: kept},
    )  # fmt: skip


def _place_form(filling: Filling, data: Any, asked: str) -> PlaceForm:
    location = filling.definition.intake.location
    assert location is not None  # noqa: S101 - the part is there because of it
    place = filling.entries.place
    shape = shape_of(location, asked, place)
    return PlaceForm(location, shape=shape, data=data, initial={"place": to_core(place, shape)})


def _contact_form(filling: Filling, data: Any, person: User | None) -> ContactForm:
    contact = filling.entries.contact
    initial: dict[str, str] = {
        "name": contact.name, "email": contact.email, "phone": contact.phone,
        "notice_by": contact.notice_by or "email",
    }  # fmt: skip
    is_web = filling.entries.channel == "web"
    if person is not None and is_web and not contact.name:
        initial |= {"name": person.display_name, "email": person.email}
    return ContactForm(
        is_required=filling.definition.intake.contact == "required",
        is_for_another=not is_web, data=data, initial=initial,
    )  # fmt: skip


def saved_of(form: forms.Form, part: FormPart, *, language: str, is_valid: bool) -> Saved | None:
    """Return what to save of a form that was sent; None where nothing of it can be kept yet."""
    if isinstance(form, AnswerForm):
        return _saved_answers(form.raw(), part, is_valid=is_valid)
    if not is_valid:
        return None
    if isinstance(form, PlaceForm):
        return Saved(part.key, place=form.place())
    if isinstance(form, ContactForm):
        return Saved(part.key, contact=form.contact(language))
    return None


def _saved_answers(raw: Mapping[str, Any], part: FormPart, *, is_valid: bool) -> Saved:
    if part.key == WORDS:
        return Saved(part.key, description=str(raw.get(DESCRIPTION) or ""), is_done=is_valid)
    if part.key == PROXY:
        return Saved(part.key, proxy=_kept(raw), is_done=is_valid)
    return Saved(part.key, answers=_kept(raw), is_done=is_valid)


def _kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed values as JSON keeps them: what is no text, number, list or mapping is text."""
    return {key: _plain(value) for key, value in raw.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)
