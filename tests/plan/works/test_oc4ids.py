"""Works as OC4IDS: what is published validates, and a copy that was broken does not."""

import copy
import json
import os
from datetime import date, timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from tests.plan.works import site
from tests.plan.works.conftest import AT, begun, report
from tests.plan.works.oc4ids_profile import PACKAGE

from shizheng.plan.models import PublicWork
from shizheng.plan.works.actions import registering
from shizheng.plan.works.oc4ids import package_of

SCHEMA = os.environ.get("SHIZHENG_OC4IDS_SCHEMA", "")
"""A folder with ``project-schema.json`` and ``project-package-schema.json`` of the standard."""
PROFILE = jsonschema_rs.Draft202012Validator(PACKAGE, validate_formats=True)


@pytest.fixture
def package(people):
    work = begun(people)
    report(work, people, date(2020, 3, 1), "8.5", 7_000_000, photos=[site.photo()])
    report(work, people, date(2020, 4, 1), "17", 9_000_000)
    done = begun(people, "PW-109-0002", firm="10000026")
    report(done, people, date(2020, 3, 1), "100", 90_000_000)
    for stage in ("completed", "accepted"):
        registering.stage_move(
            work=done, by=people.officer, at=AT + timedelta(days=60), stage=stage, reason="竣工"
        )
    registering.work_register(
        by=people.officer, at=AT, agency=work.agency, number="PW-109-0003", name="尚未發包"
    )
    works = PublicWork.objects.select_related("agency", "contractor", "district")
    found = package_of(
        works, uri="https://city.example/works.oc4ids.json", site="https://city.example", at=AT
    )
    return json.loads(json.dumps(found, ensure_ascii=False))


def test_the_package_keeps_to_the_profile(package):
    assert [str(each) for each in PROFILE.iter_errors(package)] == []
    planned, done, bare = package["projects"]
    assert planned["forecasts"][0]["observations"][-1]["measure"] == 100
    assert [each["measure"] for each in planned["metrics"][0]["observations"]] == [8.5, 17]
    assert sum(
        each["value"]["amount"]
        for each in planned["contractingProcesses"][0]["summary"]["transactions"]
    ) == 16_000_000  # fmt: skip
    assert planned["locations"][0]["geometry"]["type"] == "LineString"
    assert (done["status"], done["completion"]["finalValue"]["amount"]) == (
        "maintenance", 100_000_000,
    )  # fmt: skip
    assert "contractingProcesses" not in bare


def broken(package):
    """Yield the package broken in one place after another."""

    def change(path, value):
        one = copy.deepcopy(package)
        part = one
        for step in path[:-1]:
            part = part[step]
        if value is None:
            del part[path[-1]]
        else:
            part[path[-1]] = value
        return one

    first = ("projects", 0)
    yield change(("publishedDate",), "yesterday")
    yield change(("publisher",), {})
    yield change((*first, "id"), None)
    yield change((*first, "status"), "building")
    yield change((*first, "period", "startDate"), "2020-03-01")
    yield change((*first, "budget", "amount", "currency"), "NT$")
    yield change((*first, "contractingProcesses", 0, "summary", "status"), "done")
    yield change((*first, "contractingProcesses", 0, "summary", "contractValue", "amount"), "100")
    yield change((*first, "locations", 0, "geometry", "type"), "Line")
    yield change((*first, "documents", 0, "url"), "no address")


def test_a_broken_copy_is_rejected(package):
    accepted = [place for place, each in enumerate(broken(package)) if PROFILE.is_valid(each)]
    assert accepted == []


@pytest.mark.skipif(not SCHEMA, reason="SHIZHENG_OC4IDS_SCHEMA names no folder of the standard.")
def test_the_schema_of_the_standard_agrees(package):
    project, wrap = (
        json.loads((Path(SCHEMA) / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("project-schema", "project-package-schema")
    )
    registry = jsonschema_rs.Registry(
        [(each["id"], each) for each in (project, wrap)], draft=jsonschema_rs.Draft4
    )
    standard = jsonschema_rs.Draft4Validator(wrap, registry=registry, validate_formats=True)
    assert [f"{each.instance_path}: {each.message}" for each in standard.iter_errors(package)] == []
    assert [place for place, each in enumerate(broken(package)) if standard.is_valid(each)] == []
