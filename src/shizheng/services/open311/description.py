"""The Open311 interface described by OpenAPI 3.1, for programs that read descriptions."""

from importlib.metadata import version
from typing import Any

from django.conf import settings

from shizheng.services.open311.asking import MOST_PAGES, MOST_ROWS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
STATUS: Schema = {"type": "string", "enum": ["open", "closed"]}
DATATYPE: Schema = {
    "type": "string",
    "enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"],
}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


EXTENDED = _object({"state": TEXT, "state_name": TEXT, "extended_status": TEXT})
VALUE = _object({"key": TEXT, "name": TEXT})
ATTRIBUTE = _object(
    {
        "variable": {"type": "boolean"},
        "code": TEXT,
        "datatype": DATATYPE,
        "required": {"type": "boolean"},
        "datatype_description": TEXT_OR_NULL,
        "order": {"type": "integer", "minimum": 1},
        "description": TEXT,
        "values": _list(VALUE),
    }
)
SCHEMAS: Schema = {
    "Service": _object(
        {
            "service_code": TEXT,
            "service_name": TEXT,
            "description": TEXT,
            "metadata": {"type": "boolean"},
            "type": {"type": "string", "enum": ["realtime", "batch", "blackbox"]},
            "keywords": TEXT,
            "group": TEXT,
        }
    ),
    "ServiceDefinition": _object({"service_code": TEXT, "attributes": _list(ATTRIBUTE)}),
    "Request": _object(
        {
            "service_request_id": TEXT,
            "status": STATUS,
            "status_notes": TEXT,
            "service_name": TEXT,
            "service_code": TEXT,
            "description": TEXT_OR_NULL,
            "agency_responsible": TEXT_OR_NULL,
            "service_notice": TEXT,
            "requested_datetime": MOMENT,
            "updated_datetime": MOMENT,
            "expected_datetime": MOMENT_OR_NULL,
            "address": TEXT,
            "address_id": TEXT_OR_NULL,
            "zipcode": TEXT_OR_NULL,
            "lat": NUMBER_OR_NULL,
            "long": NUMBER_OR_NULL,
            "media_url": TEXT_OR_NULL,
        },
        {
            "attributes": _list({"type": "object"}),
            "extended_attributes": EXTENDED,
            "notes": _list(_object({"datetime": MOMENT, "description": TEXT, "type": TEXT})),
        },
    ),
    "RequestMade": _object(
        {"service_request_id": TEXT, "service_notice": TEXT, "account_id": TEXT_OR_NULL},
        {"follow_code": TEXT},
    ),
    "Token": _object({"service_request_id": TEXT, "token": TEXT}),
    "Update": _object(
        {
            "update_id": TEXT,
            "service_request_id": TEXT,
            "status": STATUS,
            "updated_datetime": MOMENT,
            "description": TEXT,
            "media_url": TEXT_OR_NULL,
        },
        {"extended_attributes": EXTENDED},
    ),
    "UpdateMade": _object(
        {"update_id": TEXT, "service_request_id": TEXT, "status": STATUS},
        {"update_id_ext": TEXT_OR_NULL},
    ),
    "Error": _object({"code": {"type": "integer"}, "description": TEXT}),
}
REQUEST_FORM = _object(
    {"service_code": TEXT},
    {
        "api_key": TEXT,
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "address_string": {"type": "string", "maxLength": 200},
        "email": {"type": "string", "format": "email"},
        "first_name": {"type": "string", "maxLength": 40},
        "last_name": {"type": "string", "maxLength": 40},
        "phone": {"type": "string", "maxLength": 30},
        "description": {"type": "string", "maxLength": 4000},
        "media_url": {"type": "string", "format": "uri"},
        "device_id": TEXT,
        "account_id": TEXT,
        "jurisdiction_id": TEXT,
    },
)
UPDATE_FORM = _object(
    {"service_request_id": TEXT, "description": {"type": "string", "maxLength": 4000}},
    {"api_key": TEXT, "token": TEXT, "status": TEXT, "update_id_ext": TEXT},
)


def _query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


JURISDICTION = _query("jurisdiction_id", TEXT)
LOCALE = _query("locale", {"type": "string", "enum": ["zh-Hant", "en"]})
EXTENSIONS = _query("extensions", {"type": "string", "enum": ["true", "false"]})
PAGES = [
    _query("page", {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}),
    _query("page_size", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
]
SPAN = [_query("start_date", MOMENT), _query("end_date", MOMENT)]
FILTERS = [
    _query("service_request_id", TEXT),
    _query("service_code", TEXT),
    _query("status", {"type": "string", "enum": ["open", "closed", "open,closed"]}),
    *SPAN,
    _query("updated_after", MOMENT),
    _query("updated_before", MOMENT),
    _query("lat", {"type": "number", "minimum": -90, "maximum": 90}),
    _query("long", {"type": "number", "minimum": -180, "maximum": 180}),
    _query("radius", {"type": "number", "minimum": 0, "maximum": 20_000}),
    _query("q", {"type": "string", "maxLength": 100}),
    *PAGES,
    EXTENSIONS,
]


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _operation(
    key: str, summary: str, answer: Schema, parameters: list[Schema], form: Schema | None = None
) -> Schema:
    errors = _list({"$ref": "#/components/schemas/Error"})
    operation: Schema = {
        "operationId": key,
        "summary": summary,
        "tags": ["open311"],
        "parameters": [*parameters, JURISDICTION, LOCALE],
        "responses": {
            "200": {"description": "OK", "content": _content(answer)},
            "default": {"description": "What is wrong", "content": _content(errors)},
        },
    }
    if form is not None:
        types = ("application/x-www-form-urlencoded", "multipart/form-data")
        body = {name: {"schema": form} for name in types}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _of(name: str, *, many: bool = True) -> Schema:
    reference = {"$ref": f"#/components/schemas/{name}"}
    return _list(reference) if many else reference


def _named(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def document() -> Schema:
    """Return the description; the answers are also given as XML, with the ending ``.xml``."""
    get_updates = _operation("getUpdates", "Updates", _of("Update"), [*SPAN, *PAGES, EXTENSIONS])
    paths: Schema = {
        "/discovery.json": {"get": _operation("discovery", "Discovery", {"type": "object"}, [])},
        "/services.json": {"get": _operation("getServices", "Services", _of("Service"), [])},
        "/services/{service_code}.json": {
            "get": _operation(
                "getServiceDefinition", "One service", _of("ServiceDefinition", many=False),
                [_named("service_code")],
            )
        },
        "/requests.json": {
            "get": _operation("getRequests", "Service requests", _of("Request"), FILTERS),
            "post": _operation(
                "postRequest", "Report", _of("RequestMade"), [EXTENSIONS], REQUEST_FORM
            ),
        },
        "/requests/{service_request_id}.json": {
            "get": _operation(
                "getRequest", "One request", _of("Request"),
                [_named("service_request_id"), EXTENSIONS],
            )
        },
        "/tokens/{token}.json": {
            "get": _operation("getToken", "Token", _of("Token"), [_named("token")])
        },
        "/servicerequestupdates.json": {
            "get": get_updates,
            "post": _operation("postUpdate", "Add", _of("UpdateMade"), [], UPDATE_FORM),
        },
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open311 GeoReport v2",
            "version": version("shizheng"),
            "description": "Attributes of a service are sent as attribute[CODE]=value.",
        },
        "servers": [{"url": f"{settings.SITE_URL}/open311/v2"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }
