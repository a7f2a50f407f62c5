"""Many requests in one (10.4): multipart/mixed with change sets, or JSON as OData has it."""

import email
import email.policy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from shizheng.core.models.keys import new_key
from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.sensorthings.handling import Answer

MOST = 1_000
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
            403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
            422: "Unprocessable Content", 424: "Failed Dependency",
            429: "Too Many Requests"}  # fmt: skip


@dataclass(slots=True)
class Part:
    """One request of a batch; those of one group happen all or none."""

    method: str
    url: str
    body: bytes
    kind: str = "application/json"
    id: str = ""
    group: str = ""
    answer: Answer = field(default_factory=Answer)


Run = Callable[[Part], Answer]


class Undone(Exception):
    """One of a group failed, so that none of it happened."""


def batched(body: bytes, kind: str, run: Run) -> Answer:
    """Answer the requests of a batch one after the other.

    Raises:
        QueryUnfit: it is no batch, or a very long one.
    """
    is_json = "json" in kind
    parts = [*_json_parts(body)] if is_json else [*_mixed_parts(body, kind)]
    if len(parts) > MOST:
        raise QueryUnfit(option="$batch", reason=N_("at most 1,000 requests are sent at once"))
    known: dict[str, str] = {}
    place = 0
    while place < len(parts):
        group = [parts[place]]
        while group[0].group and place + len(group) < len(parts):
            if parts[place + len(group)].group != group[0].group:
                break
            group.append(parts[place + len(group)])
        _group_answered(group, run, known)
        place += len(group)
    return _as_json(parts) if is_json else _as_mixed(parts)


def _group_answered(group: list[Part], run: Run, known: dict[str, str]) -> None:
    if not group[0].group:
        _answered(group[0], run, known)
        return
    try:
        with transaction.atomic():
            for part in group:
                _answered(part, run, known)
                if part.answer.status >= 400:
                    raise Undone
    except Undone:
        for part in group:
            if part.answer.status < 400:
                part.answer = Answer(424, {"message": "Nothing of its group was done."})


def _answered(part: Part, run: Run, known: dict[str, str]) -> None:
    for name in sorted(known, key=len, reverse=True):
        part.url = re.sub(rf"\${re.escape(name)}(?![\w])", known[name], part.url)
        marked = f'"${name}"'.encode()
        if marked in part.body:
            number = known[name].rpartition("(")[2].rstrip(")")
            part.body = part.body.replace(marked, number.replace("'", '"').encode())
    part.answer = run(part)
    where = part.answer.headers.get("Location")
    if part.id and where:
        known[part.id] = re.sub(r"^.*/(?=[A-Za-z]+\()", "", where)


def _json_parts(body: bytes) -> Iterator[Part]:
    try:
        requests = json.loads(body)["requests"]
        for each in requests:
            sent = each.get("body")
            yield Part(
                str(each["method"]).upper(), str(each["url"]),
                b"" if sent is None else json.dumps(sent).encode(),
                {key.lower(): value for key, value in each.get("headers", {}).items()}.get(
                    "content-type", "application/json"
                ),
                str(each.get("id", "")), str(each.get("atomicityGroup", "")),
            )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = N_("it is a JSON object with requests, each with id, method and url")
        raise QueryUnfit(option="$batch", reason=reason) from None


def _mixed_parts(body: bytes, kind: str) -> Iterator[Part]:
    message = _message(body, kind)
    for number, part in enumerate(message.iter_parts()):
        if part.get_content_type() == "multipart/mixed":
            for inner in part.iter_parts():
                yield _of_http(inner, f"set-{number}")
        else:
            yield _of_http(part, "")


def _message(body: bytes, kind: str) -> Any:
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    if not message.is_multipart():
        raise QueryUnfit(option="$batch", reason=N_("it is multipart/mixed with a boundary"))
    return message


def _of_http(part: Any, group: str) -> Part:
    raw: bytes = part.get_payload(decode=True) or b""
    head, _, rest = raw.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")
    line, *fields = head.decode("utf-8", "replace").split("\n")
    words = line.split()
    if len(words) < 2:
        reason = N_("each part is a request with method, address and body")
        raise QueryUnfit(option="$batch", reason=reason)
    kind = next(
        (each.partition(":")[2].strip() for each in fields
         if each.lower().startswith("content-type:")),
        "application/json",
    )  # fmt: skip
    return Part(
        words[0].upper(), words[1], rest.strip(), kind, str(part.get("Content-ID", "")).strip(),
        group,
    )  # fmt: skip


def _as_json(parts: list[Part]) -> Answer:
    told = []
    for part in parts:
        one: dict[str, Any] = {"id": part.id, "status": part.answer.status}
        if part.answer.headers.get("Location"):
            one["headers"] = {"location": part.answer.headers["Location"]}
        if part.answer.body is not None:
            one["body"] = part.answer.body
        told.append(one)
    return Answer(200, {"responses": told})


def _as_mixed(parts: list[Part]) -> Answer:
    boundary = f"batch_{new_key()}"
    lines: list[str] = []
    place = 0
    while place < len(parts):
        group = [part for part in parts[place:] if part.group == parts[place].group]
        if not parts[place].group:
            lines += [f"--{boundary}", *_http(parts[place]), ""]
            place += 1
            continue
        inner = f"changeset_{new_key()}"
        lines += [f"--{boundary}", f"Content-Type: multipart/mixed; boundary={inner}", ""]
        for part in group:
            lines += [f"--{inner}", *_http(part), ""]
        lines += [f"--{inner}--", ""]
        place += len(group)
    lines.append(f"--{boundary}--\r\n")
    return Answer(
        200, "\r\n".join(lines), {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    )


def _http(part: Part) -> list[str]:
    answer = part.answer
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if part.id:
        lines.append(f"Content-ID: {part.id}")
    lines += ["", f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Answer')}"]
    if answer.headers.get("Location"):
        lines.append(f"Location: {answer.headers['Location']}")
    if answer.body is None:
        return [*lines, ""]
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    kind = answer.headers.get("Content-Type", "application/json")
    return [*lines, f"Content-Type: {kind}", "", text]
