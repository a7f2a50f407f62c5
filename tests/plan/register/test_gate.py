"""The gate before adoption: whoever adopts is held to it, a pack too, unless it says why not."""

import shutil
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from shizheng.core import loading
from shizheng.kernel.errors import DomainError
from shizheng.packs import loader
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.models import Commitment, Edition, Target
from shizheng.plan.register.actions import edition_adopt, edition_import
from shizheng.plan.register.complete import NewItemsIncomplete

from .conftest import AT, PACKS

pytestmark = pytest.mark.django_db
WAIVER = "shown_with_gaps:\n"
COMMITMENT = """
  - item: 3-4
    kind: deliver
    agency: environment
    statement: {zh-Hant: 增設夜間圖書館, en: A library at night}
    due_on: 2026-12-31
    is_proposed: false
    source: 虛構
    targets:
      - {name: {zh-Hant: 座位, en: Seats}, value: 40, unit: {zh-Hant: 席, en: seats}}
"""
EVIDENCE = "3-4,1,座位,Seats,month,higher,false\n"


def grown(tmp_path, *, is_waived: bool = False, is_complete: bool = False):
    """Return the town's pack with one more item in its outline, so a second edition."""
    folder = tmp_path / "exampleton"
    shutil.copytree(PACKS / "exampleton", folder)
    plan = folder / "plan"
    with (plan / "outline-2026.txt").open("a", encoding="utf-8") as text:
        text.write("\n四、增設夜間圖書館。\n")
    with (plan / "catalogue.csv").open("a", encoding="utf-8") as rows:
        rows.write("3-4,places,,programme,Library at night,夜間圖書館,Keeps the seats\n")
    changed(plan / "outline.yaml", "version: 2", "version: 3")
    changed(plan / "catalogue.yaml", "id: ", "version: 2\nid: ")
    if not is_waived:
        lines = (plan / "outline.yaml").read_text(encoding="utf-8").splitlines()
        at = lines.index(WAIVER.strip())
        (plan / "outline.yaml").write_text("\n".join(lines[:at] + lines[at + 3 :]), "utf-8")
    if is_complete:
        changed(plan / "commitments.yaml", "version: 2", "version: 3")
        with (plan / "commitments.yaml").open("a", encoding="utf-8") as rows:
            rows.write(COMMITMENT)
        changed(plan / "evidence.yaml", "id: ", "version: 2\nid: ")
        with (plan / "evidence.csv").open("a", encoding="utf-8") as rows:
            rows.write(EVIDENCE)
    return loader.load(folder)


def changed(file, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_pack_that_adopts_a_second_edition_is_held_to_the_gate(town, tmp_path):
    with pytest.raises(NewItemsIncomplete) as refusal, transaction.atomic():
        loading.load(grown(tmp_path), at=AT)
    assert refusal.value.parameters["codes"] == "3-4"
    assert Edition.objects.get().number == 1


def test_a_complete_second_edition_of_a_pack_is_adopted(town, tmp_path):
    loading.load(grown(tmp_path, is_complete=True), at=AT)
    second = Edition.objects.get(status="adopted")
    assert (second.number, second.gaps_reason) == (2, {})
    assert Commitment.objects.get(item__edition=second, item__code="3-4").due_on
    start = {row.held_from for row in Commitment.objects.filter(item__edition=second)}
    assert len(start) == 1


def test_a_pack_that_says_why_is_shown_with_its_gaps_on_the_page(client, town, tmp_path):
    loading.load(grown(tmp_path, is_waived=True), at=AT)
    second = Edition.objects.select_related("plan").get(status="adopted")
    assert second.number == 2
    page = client.get(reverse("plan:edition", args=(second.plan.code, 2))).content.decode()
    assert any(words in page for words in second.gaps_reason.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=second.pk).update(gaps_reason={})


def test_a_command_line_that_adopts_is_held_to_the_gate_as_well(edition):
    text = "明年施政綱要\n\n壹、總務\n\n一、增設夜間圖書館。\n"
    drafted = edition_import(
        plan=edition.plan, parsed=parse(text.encode(), name="n.txt"), name="n.txt", by=None, at=AT
    )
    with pytest.raises(DomainError) as refusal:
        edition_adopt(edition=drafted, by=None, on=None, from_=date(2027, 1, 1), at=AT)
    assert refusal.value.code == "plan.new_items_incomplete"
    edition.refresh_from_db()
    assert edition.status == Edition.Status.ADOPTED


def test_check_names_the_new_items_of_a_later_outline_and_weights_that_do_not_add_up(tmp_path):
    folder = tmp_path / "exampleton"
    shutil.copytree(PACKS / "exampleton", folder)
    changed(folder / "plan" / "commitments.yaml", "weight: 60", "weight: 50")
    (folder / "plan" / "next.txt").write_text("下一年\n\n壹、鎮務\n\n一、新的事。\n", "utf-8")
    (folder / "plan" / "next.yaml").write_text(
        "schema: outline/1\nid: policy_outline_2027\ntitle: {zh-Hant: 次年, en: Next}\n"
        "period: {from: 2027-01-01, to: 2028-01-01}\nstatus: adopted\nsource: Invented.\n"
        "text: !file next.txt\nchapters:\n  - {number: 1, agency: town_affairs}\n",
        "utf-8",
    )
    found = [str(problem) for problem in loader.examine(folder)[1]]
    assert any("must add to 100, got 90" in each for each in found), found
    assert any("1-1 lacks: commitment" in each for each in found), found


def test_a_pack_loaded_again_changes_nothing_and_a_changed_target_is_taken_over(town, tmp_path):
    before = set(Target.objects.values_list("pk", flat=True))
    loading.load(town.pack, at=AT)
    assert set(Target.objects.values_list("pk", flat=True)) == before
    folder = tmp_path / "exampleton"
    shutil.copytree(PACKS / "exampleton", folder)
    changed(folder / "plan" / "commitments.yaml", "version: 2", "version: 3")
    changed(folder / "plan" / "commitments.yaml", "baseline: 2", "baseline: 3")
    loading.load(loader.load(folder), at=AT)
    assert Target.objects.filter(commitment__held_to=None, baseline=3).count() == 1
