"""Files that are no outline: one clear refusal each, and never a hang."""

import contextlib
import io
import json
import time
import zipfile

import pytest
from typer.testing import CliRunner

from shizheng.cli.outline import app
from shizheng.plan.domain.outline import errors
from shizheng.plan.domain.outline.parser import parse

TEXT = "一、民政\n(一) 推動里政革新，充實設備。\n(二) 改善公墓環境。\n"


def docx():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return stream.getvalue()


CASES = [
    ("empty", b"", errors.OutlineEmpty),
    ("only-space", b" \r\n\n", errors.OutlineEmpty),
    ("png", b"\x89PNG\r\n\x1a\n" + bytes(50), errors.OutlineWrongType),
    ("docx", docx(), errors.OutlineWrongType),
    ("html", b"<!DOCTYPE html><p>1</p>", errors.OutlineWrongType),
    ("binary", bytes(range(256)) * 20, errors.OutlineWrongType),
    ("cut-off", TEXT.encode()[:-3], errors.OutlineTruncated),
    ("broken-byte", TEXT.encode()[:40] + b"\xff" + TEXT.encode()[40:], errors.OutlineUndecodable),
    ("gb18030", (TEXT * 5).encode("gb18030"), errors.OutlineUndecodable),
    ("pdf-cut-off", b"%PDF-1.4\n1 0 obj\n<<", errors.OutlinePdfBroken),
    ("prose", "沒有編號的文字。".encode(), errors.OutlineNotFound),
    ("too-large", b"a" * 20_000_001, errors.OutlineTooLarge),
    ("too-many-lines", b"1. a\n" * 100_001, errors.OutlineTooLarge),
]


@pytest.mark.parametrize(("source", "refusal"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_each_is_refused_with_a_reason_and_a_way_out(source, refusal):
    with pytest.raises(refusal) as caught:
        parse(source)
    shown = caught.value.refusal()
    assert shown.message
    assert shown.hint


def test_a_broken_byte_is_named():
    with pytest.raises(errors.OutlineUndecodable, match="byte 40"):
        parse(TEXT.encode()[:39] + b"" + TEXT.encode()[39:40] + b"\xff" + TEXT.encode()[40:])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000_000,
        "一、" * 1_600_000,
        "·" * 5_000_000,
        "一" + " " * 4_900_000 + "、",
        "1." * 2_500_000,
    ],
    ids=["brackets", "enumeration", "leaders", "spaces", "digits"],
)
def test_five_hostile_megabytes_do_not_hang(text):
    began = time.monotonic()
    with contextlib.suppress(errors.OutlineUnreadable):
        parse(text.encode())
    assert time.monotonic() - began < 10


def run(*arguments, **options):
    return CliRunner().invoke(app, ["check", *arguments], **options)


def test_the_command_reads_standard_input_and_tells_clean_from_unclean():
    assert run("-", input=TEXT.encode()).exit_code == 0
    result = run("-", "--json", input=TEXT.replace("(二)", "(三)").encode())
    assert result.exit_code == 1
    assert json.loads(result.stdout)["gaps"][0]["found"] == 3


def test_the_command_says_what_is_wrong_and_leaves_with_2(tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    result = run(str(picture))
    assert result.exit_code == 2
    assert "PNG picture" in result.stderr
    assert run(str(tmp_path / "absent.txt")).exit_code == 2
    assert run(str(tmp_path)).exit_code == 2
