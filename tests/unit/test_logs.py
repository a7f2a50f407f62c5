import json
import logging
from types import SimpleNamespace

import pytest
import structlog

from shizheng.core.logs import formatter, masked, masked_text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("lin@example.com.tw", id="e-mail"),
        pytest.param("A123456789", id="identity-number"),
        pytest.param("a223456781", id="identity-number-in-small-letters"),
        pytest.param("AC01234567", id="residence-number-of-the-old-kind"),
        pytest.param("0912-345-678", id="mobile"),
        pytest.param("0912345678", id="mobile-without-hyphens"),
        pytest.param("+886 912 345 678", id="mobile-from-abroad"),
        pytest.param("07-336-8333", id="telephone"),
    ],
)
def test_personal_data_is_masked_inside_a_sentence(text):
    assert masked_text(f"from {text}, by post") == "from ***, by post"
    assert masked_text(f"來自{text}。") != f"來自{text}。"


@pytest.mark.parametrize(
    "text",
    [
        "KH-1090302-0017",
        "2026-11-23T07:43:49.316553Z",
        "01a2075c-743c-7e32-a3d7-7778fde2654b",
        "plan.directive.issued",
        "505 items in 0.25 s",
    ],
)
def test_numbers_that_name_nobody_stay(text):
    assert masked_text(text) == text


def test_marked_keys_are_masked_however_deep():
    given = {"job": "mail", "to": [{"email": "x", "display_name": "林"}], "otp": 123456, "count": 3}
    assert masked(given) == {
        "job": "mail",
        "to": [{"email": "***", "display_name": "***"}],
        "otp": "***",
        "count": 3,
    }


def test_a_row_is_named_by_its_key_and_a_request_without_its_query():
    assert masked(SimpleNamespace(pk=7)) == "SimpleNamespace 7"
    request = SimpleNamespace(method="GET", path="/people/", query="q=林")
    assert masked(request) == "GET /people/"


@pytest.fixture
def printed():
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(formatter(as_json=True)())
    logger = logging.getLogger("shizheng.test_of_logs")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lines
    logger.removeHandler(handler)


def test_an_event_is_one_line_of_json_without_personal_data(printed):
    structlog.get_logger("shizheng.test_of_logs").info("letter_sent", email="a@b.tw", count=2)
    event = json.loads(printed[0])
    assert event.pop("timestamp")
    assert event == {
        "event": "letter_sent",
        "email": "***",
        "count": 2,
        "level": "info",
        "logger": "shizheng.test_of_logs",
    }


def test_other_libraries_end_in_the_same_form_with_their_failures(printed):
    try:
        raise ValueError("no such person: a@b.tw")
    except ValueError:
        logging.getLogger("shizheng.test_of_logs").exception("Broke for %s", "0912345678")
    event = json.loads(printed[0])
    assert event["event"] == "Broke for ***"
    assert "ValueError: no such person: ***" in event["exception"]
