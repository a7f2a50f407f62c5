"""Service-request updates: what became of requests, and what a reporter or program adds.

Source: the extension of Open311 by FixMyStreet, GET and POST servicerequestupdates.
"""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q

from shizheng.core import journal
from shizheng.core.access import Viewer
from shizheng.core.words import in_language
from shizheng.services.access import actor_on
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import hidden
from shizheng.services.domain.flow import actions_open
from shizheng.services.following.actions.messages import message_send
from shizheng.services.models import Case, CaseEvent, CaseMessage, CaseParty
from shizheng.services.open311.asking import Asked
from shizheng.services.open311.errors import UpdateEmpty, UpdateNotProven
from shizheng.services.open311.selectors import (
    cases_shown,
    extended_status,
    moment,
    state_words,
    versions_shown,
)
from shizheng.services.schema.form import FieldKind
from shizheng.services.versions import definition_by

WORDS = (FieldKind.TEXT, FieldKind.LONG_TEXT)


def updates_listed(asked: Asked) -> list[dict[str, object]]:
    """Return the public updates of requests: changes of state, and notes for everybody."""
    cases = cases_shown(versions_shown()).order_by()
    if asked.numbers:
        cases = cases.filter(number__in=asked.numbers)
    rows = CaseEvent.objects.filter(
        ~Q(from_state=F("to_state")) | (Q(visibility="public") & ~Q(note="")),
        case__in=cases.values("pk"),
    )
    if not asked.numbers:
        rows = rows.filter(at__gte=asked.first)
        rows = rows.filter(at__lte=asked.last) if asked.last else rows
    first = (asked.page - 1) * asked.page_size
    page = rows.select_related("case").order_by("-at", "-id")[first : first + asked.page_size]
    return [_row(event, extensions=asked.extensions) for event in page]


def _row(event: CaseEvent, *, extensions: bool) -> dict[str, object]:
    definition = definition_by(event.case.version_id)
    found = definition.states.get(event.to_state)
    is_closed = bool(found and found.final)
    note = event.note if event.visibility == "public" else ""
    row: dict[str, object] = {
        "update_id": str(event.pk),
        "service_request_id": event.case.number,
        "status": "closed" if is_closed else "open",
        "updated_datetime": moment(event.at),
        "description": note or state_words(definition, event.to_state),
        "media_url": None,
    }
    if extensions:
        row["extended_attributes"] = {
            "state": event.to_state,
            "state_name": state_words(definition, event.to_state),
            "extended_status": extended_status(definition, event.to_state),
        }
    return row


@transaction.atomic
def update_add(
    *, case: Case, text: str, status: str, token: str, client: str, at: datetime
) -> CaseMessage:
    """Add to a request (補充說明); it goes to the parties and the office, never to the public.

    The reporter, proven by the follow code, who says ``open`` of a closed request (or ``closed``
    of an open one) takes the act that the service gives them for it, such as asking to have it
    taken up again. Of anybody else the status is not believed.

    Raises:
        UpdateNotProven: neither a known program nor a party.
        UpdateEmpty: without words.
        MessageNotYours: a party that only follows.
        DomainError: the act that the status asks for is refused.
    """
    party = _party(case, token)
    if party is None and not client:
        raise UpdateNotProven
    if not text:
        raise UpdateEmpty
    if party is not None:
        _act(case, party, text, status, at)
        return message_send(case=case, text=text, as_party=party, at=at)
    message = CaseMessage.objects.create(case=case, visibility="party", text=text, sent_at=at)
    now = {"number": case.number, "client": client}
    journal.record("services.case.update_added", case, by=None, at=at, now=now)
    return message


def _party(case: Case, token: str) -> CaseParty | None:
    if not token:
        return None
    return CaseParty.objects.filter(case=case, secret=hidden(token), ended_at=None).first()


def _act(case: Case, party: CaseParty, text: str, status: str, at: datetime) -> None:
    """Take the one act of the reporter that leads where the status says, if there is one."""
    wants_open = status == "open"
    if not status or wants_open == case.is_open:
        return
    definition = definition_by(case.version_id)
    actor = actor_on(case, Viewer(AnonymousUser(), at), party)
    for key in actions_open(definition, case.state, actor):
        action = definition.actions[key]
        leads_to = definition.states[action.to or case.state]
        asked = [field for field in action.fields if field.required]
        if leads_to.final == wants_open or any(field.kind not in WORDS for field in asked):
            continue
        given = Given(fields={field.id: text for field in asked[:1]})
        case_act(case=case, action=key, by=None, as_party=party, at=at, given=given)
        return


def added_row(message: CaseMessage, *, client_id: str) -> dict[str, object]:
    """Return the answer to an update: its number here, and the request as it stands now."""
    case = Case.objects.select_related("service").get(pk=message.case_id)
    return {
        "update_id": str(message.pk),
        "update_id_ext": client_id[:80] or None,
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "updated_datetime": moment(message.sent_at),
        "service_name": in_language(case.service.name),
    }
