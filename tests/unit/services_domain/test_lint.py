"""The linter: each slip that could strand a case is found and named."""

from types import SimpleNamespace

import pytest
from tests.unit.calendar_2020 import CALENDAR
from tests.unit.services_domain.made import made, words

from shizheng.packs.kinds.pack import Manifest
from shizheng.packs.kinds.role import Role
from shizheng.services.domain.lint import lint


class SmallPack:
    """As much of a pack as the linter asks for."""

    def bodies(self, kind):
        return [SimpleNamespace(id=role) for role in ("officer",)] if kind is Role else []

    def body(self, kind):
        if kind is Manifest:
            return SimpleNamespace(time_zone="Asia/Taipei")
        return SimpleNamespace(work_calendar=lambda: CALENDAR)


def found(change=None):
    return [(found.rule, found.message) for found in lint(made(change), SmallPack())]


def test_a_sound_service_has_no_findings():
    assert found() == []


def put(*path_and_value):
    *path, key, value = path_and_value

    def change(body):
        for part in path:
            body = body[part]
        body[key] = value

    return change


def example(**expect):
    return put("examples", [{
        "name": "x", "received": "2020-02-13", "answers": {"kind": "fallen"},
        "steps": [{"act": "ask", "by": "officer", "at": "2020-02-14"},
                  {"act": "answer", "by": "applicant", "at": "2020-02-20"}],
        "expect": expect,
    }])  # fmt: skip


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        pytest.param(put("start", "nowhere"), "states", "nowhere", id="start-unknown"),
        pytest.param(put("actions", "ask", "to", "moon"), "states", "moon", id="to-unknown"),
        pytest.param(put("states", "island", {"label": words("i")}), "reachable", "island",
                     id="unreachable"),
        pytest.param(put("actions", "close", "from", ["received"]), None, "", id="still-sound"),
        pytest.param(put("actions", "trap", {"label": words("t"), "from": ["received"],
                         "to": "pit", "by": ["officer"]}), "states", "pit", id="trap-unknown"),
        pytest.param(lambda body: (put("states", "pit", {"label": words("p")})(body),
                     put("actions", "fall", {"label": words("f"), "from": ["received"],
                         "to": "pit", "by": ["officer"]})(body)), "escapable", "pit",
                     id="inescapable"),
        pytest.param(put("actions", "ask", "by", ["king"]), "roles", "king", id="role-unknown"),
        pytest.param(put("clocks", "main", "stop_in", ["waiting"]), "stoppable", "done",
                     id="clock-runs-on"),
        pytest.param(put("clocks", "main", "rule", "moon"), "rule", "moon", id="rule-unknown"),
        pytest.param(put("actions", "ask", "do", [{"pause": "x"}]), "effects", "x",
                     id="clock-unknown"),
        pytest.param(put("actions", "ask", "do", [{"charge": "x"}]), "effects", "x",
                     id="fee-unknown"),
        pytest.param(put("actions", "ask", "do", [{"act": "x"}]), "effects", "x",
                     id="act-unknown"),
        pytest.param(put("actions", "ask", "do", [{"dispatch": "crew"}]), "effects", "dispatch",
                     id="no-dispatch"),
        pytest.param(put("actions", "ask", "require", "shoe == 1"), "expression", "shoe",
                     id="name-unknown"),
        pytest.param(put("actions", "ask", "require", "size(felled) >"), "expression", "",
                     id="syntax"),
        pytest.param(lambda body: body["pages"][0]["fields"][0].update(show_if="height > 1"),
                     "expression", "height", id="read-before-it-is-asked"),
        pytest.param(lambda body: body["pages"][0]["fields"].append(
                     {"id": "kind", "kind": "text", "label": words("k")}), "fields", "kind",
                     id="field-twice"),
        pytest.param(lambda body: body["pages"][0]["fields"].append(
                     {"id": "case", "kind": "text", "label": words("k")}), "fields", "case",
                     id="reserved-word"),
        pytest.param(lambda body: body["pages"][0]["fields"][0].update(options=[]), "fields",
                     "choices", id="no-choices"),
        pytest.param(lambda body: body["pages"][0]["fields"].append(
                     {"id": "age", "kind": "integer", "min": 9, "max": 3, "label": words("a")}),
                     "fields", "above", id="least-above-most"),
        pytest.param(put("tables", {"t": [{"id": "a"}, {"id": "a"}]}), "tables", "id",
                     id="rows-twice"),
        pytest.param(put("reviews", {"r": {"label": words("r"), "on_agreed": "close",
                     "parts": [{"agency": "fire"}]}}), "actions", "system", id="not-the-systems"),
        pytest.param(put("reviews", {"r": {"label": words("r")}}), "reviews", "no agency",
                     id="asks-nobody"),
        pytest.param(put("steps", {"a": {"label": words("a"), "agency": "x", "days": "1wd",
                     "after": ["b"]}, "b": {"label": words("b"), "agency": "x", "days": "1wd",
                     "after": ["a"]}}), "steps", "itself", id="circle-of-steps"),
        *(pytest.param(put("actions", "ask", "letter", letter), "letters", f"“{letter}”",
                       id=f"letter-{letter}-of-the-desk") for letter in "jkxg"),
        pytest.param(put("actions", "ask", "letter", "a"), None, "", id="letter-of-its-own"),
        pytest.param(put("actions", "ask", "fields", [{"id": "id_no", "kind": "tw_id",
                     "label": words("i"), "personal": True}]), "fields", "nothing personal",
                     id="personal-in-an-action"),
        pytest.param(put("actions", "ask", "fields", [{"id": "who", "kind": "table",
                     "label": words("w"), "columns": [{"id": "name", "kind": "text",
                     "label": words("n"), "personal": True}]}]), "fields", "nothing personal",
                     id="personal-column-in-an-action"),
        pytest.param(example(state="done"), "example", "state is received", id="example-wrong"),
        pytest.param(example(refused="services.x"), "example", "nothing was refused",
                     id="refusal-expected"),
    ],
)  # fmt: skip
def test_a_slip_is_found_and_named(change, rule, says):
    findings = found(change)
    if rule is None:
        assert findings == []
    else:
        assert any(rule == each and says in message for each, message in findings), findings


def test_an_example_counts_what_the_applicant_took():
    """Ten working days from Thursday, five working days with the applicant."""
    assert found(example(**{"clocks.main.due": "2020-03-05", "state": "received"})) == []
