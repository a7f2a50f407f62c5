"""Every field in which a person can stand is marked, and what is marked goes with the case."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from tests.services.outputs.test_issuing import bought, pdf_of
from tests.services.retention.conftest import CLOSED, OPENED, OVER, everything, of_cases, old_case

from shizheng.core.models import Agency
from shizheng.services.models import (
    Call,
    Case,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseMessage,
    CaseParty,
    CaseStep,
    Charge,
    Confirmation,
    Draft,
    Notice,
    Output,
    Payment,
    Refund,
    Review,
    SheetMark,
)
from shizheng.services.outputs.actions.keeping import output_make_again
from shizheng.services.outputs.errors import OutputNotFailed
from shizheng.services.outputs.issuing import output_end
from shizheng.services.retention.actions import case_anonymise

SECRET = "王小明的秘密"
FREE = (models.CharField, models.TextField, models.JSONField, models.FloatField)
PLAIN = {
    # A case: by its definition, see ``removing.cleared_fields``.
    "Case": "number state outcome channel title description address longitude latitude geometry "
    "zones answers calculated",
    "CaseEvent": "action from_state to_state changes act",  # see ``removing.events_remove``
    "AnswerSet": "answers calculated",
    "CaseParty": "language",
    "CaseLink": "score before",
    "CaseDocument": "field",
    "SheetMark": "x y",
    "Confirmation": "action",
    "Draft": "secret answers files description contact place channel parts_done changed_note "
    "action",  # the row goes
    "Call": "language",
    "CaseClock": "key amount rule pauses calendar done",
    "CaseStep": "key label after amount told",
    "Booking": "key register resource",
    "Dispatch": "roster crew crew_name",
    "Review": "review subject amount",
    "Output": "key number label agency code digest problem",
    "Charge": "key number label ledger",
    "Payment": "gateway reference account method",
    "Refund": "reason reference problem",
    "Notice": "key template language problem",
    "ImportedRow": "key",
    "VillageReport": "offline_id sent_digest",
}
"""Fields of which the words come from the city or a program, never from or about a person."""


def free_fields(model):
    """Return the names of the fields that anything can be written into."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, FREE) and not field.choices
    }


def marked(model):
    return {*getattr(model, "PERSONAL", ()), *getattr(model, "WORDS", ())}


@pytest.mark.parametrize("model", [Case, *(model for model, _path in of_cases())],
                         ids=lambda model: model.__name__)  # fmt: skip
def test_every_free_field_is_marked_or_known_to_be_plain(model):
    plain = set(PLAIN.get(model.__name__, "").split())
    assert free_fields(model) - marked(model) - plain == set()
    assert not marked(model) & plain


def test_no_table_is_forgotten():
    names = {model.__name__ for model, _path in of_cases()}
    assert {"Call", "CaseStep", "Refund", "Payment", "Review", "Output", "Draft"} <= names
    everywhere = apps.get_app_config("services").get_models()
    assert {model for model in everywhere if marked(model)} <= {m for m, _path in of_cases()}


def filled(case, officer):
    """Write the secret into each marked field of at least one row of each table."""
    agency = Agency.objects.get(code="public_works")
    party = CaseParty.objects.filter(case=case).first()
    Call.objects.create(
        case=case, agent=officer, channel="phone", language="zh-Hant", started_at=OPENED,
        ended_at=CLOSED, result="case",
    )  # fmt: skip
    CaseStep.objects.create(case=case, key="site", label={}, agency=agency, amount="5wd")
    Review.objects.create(case=case, review="joint", agency=agency, amount="5wd", asked_at=OPENED)
    document = CaseDocument.objects.create(
        case=case, field="drawing", name="x", sequence=1, added_at=OPENED
    )
    SheetMark.objects.create(
        case=case, number=1, document=document, sheet=1, x=0.5, y=0.5, text="x", agency=agency,
        made_by=officer, made_at=OPENED,
    )  # fmt: skip
    other = Case.objects.exclude(pk=case.pk).first()
    CaseLink.objects.create(case=case, to=other, kind="related", made_at=OPENED)
    Confirmation.objects.create(
        case=case, action="close", revision=1, asked_by=officer, asked_at=OPENED,
        settled_at=CLOSED, settled_by=officer, is_confirmed=False,
    )  # fmt: skip
    CaseMessage.objects.create(case=case, visibility="party", text="x", sent_at=OPENED)
    Notice.objects.create(
        key="k", case=case, party=party, channel="sms", template="received", template_version=1,
        language="zh-Hant", subject="x", text="x", status="sent", send_at=OPENED, made_at=OPENED,
    )  # fmt: skip
    Output.objects.get_or_create(
        case=case,
        defaults={"key": "k", "number": "1", "code": "C", "issued_at": OPENED, "status": "valid"},
    )
    charge, _new = Charge.objects.get_or_create(
        case=case, defaults={"key": "fee", "number": "1", "label": {}, "amount": 9,
                             "status": "paid", "asked_at": OPENED, "due_at": CLOSED},
    )  # fmt: skip
    payment, _new = Payment.objects.get_or_create(
        charge=charge, defaults={"gateway": "g", "reference": "r", "account": "1", "method": "m",
                                 "amount": 9, "verdict": "accepted", "paid_at": OPENED,
                                 "received_at": OPENED},
    )  # fmt: skip
    Refund.objects.create(
        payment=payment, amount=1, reason="too_much", status="sent", asked_at=OPENED
    )
    for model, path in of_cases():
        rows = model._default_manager.filter(**{path: case})
        for name in marked(model):
            field = model._meta.get_field(name)
            if name == "extensions":
                rows.update(extensions=[["3wd", SECRET]])
            elif isinstance(field, models.JSONField):
                rows.update(**{name: {"said": SECRET}})
            elif isinstance(field, models.CharField | models.TextField):
                rows.update(**{name: SECRET[: field.max_length]})


@pytest.fixture
def personal(people):
    """A certificate, of a personal service, closed long ago."""
    old_case(people)
    case = bought(people.resident)
    CaseEvent.objects.create(
        case=case, sequence=99, at=OPENED, action="refuse", to_state=case.state,
        act={"reason": SECRET},
    )  # fmt: skip
    return case


def test_whatever_is_marked_goes_with_a_personal_case(people, personal):
    case = personal
    filled(case, people.officer)
    assert everything(case).count(SECRET) > 12
    over = case.closed_at + timedelta(days=366 * 40)
    assert case_anonymise(case=case, at=over)
    assert SECRET not in everything(case)


def test_of_another_case_the_words_of_the_office_stay(people):
    old_case(people, at=OPENED + timedelta(hours=1))
    case = old_case(people)
    filled(case, people.officer)
    assert case_anonymise(case=case, at=OVER)
    left = [
        (model.__name__, name)
        for model, path in of_cases()
        for name in marked(model)
        for row in model._default_manager.filter(**{path: case})
        if SECRET in str(getattr(row, name))
    ]
    assert {name for name, _field in left} == {
        "CaseClock", "CaseEvent", "CaseLink", "Output", "Refund", "Review", "SheetMark",
    }  # fmt: skip
    step = CaseStep.objects.get(case=case)
    call = Call.objects.get(case=case)
    assert (step.blocker, step.decision) == ("", "")
    assert (call.topic, call.caller_name, call.caller_phone) == ("", "", "")
    assert Draft.objects.filter(sent_case=case).count() == 0


@pytest.mark.parametrize("is_revoked", [False, True], ids=["valid", "revoked"])
def test_the_check_page_still_says_what_a_document_is_worth(people, personal, client, is_revoked):
    output = Output.objects.get(case=personal)
    pdf = pdf_of(output)
    if is_revoked:
        output_end(output, reason="王小明誤植", by=people.administrator, at=CLOSED)
    Output.objects.update(expires_on=None)
    assert case_anonymise(case=personal, at=personal.closed_at + timedelta(days=366 * 40))

    by_code = client.get(f"/en/verify/{output.code}/")
    file = SimpleUploadedFile("x.pdf", pdf, content_type="application/pdf")
    by_file = client.post("/en/verify/file/", {"file": file})

    for page in (by_code, by_file):
        body = page.content.decode()
        assert page.status_code == 200
        assert ("is in force" in body, "not in force any more" in body) == (
            not is_revoked,
            is_revoked,
        )
        assert output.number in body
        assert "王小明" not in body
    Output.objects.update(status="failed")
    with pytest.raises(OutputNotFailed):
        output_make_again(output=output, by=people.administrator, at=OVER)
