"""The page of an enumerator that works without signal (離線訪查), and the door it sends through.

The page itself holds nothing personal. Addresses and answers are kept on the tablet, sealed with a
key that never leaves its browser, until they were sent.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import may
from shizheng.core.models import User
from shizheng.core.offline import OfflinePage, not_taken, session_of, signed_out
from shizheng.core.ratelimit import limited
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_, DomainError
from shizheng.services import refusals
from shizheng.services.schema.form import Field
from shizheng.statistics.models import SurveyAddress, SurveyRecord, SurveyRound
from shizheng.statistics.surveys.access import ENUMERATE
from shizheng.statistics.surveys.actions.sending import Visit, record_send
from shizheng.statistics.surveys.definitions import Survey
from shizheng.statistics.surveys.errors import SendingUnfit
from shizheng.statistics.surveys.selectors import addresses_mine, definition_of

PAGE = OfflinePage(
    "statistics:survey_field", Path(__file__).parents[1] / "static", "statistics/js/survey",
    N_("Survey visits"), "statistics/surveys/field.html",
    {"send": "survey_send", "session": "survey_session", "worker": "survey_worker",
     "scope": "survey_field"},
)  # fmt: skip
MOST_AT_ONCE = 100
Standing = SurveyRecord.Standing
LONGEST = 1_000_000


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page itself: nothing personal is in it, so that the tablet may keep it."""
    shown = {"words": _words(), "outcomes": SurveyRecord.Outcome.choices}
    return PAGE.shell(request, shown)


@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, and give the addresses and questionnaires of their open surveys."""
    return session_of(request, _told)


def _told(person: User) -> dict[str, Any]:
    addresses = list(addresses_mine(person)) if may(person, ENUMERATE) else []
    surveys = {each.round_id: each.round for each in addresses}
    return {
        "keeps": may(person, ENUMERATE),
        "surveys": [_survey(row) for row in surveys.values()],
        "addresses": [_address(each, person) for each in addresses],
    }


def _survey(row: SurveyRound) -> dict[str, Any]:
    body = definition_of(row)
    return {
        "code": row.code, "name": in_language(row.name), "is_synthetic": row.is_synthetic,
        "reference_on": row.reference_on.isoformat(),
        "pages": [
            {"title": in_language(page.title), "questions": [_question(q) for q in page.fields]}
            for page in body.pages
        ],
    }  # fmt: skip


def _question(each: Field) -> dict[str, Any]:
    """Return a question as the page's script asks it; conditions are looked at when it is sent."""
    return {
        "id": each.id, "kind": str(each.kind), "label": in_language(each.label),
        "help": in_language(each.help) if each.help else "",
        "required": each.required and not each.show_if,
        "min": None if each.min is None else float(each.min),
        "max": None if each.max is None else float(each.max),
        "max_length": each.max_length or 300, "max_rows": each.max_rows,
        "options": [[option.id, in_language(option.label)] for option in each.options],
        "columns": [_question(column) for column in each.columns],
    }  # fmt: skip


def _address(each: SurveyAddress, person: User) -> dict[str, Any]:
    is_recheck = each.reinterviewer_id == person.pk
    return {
        "survey": each.round.code, "number": each.number, "text": each.text,
        "village": in_language(each.village.name),
        "state": "open" if is_recheck else each.state, "is_recheck": is_recheck,
    }  # fmt: skip


@require_POST
@limited("240/m")
def send(request: HttpRequest) -> JsonResponse:
    """Take in visits of a tablet; each is answered by itself with one sentence."""
    person = request.user
    if not isinstance(person, User):
        return signed_out()
    try:
        records = _records(request)
    except DomainError as refusal:
        return not_taken(refusal)
    return JsonResponse({"answers": [_answer(each, person) for each in records]})


def _records(request: HttpRequest) -> list[Mapping[str, Any]]:
    try:
        given = json.loads(request.body) if len(request.body) <= LONGEST else None
    except (ValueError, RecursionError):
        given = None
    records = given.get("records") if isinstance(given, dict) else None
    if not isinstance(records, list) or len(records) > MOST_AT_ONCE:
        raise SendingUnfit(reason=N_("what the tablet sent cannot be read"))
    return [each if isinstance(each, Mapping) else {} for each in records]


def _answer(given: Mapping[str, Any], person: User) -> dict[str, str]:
    """Return what became of one visit: taken in, or refused, and the sentence."""
    known = {"offline_id": str(given.get("offline_id", ""))[:64]}
    try:
        record = record_send(visit=_visit(given), by=person, at=timezone.now())
    except DomainError as refusal:
        said = refusals.shown(refusal, _labels(given))
        return known | {"state": "refused", "said": f"{said.message} {said.hint}".strip()}
    return known | {"state": "taken", "standing": record.standing, "said": _said(record)}


def _labels(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what the questions are called, those of people by the row that they stand in."""
    row = SurveyRound.objects.filter(code=str(given.get("survey", ""))[:50]).first()
    if row is None:
        return {}
    body: Survey = definition_of(row)
    own = {key: in_language(each.label) for key, each in body.questions.items()}
    rows = range(body.questions[body.people.table].max_rows)
    return own | {
        f"{body.people.table}.{number}.{key}": _("person {number}, {question}").format(
            number=number + 1, question=in_language(each.label)
        )
        for number in rows for key, each in body.person_questions.items()
    }  # fmt: skip


def _visit(given: Mapping[str, Any]) -> Visit:
    noted, answers = str(given.get("noted_at", "")), given.get("answers")
    try:
        moment = datetime.fromisoformat(noted)
    except ValueError:
        raise SendingUnfit(reason=N_("it does not say when the visit was")) from None
    if moment.tzinfo is None or not isinstance(answers or {}, Mapping):
        raise SendingUnfit(reason=N_("it does not say when the visit was"))
    names = ("survey", "number", "outcome")
    told = {name: str(given.get(name, "")).replace("\0", "")[:50] for name in names}
    content = json.dumps([told, noted, answers], sort_keys=True, ensure_ascii=False)
    return Visit(
        **told, noted_at=moment, offline_id=str(given.get("offline_id", ""))[:70],
        digest=hashlib.sha256(content.encode()).hexdigest(), answers=answers or {},
    )  # fmt: skip


def _said(record: SurveyRecord) -> str:
    """Return what became of a record in one clear sentence."""
    words = {
        Standing.COUNTED: _("Taken in."),
        Standing.CHECK: _("Taken in as a re-interview."),
        Standing.CONFLICT: _(
            "This address was answered before. Both are kept; whoever leads the survey decides "
            "which counts."
        ),
        Standing.SET_ASIDE: _("Kept, and not counted: another answer of this address counts."),
        Standing.LATE: _("The survey was closed before this came. It is kept, and not counted."),
    }
    said = words[Standing(record.standing)]
    if not record.failed:
        return said
    body = definition_of(record.address.round)
    faults = [in_language(each.message) for each in body.edits if each.id in record.failed]
    return said + " " + _("Please look at it again: {faults}.").format(faults="; ".join(faults))


def _words() -> dict[str, str]:
    """Return the words that the page's scripts show."""
    return {
        "online": _("There is a signal."),
        "offline": _("No signal. What you save is kept on this device and sent later."),
        "sending_failed": _("The city does not answer. It is tried again by itself."),
        "saved": _("Saved on this device."),
        "signed_in": _("Signed in as {name}."),
        "signed_out": _("You are signed out. Nothing is lost: sign in, and it is sent."),
        "no_right": _("This account visits no addresses. Sign in as an enumerator."),
        "no_store": _("This browser keeps nothing here. Open the page in an ordinary window."),
        "none": _("No address waits for you. Addresses appear here once an area is given to you."),
        "none_kept": _("Nothing was saved on this device yet."),
        "waiting": _("waiting"), "refused": _("not accepted"), "taken": _("sent"),
        "open": _("not visited"), "absent": _("not at home"), "vacant": _("nobody lives there"),
        "complete": _("complete"), "recheck": _("ask again"),
        "synthetic": _("Invented for the demonstration."),
        "person": _("Person {number}"), "add": _("Add a person"),
        "remove": _("Remove the last person"), "choose": _("Choose"), "yes": _("yes"),
        "missing": _("Answer this: {question}."), "correct": _("Correct"),
        "discard": _("Discard"), "discard_sure": _("Discard “{title}”? It was not sent."),
        "other_owner": _("Kept for {name}; it is sent once {name} signs in here."),
        "at": _("{address} ({state})"),
    }  # fmt: skip
