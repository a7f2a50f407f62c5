"""A signed document proves itself, to others' tools too; a changed one is found out."""

import io
import random
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import pem, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests.services.outputs.documents import ASSETS, AT, CERTIFICATE, CERTIFICATE_VALUES

from shizheng.core.signing_keys import DEMO_FILE, self_signed
from shizheng.services.outputs.errors import SigningKeyUnusable, TimestampUnavailable
from shizheng.services.outputs.keys import city_key
from shizheng.services.outputs.loops import apart_from_loops
from shizheng.services.outputs.signing import sign
from shizheng.services.outputs.typeset import typeset
from shizheng.services.outputs.verdicts import Finding
from shizheng.services.outputs.verification import verify

REASON = "核發土地使用分區證明書"
PDFSIG = shutil.which("pdfsig")
QPDF = shutil.which("qpdf")


@pytest.fixture(autouse=True)
def city(settings, tmp_path):
    settings.HOME = tmp_path
    settings.SIGNING_KEY = settings.SIGNING_PASSWORD = settings.SIGNING_TRUSTED = ""
    settings.TIMESTAMP_URL = ""
    settings.IS_PRODUCTION = False
    return settings


@pytest.fixture(scope="module")
def pdf():
    return typeset(CERTIFICATE, CERTIFICATE_VALUES, at=AT, assets=ASSETS)


@pytest.fixture
def signed(pdf, city):
    return sign(pdf, reason=REASON, at=AT)


def key_of(city, folder, holder="Example City", password="secret"):
    path = folder / f"{holder}.p12"
    path.write_bytes(self_signed(holder, password))
    city.SIGNING_KEY, city.SIGNING_PASSWORD = str(path), password
    return city_key()


def test_a_signed_document_is_genuine_and_says_by_whom_when_and_why(signed):
    verdict = verify(signed)
    assert verdict.finding == Finding.GENUINE
    assert verdict.signed_at == AT
    assert verdict.reason == REASON
    assert verdict.is_demo
    assert "示範簽章" in verdict.signer


def test_what_was_typeset_stays_byte_for_byte(pdf, signed):
    assert signed.startswith(pdf)
    assert b'pdfaid:conformance="A"' in signed[len(pdf) :]


def test_pyhanko_itself_finds_a_valid_pades_signature_that_certifies(signed):
    signature = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0]
    trust = ValidationContext(trust_roots=[city_key().certificate], allow_fetching=False)
    status = apart_from_loops(lambda: validate_pdf_signature(signature, trust))
    assert status.bottom_line
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level.value == 1


@pytest.mark.skipif(not PDFSIG, reason="pdfsig (poppler-utils) is not installed")
def test_poppler_finds_the_signature_valid_and_the_changed_one_not(signed, tmp_path):
    for name, file in (("good", signed), ("bad", changed_at(signed, 2000))):
        (tmp_path / f"{name}.pdf").write_bytes(file)
    command = [PDFSIG, "-nocert"]
    good, bad = (
        subprocess.run(
            [*command, str(tmp_path / f"{name}.pdf")], capture_output=True, text=True, check=False
        ).stdout
        for name in ("good", "bad")
    )
    assert "Signature is Valid." in good
    assert "Total document signed" in good
    assert "Signature is Valid." not in bad


@pytest.mark.skipif(not QPDF, reason="qpdf is not installed")
def test_qpdf_finds_no_fault_in_a_signed_file(signed, tmp_path):
    (tmp_path / "signed.pdf").write_bytes(signed)
    answer = subprocess.run(
        [QPDF, "--check", str(tmp_path / "signed.pdf")], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_one_changed_byte_anywhere_is_found_out(signed):
    chosen = random.Random(1090302)
    places = {*chosen.sample(range(len(signed)), 150), 0, len(signed) - 2}
    hole = signed.index(b"<3082", signed.index(b"/ByteRange") - 20_000)
    places |= set(range(hole, hole + 100)) | set(chosen.sample(range(hole, hole + 2_800), 100))
    believed = [place for place in sorted(places) if verify(changed_at(signed, place)).is_genuine]
    assert believed == []


def changed_at(file, place):
    return file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]


def test_something_added_after_signing_is_found_out(signed):
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Extra"] = writer.root["/Type"]
    writer.update_root()
    longer = io.BytesIO()
    writer.write(longer)
    assert verify(longer.getvalue()).finding == Finding.CHANGED
    assert verify(signed + b"\n%").finding == Finding.CHANGED


@pytest.mark.parametrize(
    ("file", "finding"),
    [
        pytest.param(b"", Finding.UNREADABLE, id="empty"),
        pytest.param(b"%PDF-1.7\n%%EOF", Finding.UNREADABLE, id="no-pdf"),
        pytest.param(b"\x00" * 5000, Finding.UNREADABLE, id="zeros"),
    ],
)
def test_a_file_that_is_no_pdf_gets_a_verdict_too(file, finding):
    assert verify(file).finding == finding


def test_a_document_without_a_signature_is_unsigned(pdf):
    assert verify(pdf).finding == Finding.UNSIGNED


def test_half_a_signed_file_never_passes(signed):
    for part in range(1, 10):
        assert not verify(signed[: len(signed) * part // 10]).is_genuine


def test_a_document_signed_by_somebody_else_is_not_ours(pdf, city, tmp_path, caplog):
    foreign = sign(pdf, reason=REASON, at=AT, key=key_of(city, tmp_path, "Somebody Else"))
    key_of(city, tmp_path)
    verdict = verify(foreign)
    assert verdict.finding == Finding.UNKNOWN_SIGNER
    assert verdict.signer == "Somebody Else"
    assert "Somebody Else" not in caplog.text


def test_a_key_from_an_authority_signs_and_its_neighbours_are_not_believed(pdf, city, tmp_path):
    authority_key = rsa.generate_private_key(65537, 2048)
    authority = certificate_of("Root", authority_key, "Root", authority_key, is_authority=True)
    for holder in ("Neighbour", "Example City"):
        key = rsa.generate_private_key(65537, 2048)
        certificate = certificate_of(holder, key, "Root", authority_key)
        (tmp_path / f"{holder}.p12").write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"key", key, certificate, [authority], BestAvailableEncryption(b"secret")
            )
        )
    city.SIGNING_PASSWORD = "secret"
    city.SIGNING_KEY = str(tmp_path / "Neighbour.p12")
    foreign = sign(pdf, reason=REASON, at=AT)
    assert verify(foreign).is_genuine
    city.SIGNING_KEY = str(tmp_path / "Example City.p12")
    assert verify(sign(pdf, reason=REASON, at=AT)).is_genuine
    (tmp_path / "root.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    city.SIGNING_TRUSTED = str(tmp_path / "root.pem")
    assert verify(foreign).finding == Finding.UNKNOWN_SIGNER


def certificate_of(holder, key, issuer, issuer_key, *, is_authority=False):
    def name(text):
        return pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        pyca.CertificateBuilder(
            name(issuer), name(holder), key.public_key(), pyca.random_serial_number()
        )
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(pyca.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def test_documents_of_a_former_key_stay_genuine_when_its_certificate_is_kept(pdf, city, tmp_path):
    former = key_of(city, tmp_path, "Example City before")
    old = sign(pdf, reason=REASON, at=AT)
    key_of(city, tmp_path)
    assert verify(old).finding == Finding.UNKNOWN_SIGNER
    kept = tmp_path / "former.pem"
    kept.write_bytes(pem.armor("CERTIFICATE", former.certificate.dump()))
    city.SIGNING_TRUSTED = str(kept)
    assert verify(old).is_genuine


def test_the_demonstration_key_is_made_once_and_read_by_its_owner_only(city):
    first, second = city_key(), city_key()
    assert first is second
    kept = city.HOME / DEMO_FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in city.HOME.iterdir()] == [DEMO_FILE]


def test_processes_that_start_together_share_one_demonstration_key(city):
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from shizheng.core.signing_keys import demo_key_file\n"
        "import hashlib\n"
        "print(hashlib.sha256(demo_key_file(Path(sys.argv[1])).read_bytes()).hexdigest())"
    )
    command = [sys.executable, "-c", script, str(city.HOME / "new")]
    started = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": "src"} | ENV
        )
        for _ in range(3)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert all(process.returncode == 0 for process in started)


ENV = {"DJANGO_SETTINGS_MODULE": "shizheng.settings"}


def test_production_signs_with_no_key_but_its_own(pdf, city, tmp_path):
    city.IS_PRODUCTION = True
    with pytest.raises(SigningKeyUnusable, match="SHIZHENG_SIGNING_KEY is not set"):
        sign(pdf, reason=REASON, at=AT)
    key_of(city, tmp_path)
    assert not verify(sign(pdf, reason=REASON, at=AT)).is_demo


def test_a_demonstration_key_is_refused_in_production(pdf, city, tmp_path):
    key_of(city, tmp_path, city.DEMO_SIGNER)
    city.IS_PRODUCTION = True
    with pytest.raises(SigningKeyUnusable, match="demonstration key"):
        sign(pdf, reason=REASON, at=AT)


@pytest.mark.parametrize("fault", ["password", "missing", "no-key"])
def test_a_key_that_cannot_be_read_is_refused(pdf, city, tmp_path, fault):
    key_of(city, tmp_path)
    if fault == "password":
        city.SIGNING_PASSWORD = "wrong"
    elif fault == "missing":
        city.SIGNING_KEY = str(tmp_path / "nowhere.p12")
    else:
        city.SIGNING_KEY = __file__
    with pytest.raises(SigningKeyUnusable) as refused:
        sign(pdf, reason=REASON, at=AT)
    assert "secret" not in str(refused.value)
    assert "SHIZHENG_SIGNING_KEY" in refused.value.refusal().hint


def test_a_renewed_key_is_taken_without_a_new_start(city, tmp_path):
    first = key_of(city, tmp_path)
    (tmp_path / "Example City.p12").write_bytes(self_signed("Example City", "secret"))
    assert city_key().certificate.sha256 != first.certificate.sha256


def test_a_certificate_that_has_run_out_signs_no_more(pdf):
    with pytest.raises(SigningKeyUnusable, match="is valid from 2000-01-01 to 2100-01-01"):
        sign(pdf, reason=REASON, at=datetime(2101, 1, 1, tzinfo=UTC))


def test_a_time_stamping_authority_is_witness_of_the_moment(pdf, city, tmp_path):
    certificate, clock = time_stamping_authority()
    signed = sign(pdf, reason=REASON, at=AT, timestamper=clock)
    assert verify(signed).is_genuine
    assert not verify(signed).is_timestamped
    kept = tmp_path / "authority.pem"
    kept.write_bytes(pem.armor("CERTIFICATE", certificate.dump()))
    city.SIGNING_TRUSTED = str(kept)
    assert verify(signed).is_timestamped
    assert verify(signed).signed_at == AT + timedelta(seconds=3)


def time_stamping_authority():
    """Return the certificate of an authority and a clock that answers in its name."""
    key = rsa.generate_private_key(65537, 2048)
    name = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "Time of Example")])
    certificate = (
        pyca.CertificateBuilder(name, name, key.public_key(), pyca.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(pyca.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    loaded = x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    clock = DummyTimeStamper(
        loaded,
        asn1_keys.PrivateKeyInfo.load(key_der),
        certs_to_embed=[loaded],
        fixed_dt=AT + timedelta(seconds=3),
    )
    return loaded, clock


def test_a_silent_time_stamping_authority_is_named(pdf, city):
    city.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(TimestampUnavailable, match="SHIZHENG_TIMESTAMP_URL"):
        sign(pdf, reason=REASON, at=AT)
