"""Services and cases as JSON: what there is, cases by permission, acts with their revision."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from ninja.security import django_auth

from shizheng.core import journal
from shizheng.core.access import Viewer, found, require
from shizheng.core.models import User
from shizheng.core.ratelimit import limited
from shizheng.kernel.errors import N_
from shizheng.services.access import actor_on, staff_cases
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.actions.run import Run
from shizheng.services.batch.importing import PERMISSION as IMPORTS
from shizheng.services.batch.importing import file_import
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.errors import AnswersWrong, AnswerUnfit
from shizheng.services.domain.flow import actions_open
from shizheng.services.figures.opened import measure_published, measures_listed
from shizheng.services.following.actions.messages import message_send
from shizheng.services.interface import shapes
from shizheng.services.interface.forms import form_schema
from shizheng.services.interface.selectors import (
    RELATED,
    case_detail,
    case_row,
    cases_listed,
    messages_of,
    own_cases_listed,
)
from shizheng.services.models import Case, CaseParty, Review, Service
from shizheng.services.places import Place
from shizheng.services.readings.guards import messages_read
from shizheng.services.reviews.actions import review_answer
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by, offered

router = Router(tags=["services"])
Row = dict[str, object]


@router.get(
    "/services", response=list[shapes.ServiceOut], summary=gettext_noop("Services of the city")
)
def services(request: HttpRequest, category: str = "") -> list[Row]:
    """Return the services that are offered, all or of one category."""
    rows = Service.objects.filter(is_offered=True).exclude(current=None)
    if category:
        rows = rows.filter(category=category[:12].replace("\0", ""))
    shown = [definition_by(row.current_id) for row in rows if row.current_id]
    return [_service(each) for each in shown if each.category != "internal"]


@router.get(
    "/services/{code}",
    response=shapes.ServiceDetailOut,
    summary=gettext_noop("One service and the form of it"),
)
def service(request: HttpRequest, code: str) -> Row:
    """Return what a report or application of one service needs."""
    _, definition = offered(code.replace("\0", ""))
    location = definition.intake.location
    place = "none" if location is None else "required" if location.required else "optional"
    return {
        **_service(definition),
        "place": place,
        "description": definition.intake.description,
        "contact": definition.intake.contact,
        "attachments": definition.intake.attachments is not None,
        "how_long": dict(definition.guide.how_long),
        "cost": dict(definition.guide.cost),
        "form": form_schema(definition),
    }


def _service(definition: Definition) -> Row:
    return {
        "code": definition.id,
        "name": dict(definition.name),
        "summary": dict(definition.summary),
        "category": definition.category,
        "owner": str(definition.owner),
        "version": definition.version,
        "channels": [str(channel) for channel in definition.intake.channels],
        "open311": definition.intake.open311,
        "sign_in": definition.intake.sign_in,
    }


@router.post(
    "/services/{code}/cases/import",
    response=shapes.ImportOut,
    auth=django_auth,
    summary=gettext_noop("Take in a file of cases"),
)
@limited("30/m")
def import_cases(
    request: HttpRequest,
    code: str,
    file: File[UploadedFile],
    encoding: Form[str] = "utf-8",
    partial: Form[bool] = False,
) -> Row:
    """Take in a CSV file, all rows or none; the same row is taken in once."""
    person = _person(request)
    require(person, IMPORTS)
    report = file_import(
        service=code.replace("\0", ""), content=file.read(), by=person, at=timezone.now(),
        encoding=encoding, partial=partial,
    )  # fmt: skip
    return {
        "kept": report.is_kept,
        "opened": report.opened,
        "known": report.known,
        "refused": len(report.refused),
        "rows": [
            {name: getattr(row, name) for name in shapes.ImportRowOut.model_fields}
            for row in report.rows
        ],
    }


@router.get(
    "/cases", response=shapes.CasesOut, auth=django_auth, summary=gettext_noop("List of cases")
)
def cases(request: HttpRequest, asked: Query[shapes.CasesAsked]) -> Row:
    """Return cases that the caller may see, newest first, page by page."""
    rows, cursor = cases_listed(_person(request), asked)
    return {"cases": [case_row(row) for row in rows], "cursor": cursor}


@router.get(
    "/my/cases", response=shapes.CasesOut, auth=django_auth, summary=gettext_noop("Own cases")
)
def my_cases(request: HttpRequest, asked: Query[shapes.CasesAsked]) -> Row:
    """Return the cases to which the caller is a party, newest first."""
    rows, cursor = own_cases_listed(_person(request), asked)
    return {"cases": [case_row(row) for row in rows], "cursor": cursor}


@router.post(
    "/cases",
    response={201: shapes.CaseOpenedOut},
    auth=django_auth,
    summary=gettext_noop("Report or apply"),
)
@limited("120/m")
def open_case(request: HttpRequest, given: shapes.CaseIn) -> Status[Row]:
    """Take a case in; with Idempotency-Key it is taken in once."""
    person = _person(request)
    row, _ = offered(given.service.replace("\0", ""))
    if given.for_another:
        require(person, IMPORTS)
    contact = given.contact.dict() if given.contact else {}
    place = given.place.dict() if given.place else {}
    intake = Intake(
        channel=Channel.API,
        answers=given.answers,
        description=given.description,
        place=Place(**_clean(place)),
        contact=Contact(**_clean(contact)),
        reporter=None if given.for_another else person,
    )
    opened = case_open(service=row, given=intake, by=person, at=timezone.now())
    case = opened.case
    return Status(
        201,
        {
            "number": case.number,
            "state": case.state,
            "agency": case.agency.code,
            "due_at": case.due_at,
            "follow_code": opened.code,
        },
    )


@router.get(
    "/cases/{number}",
    response=shapes.CaseDetailOut,
    auth=django_auth,
    summary=gettext_noop("One case"),
)
def case(request: HttpRequest, number: str) -> Row:
    """Return one case; reading a personal one as staff is noted."""
    person = _person(request)
    return _detail(person, _case(person, number))


@router.post(
    "/cases/{number}/acts",
    response=shapes.CaseDetailOut,
    auth=django_auth,
    summary=gettext_noop("Act on a case"),
)
@limited("600/m")
def act(request: HttpRequest, number: str, given: shapes.ActIn) -> Row:
    """Act on a case; 409 if it moved after ``revision``."""
    acts = Given(fields=given.fields, answers=given.answers, note=given.note)
    return _acted(_person(request), number, given.action, given.revision, acts)


@router.post(
    "/cases/{number}/documents",
    response=shapes.CaseDetailOut,
    auth=django_auth,
    summary=gettext_noop("Act on a case with files"),
)
@limited("120/m")
def documents(
    request: HttpRequest,
    number: str,
    given: Form[shapes.ActFormIn],
    files: File[list[UploadedFile]],
) -> Row:
    """Act on a case and hand in files under one field; a file always comes with an act."""
    uploads = [Upload(each.name or "file", each, size=each.size or 0) for each in files]
    acts = Given(fields=_fields(given.fields), files={given.field: uploads}, note=given.note)
    return _acted(_person(request), number, given.action, given.revision, acts)


@router.get(
    "/cases/{number}/messages",
    response=list[shapes.MessageOut],
    auth=django_auth,
    summary=gettext_noop("Messages about a case"),
)
def messages(request: HttpRequest, number: str) -> list[Row]:
    """Return the messages that the caller may read, oldest first."""
    person = _person(request)
    found_case = _case(person, number)
    messages_read(person, found_case)
    return messages_of(found_case, is_staff=_is_staff(person, found_case))


@router.post(
    "/cases/{number}/messages",
    response={201: list[shapes.MessageOut]},
    auth=django_auth,
    summary=gettext_noop("Write about a case"),
)
@limited("60/m")
def write_message(request: HttpRequest, number: str, given: shapes.MessageIn) -> Status[Any]:
    """Send a message to the other side of a case, or make a note of the office."""
    person = _person(request)
    case_ = _case(person, number)
    is_staff = _is_staff(person, case_)
    party = None
    if not is_staff:
        party = CaseParty.objects.filter(case=case_, person=person, ended_at=None).first()
    message_send(
        case=case_, text=given.text, by=person, as_party=party, visibility=given.visibility,
        at=timezone.now(),
    )  # fmt: skip
    messages_read(person, case_)
    return Status(201, messages_of(case_, is_staff=is_staff))


@router.post(
    "/reviews/{key}/answer",
    response=shapes.CaseDetailOut,
    auth=django_auth,
    summary=gettext_noop("Answer in a joint review"),
)
@limited("120/m")
def answer_review(request: HttpRequest, key: UUID, given: shapes.ReviewAnswerIn) -> Row:
    """Answer for one agency in a joint review."""
    person = _person(request)
    review = found(person, Review, pk=key)
    review_answer(
        review=review, by=person, at=timezone.now(), answer=given.answer, opinion=given.opinion,
        conditions=given.conditions,
    )  # fmt: skip
    return _detail(person, _case(person, review.case.number))


@router.get(
    "/measures", response=list[shapes.MeasureOut], summary=gettext_noop("Measures of the services")
)
def measures(request: HttpRequest) -> list[Row]:
    """Return what the services publish: counts, shares and times, with what they mean."""
    return measures_listed()


@router.get(
    "/measures/{measure}",
    response=shapes.MeasureFiguresOut,
    summary=gettext_noop("One measure over a year"),
)
@limited("120/m")
def measure_figures(request: HttpRequest, measure: str, asked: Query[shapes.MeasureAsked]) -> Row:
    """Return the values of a measure for everybody: small groups are withheld."""
    return measure_published(measure, asked.dict(), timezone.now())


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):  # the routes let nobody else in
        raise TypeError("only a person has cases")
    return person


def _case(person: User, number: str) -> Case:
    rows = Case.objects.select_related(*RELATED)
    return found(person, rows, number=number.replace("\0", "").upper()[:40])


def _is_staff(person: User, case_: Case) -> bool:
    rows = Case.objects.filter(staff_cases(Viewer(person, timezone.now())), pk=case_.pk)
    return rows.exists()


def _detail(person: User, case_: Case) -> Row:
    at = timezone.now()
    definition = definition_by(case_.version_id)
    is_staff = _is_staff(person, case_)
    if is_staff and case_.access_class == Case.AccessClass.PERSONAL:
        journal.read(case_, ["description", "answers"], by=person, at=at, why="API")
    scope = Run(case_, at=at, by=person).scope()
    actor = actor_on(case_, Viewer(person, at), None)
    keys = actions_open(definition, case_.state, actor, scope)
    return case_detail(case_, definition, keys, is_staff=is_staff)


def _acted(person: User, number: str, action: str, revision: int, given: Given) -> Row:
    case_ = _case(person, number)
    case_act(
        case=case_, action=action.replace("\0", ""), by=person, at=timezone.now(), given=given,
        revision=revision,
    )  # fmt: skip
    return _detail(person, _case(person, number))


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text or "{}")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise AnswersWrong({"fields": AnswerUnfit(value=text[:60], expected=N_("a JSON object"))})
    return fields


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Return texts without signs that no database takes."""
    return {
        key: value.replace("\0", "") if isinstance(value, str) else value
        for key, value in values.items()
    }
