"""The signature in a handed-in PDF is judged once, in a process of its own."""

from tests.services.conftest import AT
from tests.services.documents import papers
from tests.services.documents.conftest import applied, drawing

from shizheng.services.documents import signatures
from shizheng.services.documents.signatures import signature_checked
from shizheng.services.outputs.signing import sign
from shizheng.services.outputs.verdicts import Finding


def judged(crew, content: bytes):
    case = applied(crew, application_form=content)
    return signature_checked(drawing(case, "application_form")).verdict


def test_a_signed_form_names_its_signer(crew):
    verdict = judged(crew, sign(papers.pdf("application"), reason="簽證負責", at=AT))
    assert verdict.finding is Finding.GENUINE
    assert verdict.reason == "簽證負責"
    assert verdict.signer
    assert verdict.is_demo


def test_a_form_changed_after_signing_says_so(crew):
    signed = sign(papers.pdf("application"), reason="簽證負責", at=AT)
    verdict = judged(crew, signed.replace(b"(application)", b"(applicatiom)"))
    assert verdict.finding is Finding.CHANGED


def test_a_verdict_is_kept_by_digest(crew, monkeypatch):
    case = applied(crew)
    document = drawing(case, "application_form")
    assert signature_checked(document).verdict.finding is Finding.UNSIGNED
    monkeypatch.setattr(signatures, "program_run", None)
    assert signature_checked(document).verdict.finding is Finding.UNSIGNED
