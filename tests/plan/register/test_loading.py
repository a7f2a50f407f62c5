"""Packs that may not be loaded, and what the refusal leaves behind: nothing."""

import shutil

import pytest

from shizheng.cli.publication import as_json, report
from shizheng.core import loading
from shizheng.core.models import Agency, City, JournalEntry, PublishedDefinition
from shizheng.core.publishing import publication
from shizheng.packs import loader
from shizheng.plan.models import Light

from .conftest import AT, PACKS

pytestmark = pytest.mark.django_db


def test_a_database_serves_one_city(town):
    with pytest.raises(loading.OtherCity) as refusal:
        loading.load(loader.load(PACKS / "kaohsiung"), at=AT)
    assert "exampleton" in str(refusal.value)
    assert City.objects.get().code == "exampleton"


def changed(tmp_path, old: str, new: str, name: str = "roles.yaml"):
    """Return the pack with one text of one file replaced."""
    folder = tmp_path / "exampleton"
    shutil.copytree(PACKS / "exampleton", folder)
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return loader.load(folder)


def test_a_published_definition_changed_in_place_is_refused_with_its_file_and_line(town, tmp_path):
    before = (Agency.objects.count(), PublishedDefinition.objects.count())
    entries = JournalEntry.objects.count()
    pack = changed(tmp_path, "position: ", "position: 7")
    with pytest.raises(loading.PublishedIsFinal) as refusal:
        loading.load(pack, at=AT)
    assert "roles.yaml:" in str(refusal.value)
    assert (Agency.objects.count(), PublishedDefinition.objects.count()) == before
    assert JournalEntry.objects.count() == entries


def test_a_raised_version_is_published_beside_the_old_one(town, tmp_path):
    role = town.pack.definitions("role")[0]
    pack = changed(tmp_path, f"id: {role.id}\n", f"id: {role.id}\nversion: 2\n")
    loading.load(pack, at=AT)
    versions = PublishedDefinition.objects.filter(kind="role", identifier=role.id)
    assert list(versions.values_list("version", flat=True)) == [1, 2]


def test_publishing_shows_the_difference_and_what_is_open_under_the_old_version(town, tmp_path):
    rule = town.pack.one("light_rule")
    days = rule.body["fresh_days"]
    pack = changed(
        tmp_path,
        f"fresh_days: {days}",
        f"version: {rule.version + 1}\nfresh_days: {days + 60}",
        "plan/light_rule.yaml",
    )
    plan = publication(pack)
    assert plan.is_allowed
    (raised,) = plan.raised
    assert raised.still_open == Light.objects.filter(until=None).count() == 10
    lines = list(report(plan))
    assert f"             fresh_days: {days} -> {days + 60}" in lines
    assert "             open under version 1: 10" in lines
    assert as_json(plan)["raised"][0]["open"] == 10
