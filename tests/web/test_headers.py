import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/nowhere/", "/style.css", "/static/web/js/site.js"])
def test_every_answer_forbids_inline_script_and_framing(client, address):
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Request-ID"]
    answer.close()


def test_pages_hold_no_inline_script_or_style(client):
    page = client.get("/").content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_a_public_page_may_be_kept_by_a_shared_cache_and_a_persons_page_by_nobody(client):
    assert "public" in client.get("/")["Cache-Control"]
    client.cookies["sessionid"] = "somebody"
    assert client.get("/")["Cache-Control"] == "private, no-store"


def test_a_malformed_request_number_is_replaced(client):
    given = "x" * 8 + "\n<script>"
    assert client.get("/", headers={"X-Request-ID": given})["X-Request-ID"] != given
