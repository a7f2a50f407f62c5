"""The operations of the JSON interface as a page: from the OpenAPI document, without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from shizheng.web.api import api

DOCUMENT = "/api/openapi.json"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a part of an answer."""

    name: str
    type: str
    is_required: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program can ask or do."""

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    parameters: list[Field]
    answer: list[Field]
    example: str


def operations(schema: dict[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI document in its order."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                anchor=operation["operationId"],
                summary=gettext(operation.get("summary", "")),
                description=operation.get("description", ""),
                parameters=[
                    Field(
                        name=given["name"],
                        type=type_of(given["schema"]),
                        is_required=bool(given.get("required")),
                        note=given["schema"].get("description", ""),
                    )
                    for given in operation.get("parameters", [])
                ],
                answer=answer_of(operation, schema),
                example=example(method, path),
            )


def answer_of(operation: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    """Return the fields of an operation's good answer."""
    good: dict[str, Any] = next(
        (
            answer
            for status, answer in operation["responses"].items()
            if str(status).isdigit() and int(status) < 300
        ),
        {},
    )
    content = good.get("content", {}).get("application/json", {}).get("schema", {})
    inner = content.get("items", content)
    name = inner.get("$ref", "").rpartition("/")[2]
    model = schema.get("components", {}).get("schemas", {}).get(name, {})
    needed = model.get("required", [])
    return [
        Field(key, type_of(part), key in needed, part.get("description", ""))
        for key, part in model.get("properties", {}).items()
    ]


def type_of(part: dict[str, Any]) -> str:
    """Return a JSON type in words: ``string``, ``date``, ``string or null``, ``list of Agency``."""
    if "anyOf" in part:
        return " | ".join(type_of(choice) for choice in part["anyOf"])
    if "$ref" in part:
        return str(part["$ref"].rpartition("/")[2])
    if part.get("type") == "array":
        return f"[{type_of(part['items'])}]"
    return str(part.get("format") or part.get("type", "any"))


def example(method: str, path: str) -> str:
    """Return a command that can be copied and works."""
    verb = "" if method == "get" else f"-X {method.upper()} "
    return f"curl {verb}'{settings.SITE_URL}{path}'"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the interface to a person."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    context = {
        "operations": list(operations(schema)),
        "version": schema["info"]["version"],
        "document": DOCUMENT,
    }
    return render(request, "web/api.html", context)
