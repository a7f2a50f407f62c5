"""Documents of cases: issued with the act, frozen, made again, revoked, checked, expired."""

import unicodedata
from datetime import date, timedelta

import pytest
from tests.services.outputs.documents import text_of
from tests.services.payments import zoning
from tests.services.payments.zoning import AT, CUT, applied, paid, reported

from shizheng.core.files import attachments_of, may_have, path_of
from shizheng.core.models import Job, OutboxEvent
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import Case, CaseEvent, Charge, Notice, Output, Refund
from shizheng.services.outputs import making
from shizheng.services.outputs.actions.keeping import (
    output_make_again,
    output_revoke,
    outputs_expire,
)
from shizheng.services.outputs.errors import (
    CodeUnknown,
    OutputNotFailed,
    OutputNotValid,
    ReasonMissing,
)
from shizheng.services.outputs.numbers import check_code, output_number, read_code
from shizheng.services.outputs.selectors.documents import document_checked
from shizheng.services.outputs.tasks import make_output
from shizheng.services.outputs.verification import verify

pytestmark = pytest.mark.django_db
RARE = "林\U00030000"  # 林 and a character of extension G that no bundled font has


@pytest.fixture
def people(kaohsiung):
    return zoning.planners()


def bought(by, **answers):
    """Apply and pay; return the case as it then is."""
    case = applied(by, **answers).case
    reported(paid(Charge.objects.get(case=case), reference=f"TB-{case.number}"))
    case.refresh_from_db()
    return case


def words_of(output):
    """Return the text of a document without spaces and line ends."""
    return plain(text_of(pdf_of(output)))


def plain(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def pdf_of(output):
    return path_of(attachments_of(output).get().file).read_bytes()


def test_a_certificate_is_numbered_signed_and_quotes_the_plan_as_it_was(people):
    case = bought(people.resident, parcels=["demo-lingya-0101", "demo-sanmin-0201"], copies="2")
    output = Output.objects.get(case=case)
    assert output.number == "KH都證字第10900001號"
    assert output.expires_on == date(2020, 10, 13)
    pdf = pdf_of(output)
    assert verify(pdf).is_genuine
    assert attachments_of(output).get().file.digest == output.digest
    text = words_of(output)
    for words in (
        "都市計畫土地使用分區證明書", "王小明", "第四種住宅區", "第三次通盤檢討",
        "中華民國107年7月16日", output.number, output.code, case.number,
    ):  # fmt: skip
        assert plain(words) in text, words


def test_the_english_certificate_is_issued_where_it_was_asked_for(people):
    case = bought(people.resident, english="on")
    chinese, english = Output.objects.filter(case=case).order_by("key")
    assert (chinese.key, english.key) == ("certificate", "certificate_en")
    assert english.number == "KH-ZONE-2020-00001"
    assert "Residentialzone4" in words_of(english)
    assert chinese.code != english.code


def test_numbers_count_up_and_codes_never_repeat(people):
    bought(people.resident)
    case = bought(people.stranger)
    assert Output.objects.get(case=case).number == "KH都證字第10900002號"
    assert len(set(Output.objects.values_list("code", flat=True))) == 2


def test_two_services_that_write_numbers_alike_share_one_series(db):
    given = {"prefix": "KH", "case": "KHC-1", "on": date(2020, 3, 2)}
    numbers = [output_number("{prefix}-{yyy}-{sequence:03d}", **given) for _ in range(2)]
    assert numbers == ["KH-109-001", "KH-109-002"]
    later = {**given, "on": date(2021, 1, 4)}
    assert output_number("{prefix}-{yyy}-{sequence:03d}", **later) == "KH-110-001"


def test_codes_are_read_as_people_type_them():
    code = check_code()
    assert read_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert read_code("7KQ2-M4XD") == ""


def test_the_decision_of_an_officer_stands_on_the_certificate(people):
    case = bought(people.resident, parcels=[CUT])
    found = "104 地號北側三公尺為道路用地，其餘為第四種住宅區。"
    case = case_act(
        case=case, action="decide", by=people.officer, at=AT, given=Given({"decision": found})
    )
    assert case.state == "issued"
    assert plain(found) in words_of(Output.objects.get(case=case))


def test_a_name_that_no_font_can_print_loses_neither_payment_nor_case(people):
    case = bought(people.resident, name=RARE)
    output = Output.objects.get(case=case)
    assert (output.status, case.state, case.holder) == ("failed", "manual", "office")
    assert "U+30000" in output.problem
    assert Charge.objects.get().status == "paid"
    assert not Refund.objects.exists()
    assert Notice.objects.filter(case=case, template="document_failed").exists()
    with pytest.raises(CodeUnknown):
        document_checked(output.code, on=date(2020, 2, 13))


def test_a_document_that_failed_is_made_again_with_the_values_as_issued(people, monkeypatch):
    def broken(*args, **kwargs):
        raise making.TemplateLost

    with monkeypatch.context() as patched:
        patched.setattr(making, "typeset", broken)
        case = bought(people.resident)
    output = Output.objects.get(case=case)
    values = output.values
    with pytest.raises(NotPermitted):
        output_make_again(output=output, by=people.outsider, at=AT)
    output = output_make_again(output=output, by=people.officer, at=AT + timedelta(hours=1))
    assert (output.status, output.values, output.issued_at) == ("valid", values, AT)
    assert CaseEvent.objects.filter(case=case, action="output.made").exists()
    with pytest.raises(OutputNotFailed):
        output_make_again(output=output, by=people.officer, at=AT)


def test_where_a_time_stamping_authority_is_asked_the_file_is_made_after_the_commit(
    people, settings, monkeypatch
):
    settings.TIMESTAMP_URL = "http://localhost:1/"
    case = bought(people.resident)
    output = Output.objects.get(case=case)
    assert (output.status, case.state) == ("preparing", "issuing")
    assert Job.objects.get(name="services.make_output").arguments == {"output": str(output.pk)}

    with pytest.raises(making.TimestampUnavailable):
        make_output(output=str(output.pk))
    assert Output.objects.get(case=case).status == "preparing"

    settings.TIMESTAMP_URL = ""  # it answers again
    make_output(output=str(output.pk))
    make_output(output=str(output.pk))
    assert Output.objects.get(case=case).status == "valid"
    assert Case.objects.get(pk=case.pk).state == "issued"


def test_only_the_parties_and_the_office_may_have_the_file(people):
    case = bought(people.resident)
    attachment = attachments_of(Output.objects.get(case=case)).get()
    assert may_have(people.resident, attachment)
    assert may_have(people.officer, attachment)
    assert not may_have(people.stranger, attachment)
    assert not may_have(people.outsider, attachment)


def test_a_document_is_revoked_with_a_reason_by_those_who_may(people):
    output = Output.objects.get(case=bought(people.resident))
    with pytest.raises(NotPermitted):
        output_revoke(output=output, reason="誤載", by=people.officer, at=AT)
    with pytest.raises(ReasonMissing):
        output_revoke(output=output, reason=" ", by=people.supervisor, at=AT)
    output = output_revoke(output=output, reason="誤載", by=people.supervisor, at=AT)
    assert (output.status, output.revoked_reason) == ("revoked", "誤載")
    assert document_checked(output.code, on=date(2020, 2, 13))[1] == "revoked"
    with pytest.raises(OutputNotValid):
        output_revoke(output=output, reason="誤載", by=people.supervisor, at=AT)


def test_a_document_runs_out_on_its_own_day_even_before_the_nightly_work(people):
    output = Output.objects.get(case=bought(people.resident))
    last = output.expires_on
    assert document_checked(output.code, on=last)[1] == "valid"
    assert document_checked(output.code, on=last + timedelta(days=1))[1] == "expired"
    assert outputs_expire(on=last, at=AT) == 0
    assert outputs_expire(on=last + timedelta(days=1), at=AT) == 1
    assert outputs_expire(on=last + timedelta(days=1), at=AT) == 0
    assert OutboxEvent.objects.filter(type="city.output.expired").count() == 1


def test_events_for_others_hold_no_personal_value(people):
    bought(people.resident)
    for event in OutboxEvent.objects.filter(type__startswith="city.output"):
        assert "王小明" not in str(event.payload)
