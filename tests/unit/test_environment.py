import pytest
from django.core.exceptions import ImproperlyConfigured

from shizheng.environment import Environment


def test_a_secret_may_stand_in_a_file(tmp_path):
    kept = tmp_path / "key"
    kept.write_text("s3cret\n", encoding="utf-8")
    assert Environment({"KEY_FILE": str(kept)}).text("KEY") == "s3cret"


def test_a_missing_file_of_a_secret_is_named():
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE names the file /nowhere"):
        Environment({"KEY_FILE": "/nowhere"}).text("KEY")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("True", True), ("off", False), ("", True), (" no ", False)]
)
def test_a_flag_is_read_in_the_usual_spellings(text, value):
    assert Environment({"FLAG": text}).flag("FLAG", default=True) is value


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        pytest.param("flag", "maybe", "must be 1 or 0", id="flag"),
        pytest.param("number", "-3", "must be a whole number", id="number"),
        pytest.param("number", "１２", "must be a whole number", id="full-width-number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(read, text, said):
    with pytest.raises(ImproperlyConfigured, match=f"THING {said}"):
        getattr(Environment({"THING": text}), read)("THING")


def test_a_word_outside_the_list_is_refused_with_the_list():
    with pytest.raises(ImproperlyConfigured, match="one of demo, production"):
        Environment({"ENV": "prod"}).choice("ENV", "demo", ["demo", "production"])


@pytest.mark.parametrize(
    "address",
    ["foo", "mysql://a/b", "postgres://u:pw@h:port/db", "postgres://h", "postgres://[::1/db"],
)
def test_a_broken_address_of_a_database_is_refused_without_its_password(address):
    with pytest.raises(ImproperlyConfigured, match="postgres://user:password@host") as refusal:
        Environment({"DATABASE_URL": address}).database("DATABASE_URL", "")
    assert "pw@" not in str(refusal.value)


def test_values_between_commas_lose_their_spaces():
    assert Environment({"HOSTS": "a.tw, b.tw,"}).words("HOSTS") == ["a.tw", "b.tw"]


def test_a_mail_server_is_read_and_nonsense_is_refused():
    mail = Environment({"MAIL": "smtp+tls://u:p@post.tw:587"}).mail("MAIL", "consolemail://")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == ("post.tw", 587, True)
    with pytest.raises(ImproperlyConfigured, match="MAIL cannot be read"):
        Environment({"MAIL": "junk"}).mail("MAIL", "consolemail://")
