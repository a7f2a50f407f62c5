import hashlib
import io
import signal
import zipfile

import pytest
from tests.core.town import grant, person, role

from shizheng.core import files, filetypes
from shizheng.core.models import Attachment, JournalEntry, StoredFile

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def archive(*names, **contents):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, contents.get(name, ""))
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
ODT = archive("mimetype", mimetype="application/vnd.oasis.opendocument.text")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def give(officer, at):
    def store(content, name, **options):
        return files.store(io.BytesIO(content), name=name, by=officer, at=at, **options)

    return store


def on_disk(media):
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("照片.PNG", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe1\0\x10Exif\0\0", "image/jpeg"),
        ("公文.pdf", PDF, "application/pdf"),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        ("a.tif", b"II*\0\x08\0\0\0", "image/tiff"),
        ("a.docx", DOCX, filetypes.OFFICE[".docx"][0]),
        ("a.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("a.csv", "區,里\n三民,本和\n".encode(), "text/csv"),
        ("a.txt", "高雄市".encode("cp950"), "text/plain"),
        ("a.geojson", b'{"type":"Point"}', "application/geo+json"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_of_an_allowed_type_is_kept_under_its_digest(give, media, name, content, kind):
    stored = give(content, name)

    assert (stored.media_type, stored.size) == (kind, len(content))
    assert stored.digest == hashlib.sha256(content).hexdigest()
    assert files.path_of(stored).read_bytes() == content
    assert on_disk(media) == [files.path_of(stored)]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.html", b"<html>", filetypes.TypeNotAllowed),
        ("a.svg", b"<svg>", filetypes.TypeNotAllowed),
        ("a.exe", b"MZ", filetypes.TypeNotAllowed),
        ("a.docm", DOCX, filetypes.TypeNotAllowed),
        ("noname", PNG, filetypes.TypeNotAllowed),
        ("a.pdf.js", PDF, filetypes.TypeNotAllowed),
        ("a.png", b"<html><script>", filetypes.NotWhatItSays),
        ("a.png", PDF, filetypes.NotWhatItSays),
        ("a.pdf", b"MZ\x90\0\3", filetypes.NotWhatItSays),
        ("a.txt", b"  <!DOCTYPE html><html>", filetypes.NotWhatItSays),
        ("a.csv", b"\xef\xbb\xbf<svg onload=alert(1)>", filetypes.NotWhatItSays),
        ("a.txt", b"abc\0def", filetypes.NotWhatItSays),
        ("a.docx", archive("a.txt"), filetypes.NotWhatItSays),
        ("a.docx", b"PK\x03\x04broken", filetypes.NotWhatItSays),
        (
            "a.docx",
            archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            filetypes.NotWhatItSays,
        ),
        ("a.xlsx", DOCX, filetypes.NotWhatItSays),
        ("a.odt", archive("mimetype", mimetype="text/html"), filetypes.NotWhatItSays),
        ("a.txt", b"", files.FileEmpty),
    ],
)
def test_any_other_file_is_refused_and_nothing_is_kept(give, media, name, content, error):
    with pytest.raises(error):
        give(content, name)

    assert on_disk(media) == []
    assert not StoredFile.objects.exists()


def test_a_file_over_the_limit_is_refused_while_it_is_read(give, media, settings):
    settings.FILE_SIZE_LIMIT = 2**20
    with pytest.raises(files.FileTooLarge, match="larger than 1 MiB"):
        give(PNG + bytes(2**21), "a.png")

    assert on_disk(media) == []


def test_the_same_bytes_are_kept_once_and_given_twice(give, media):
    first, second = give(PNG, "a.png"), give(PNG, "b.png")

    assert first == second
    assert [a.name for a in Attachment.objects.all()] == ["a.png", "b.png"]
    assert len(on_disk(media)) == 1


def test_giving_a_file_is_in_the_journal_of_the_thing(give, city):
    stored = give(PNG, "a.png", attach_to=city)

    entry = JournalEntry.objects.get(action="core.file.stored")
    assert (entry.thing_key, entry.after["digest"]) == (str(city.pk), stored.digest)
    assert [a.name for a in files.attachments_of(city)] == ["a.png"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\docs\\計畫.pdf", "計畫.pdf"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("\u202egnp.txt", "gnp.txt"),
        ("長" * 300 + ".pdf", "長" * 146 + ".pdf"),
    ],
)
def test_a_name_is_cleaned(given, kept):
    assert files.clean_name(given) == kept


def test_a_file_without_a_thing_is_for_its_giver_only(give, client, officer):
    give(PNG, "照片.png")
    address = f"/files/{Attachment.objects.get().pk}"
    assert client.get(address).status_code == 404
    client.force_login(person("other"))
    assert client.get(address).status_code == 404
    client.force_login(officer)
    answer = client.get(address)

    assert b"".join(answer.streaming_content) == PNG
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")


def test_a_document_is_saved_and_not_shown(give, client, officer):
    give(b"hello", "a.txt")
    client.force_login(officer)
    answer = client.get(f"/files/{Attachment.objects.get().pk}")

    answer.close()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "text/plain"


def test_a_file_follows_the_policy_of_its_thing(give, client):
    somebody = person("somebody")
    give(PNG, "a.png", attach_to=somebody)
    address = f"/files/{Attachment.objects.get().pk}"
    client.force_login(person("stranger"))
    assert client.get(address).status_code == 404

    manager = person("manager")
    grant(manager, role("manager", "core.manage_people"))
    client.force_login(manager)
    answer = client.get(address)
    answer.close()
    assert answer.status_code == 200


STORE = """
    import sys, io
    from shizheng.core import files
    class Content(io.RawIOBase):
        first = True
        def read(self, size=-1):
            if self.first:
                self.first = False
                return b"first,line" * 100000
            print("half", flush=True)
            sys.stdin.read()
            return b""
    files.store(Content(), name="a.csv", by=m.User.objects.get(), at=AT)
"""
COUNT = "print(m.StoredFile.objects.count(), m.Attachment.objects.count())"


def visible(home):
    root = home / "files"
    return [p for p in root.rglob("*") if p.is_file() and p.parent.name != files.INCOMING]


def test_a_process_killed_in_the_middle_leaves_nothing_visible(installation):
    process = installation.start(STORE)
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert visible(installation.home) == []
    assert installation.run(COUNT) == "0 0\n"


FULL = """
    import io, resource
    from shizheng.core import files
    officer = m.User.objects.get()
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))
    try:
        files.store(io.BytesIO(b"a" * 2**21), name="a.csv", by=officer, at=AT)
    except files.StorageFull as refusal:
        print(refusal)
"""


def test_a_full_disk_is_one_sentence_and_nothing_is_kept(installation):
    said = installation.run(FULL)

    assert said.startswith("“a.csv” was not stored: the disk of this installation is full.")
    assert visible(installation.home) == []
    assert list((installation.home / "files" / files.INCOMING).iterdir()) == []
    assert installation.run(COUNT) == "0 0\n"
