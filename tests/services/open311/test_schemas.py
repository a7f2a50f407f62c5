"""Answers keep to GeoReport v2: schemas written down from the specification's tables."""

import pytest
from jsonschema_rs import Draft202012Validator

from shizheng.services.open311.description import document

TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": ["string", "null"]}
MOMENT = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL = {"anyOf": [MOMENT, {"type": "null"}]}


def rows(required, /, **properties):
    item = {"type": "object", "required": required, "properties": properties}
    return {"type": "array", "items": item}


SERVICES = rows(
    ["service_code", "service_name", "metadata", "type"],
    service_code=TEXT, service_name=TEXT, description=TEXT_OR_NULL,
    metadata={"type": "boolean"}, type={"enum": ["realtime", "batch", "blackbox"]},
    keywords=TEXT_OR_NULL, group=TEXT_OR_NULL,
)  # fmt: skip
ATTRIBUTES = rows(
    ["variable", "code", "datatype", "required"],
    variable={"type": "boolean"}, code=TEXT, required={"type": "boolean"},
    datatype={
        "enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    },
    datatype_description=TEXT_OR_NULL, order={"type": ["integer", "null"]},
    description=TEXT_OR_NULL, values=rows(["key", "name"], key=TEXT, name=TEXT),
)  # fmt: skip
DEFINITION = {
    "type": "object", "required": ["service_code", "attributes"],
    "properties": {"service_code": TEXT, "attributes": ATTRIBUTES},
}  # fmt: skip
REQUESTS = rows(
    ["service_request_id", "status", "service_code", "requested_datetime"],
    service_request_id=TEXT, status={"enum": ["open", "closed"]}, status_notes=TEXT_OR_NULL,
    service_name=TEXT_OR_NULL, service_code=TEXT,
    description={"type": ["string", "null"], "maxLength": 4000},
    agency_responsible=TEXT_OR_NULL, service_notice=TEXT_OR_NULL, requested_datetime=MOMENT,
    updated_datetime=MOMENT_OR_NULL, expected_datetime=MOMENT_OR_NULL, address=TEXT,
    address_id=TEXT_OR_NULL, zipcode=TEXT_OR_NULL, lat={"type": ["number", "null"]},
    long={"type": ["number", "null"]},
    media_url={"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]},
)  # fmt: skip
MADE = rows(["service_request_id"], service_request_id=TEXT, account_id=TEXT_OR_NULL)
ERRORS = rows(["code", "description"], code={"type": "integer"}, description=TEXT)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("services.json", SERVICES),
        ("requests.json", REQUESTS),
        ("requests.json?extensions=true", REQUESTS),
        ("requests.json?page=0", ERRORS),
        ("services/nothing.json", ERRORS),
    ],
)
def test_every_answer_keeps_to_its_schema(program, report, path, schema):
    made = report(media_url="https://pictures.example/1.jpg").json()
    Draft202012Validator(MADE).validate(made)
    report(lat=None, long=None, address_string="三民區建國三路")
    answer = program.get(f"/open311/v2/{path}").json()
    Draft202012Validator(schema, validate_formats=True).validate(answer)
    assert answer


def test_every_definition_keeps_to_its_schema(program):
    for service in program.get("/open311/v2/services.json").json():
        found = program.get(f"/open311/v2/services/{service['service_code']}.json").json()
        Draft202012Validator(DEFINITION).validate(found)


def test_the_description_is_openapi(program):
    assert program.get("/open311/v2/openapi.json").json() == document()
