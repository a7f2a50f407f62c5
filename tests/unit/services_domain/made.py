"""A small service as data, to be changed by one slip at a time."""

import copy
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shizheng.services.definitions import Service
from shizheng.services.domain.facts import Facts, PlaceFacts

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2020, 2, 13, 10, 0, tzinfo=TAIPEI)


def words(text: str) -> dict[str, str]:
    return {"zh-Hant": text, "en": text}


BODY: dict[str, Any] = {
    "id": "tree", "name": words("tree"), "summary": words("s"), "category": "report",
    "owner": "works",
    "guide": {key: words(key) for key in ("who", "how_long", "cost", "after")},
    "intake": {"channels": ["web", "phone"]},
    "pages": [
        {"id": "first", "title": words("t"), "fields": [
            {"id": "kind", "kind": "choice", "label": words("kind"), "required": True,
             "options": [{"id": "fallen", "label": words("f")},
                         {"id": "leaning", "label": words("l")}]},
            {"id": "height", "kind": "integer", "label": words("h"), "min": 0, "max": 100,
             "show_if": 'kind == "leaning"', "required": True},
            {"id": "owner_id", "kind": "tw_id", "label": words("id"), "personal": True},
            {"id": "felled", "kind": "table", "label": words("rows"), "columns": [
                {"id": "species", "kind": "text", "label": words("s"), "required": True},
                {"id": "girth", "kind": "decimal", "label": words("g")}]},
            {"id": "until", "kind": "date", "label": words("d"),
             "check": "value >= case.today", "message": words("not in the past")},
            {"id": "twice", "kind": "integer", "label": words("2"), "compute": "height * 2",
             "show_if": 'kind == "leaning"'},
        ]},
    ],
    "calc": [{"id": "fee", "value": "size(felled) * 100", "kind": "money"}],
    "routing": [{"when": 'kind == "fallen"', "to": "fire"}, {"to": "works"}],
    "start": "received",
    "states": {
        "received": {"label": words("r")},
        "waiting": {"label": words("w"), "holder": "applicant"},
        "done": {"label": words("d"), "final": True, "outcome": "completed"},
    },
    "actions": {
        "ask": {"label": words("ask"), "from": ["received"], "to": "waiting", "by": ["officer"]},
        "answer": {"label": words("a"), "from": ["waiting"], "to": "received", "by": ["applicant"]},
        "close": {"label": words("c"), "from": ["received", "waiting"], "to": "done",
                  "by": ["officer"]},
    },
    "clocks": {"main": {
        "label": words("c"), "amounts": [{"amount": "10wd"}], "start": ["received"],
        "stop_in": ["done"], "pause_in": ["waiting"]}},
}  # fmt: skip


def made(change: Any = None) -> Service:
    """Return the service, after ``change`` had its way with a copy of the data."""
    body = copy.deepcopy(BODY)
    if change:
        change(body)
    return Service.model_validate(body)


def facts(**given: Any) -> Facts:
    """Return the facts of a fresh case."""
    plain: dict[str, Any] = {
        "state": "received", "channel": "web", "agency": "works", "opened_at": NOW, "now": NOW,
        "today": NOW.date(), "opened_on": NOW.date(), "place": PlaceFacts(),
    }  # fmt: skip
    return Facts(**{**plain, **given})
