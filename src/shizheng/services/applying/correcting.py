"""Correcting a case (補正): its answers as a draft, sent by an action that edits the form."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import transaction

from shizheng.core import journal
from shizheng.core.models import User
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.applying.actions import KEPT_FOR, draft_empty, draft_locked, uploads_of
from shizheng.services.applying.drafts import entries_of
from shizheng.services.applying.errors import DraftSent
from shizheng.services.models import AnswerSet, Case, CaseParty, Draft
from shizheng.services.schema.form import FieldKind
from shizheng.services.versions import definition_by


@transaction.atomic
def correction_start(
    *, case: Case, action: str, secret: str, by: User | None, at: datetime
) -> Draft:
    """Begin to correct a case: its present answers, personal ones too, in a draft.

    The caller has proven that the visitor is a party and that the action is open to them.

    Args:
        secret: hash of the key of a link; nobody needs to have the key.
    """
    draft = Draft.objects.create(
        service=case.service,
        version_id=case.version_id,
        person=by,
        secret=secret,
        answers=present_answers(case),
        channel="web",
        started_at=at,
        saved_at=at,
        expires_at=at + KEPT_FOR,
        corrects=case,
        action=action,
        revision=case.revision,
    )
    now = {"number": case.number, "action": action}
    journal.record("services.correction.started", draft, by=by, at=at, now=now)
    return draft


def present_answers(case: Case) -> dict[str, Any]:
    """Return the answers that stand now, personal ones too, files left out."""
    newest = AnswerSet.objects.filter(case=case).order_by("-number").first()
    answers = {**case.answers, **(newest.personal if newest else {})}
    fields = definition_by(case.version_id).fields
    return {
        key: value
        for key, value in answers.items()
        if key in fields and fields[key].kind is not FieldKind.FILE
    }


@transaction.atomic
def correction_send(
    *,
    draft: Draft,
    by: User | None,
    as_party: CaseParty | None,
    at: datetime,
    fields: Mapping[str, Any],
) -> Case:
    """Send corrected answers (送出補正), once; a second time leads to the case.

    Args:
        fields: those of the action's own form, as typed.

    Raises:
        ChangedMeanwhile: the office moved the case after the correction was begun.
        AnswersWrong and the others of ``case_act``: what is missing.
    """
    corrects = draft.corrects
    assert corrects is not None  # noqa: S101 - the caller asks only for corrections
    try:
        draft = draft_locked(draft, at)
    except DraftSent:
        return corrects
    held = entries_of(draft).files
    names = {key: [file.name for file in held[key]] for key in draft.files if key in held}
    with ExitStack() as files:
        given = Given(
            fields=fields, answers={**draft.answers, **names}, files=uploads_of(draft, files)
        )
        case = case_act(
            case=corrects, action=draft.action, by=by, at=at, given=given,
            revision=draft.revision, as_party=as_party,
        )  # fmt: skip
    draft.sent_at = at
    draft_empty(draft)
    draft.save()
    return case
