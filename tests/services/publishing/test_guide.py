"""The service of the guide is a real one: it checks, and its examples run."""

import re
import shutil
from pathlib import Path

from shizheng.packs.checker import examine

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs/how-to/write-a-service.md"


def blocks():
    return re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_of_the_guide_checks_in_the_small_town(tmp_path):
    folder = tmp_path / "mytown"
    shutil.copytree(ROOT / "packs/exampleton", folder)
    words, service, _version = blocks()
    (folder / "party_words.yaml").write_text(words, encoding="utf-8")
    (folder / "services").mkdir(exist_ok=True)
    (folder / "services/street_party.yaml").write_text(service, encoding="utf-8")
    pack, problems = examine(folder)
    assert [problem.as_text() for problem in problems] == []
    assert len(next(each for each in pack.all if each.id == "street_party").model.examples) == 4


def test_the_fragment_on_versions_is_one_of_the_same_service(tmp_path):
    folder = tmp_path / "mytown"
    shutil.copytree(ROOT / "packs/exampleton", folder)
    words, service, version = blocks()
    (folder / "party_words.yaml").write_text(words, encoding="utf-8")
    (folder / "services").mkdir(exist_ok=True)
    text = service.replace("in_flight: {drafts: fast_forward, cases: stay}\n", "").replace(
        "id: street_party\n", f"id: street_party\n{version}", 1
    )
    (folder / "services/street_party.yaml").write_text(text, encoding="utf-8")
    assert examine(folder)[1] == []
