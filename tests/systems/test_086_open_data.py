"""System 86, open data and visualisation 資料開放、視覺化: sent, checked, published, drawn, late.

An officer publishes over HTTP, a worker reads what came, anybody reads, draws and asks by program.
"""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from tests.core.town import grant, person, role
from tests.plan.works.site import Desk
from tests.services.conftest import kaohsiung

from shizheng.core.journal import entries_of, verify
from shizheng.core.models import Agency, Area, JournalEntry, OutboxEvent
from shizheng.core.worker import run_all
from shizheng.services.models import Notice
from shizheng.statistics.datasets.profiling import version_profile
from shizheng.statistics.datasets.warning import late_warn
from shizheng.statistics.models import DatasetVersion

__all__ = ["kaohsiung"]
HOME = "/data/datasets/village-trees/"
DESCRIBED = {
    "owner": "public_works", "code": "village-trees", "title_zh": "行道樹", "title_en": "Trees",
    "description_zh": "各區行道樹", "description_en": "Trees along streets", "theme": "ENVI",
    "licence": "odgl-1.0", "frequency": "MONTHLY", "contact": "trees@example.org",
    "source_url": "", "key": "", "is_public": "on",
}  # fmt: skip


@pytest.fixture
def officer(kaohsiung, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    made = person("tree_officer")
    owner = Agency.objects.get(code=DESCRIBED["owner"])
    grant(made, role("tree_publisher", "statistics.publish_dataset"), agency=owner)
    return Desk(made)


def posted(desk: Desk, path: str, expect: int = 303, **fields: object) -> str:
    response = desk.client.post(path, fields)
    assert response.status_code == expect, response.content.decode()[:2000]
    return response.get("Location", "")


def sent(officer: Desk, rows: str, **more: object) -> DatasetVersion:
    file = SimpleUploadedFile("trees.csv", ("月,區,棵數\n" + rows).encode())
    result = posted(officer, HOME + "send/", file=file, note="", **more)
    number = int(re.search(r"versions/(\d+)/", result)[1])
    version = DatasetVersion.objects.get(number=number)
    return version_profile(version, at=timezone.now)


def holding(settings, text: str) -> list[Path]:
    """Return the kept files with a text in them."""
    held = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    return [path for path in held if text.encode() in path.read_bytes()]


def published(officer: Desk) -> list[str]:
    """Describe a dataset, send a first version and publish it; return names of districts."""
    names = [area.name["zh-Hant"] for area in Area.objects.filter(kind="district")[:4]]
    posted(officer, "/data/datasets/new/", **DESCRIBED)
    rows = [f"2020-0{m},{name},{m * 10 + at}" for m in (1, 2) for at, name in enumerate(names)]
    assert sent(officer, "\n".join(rows)).state == "profiled"
    assert Client().get(HOME).status_code == 404
    posted(officer, HOME + "versions/1/result/", reason="")
    return names


def test_a_dataset_is_published_and_served_with_owner_licence_schema_and_quality(officer):
    published(officer)
    public = Desk()
    page = public.read(HOME)
    for words in ("行道樹", "工務局", "政府資料開放授權條款", "每月", "棵數", "100 分"):
        assert words in page, words
    answer = public.json(HOME + "rows?月=2020-02&_sort=-棵數&_size=2")
    assert (answer["version"], answer["total"]) == (1, 4)
    assert [row["棵數"] for row in answer["rows"]] == [23, 22]
    columns = public.json(HOME + "schema.json")["columns"]
    assert [each["type"] for each in columns] == ["month", "text", "integer"]
    (listed,) = public.json("/api/datasets?q=行道樹")
    assert (listed["frequency"], listed["version"], listed["late_days"]) == ("MONTHLY", 1, 0)
    assert 0 < listed["score"] <= 100
    turtle = public.client.get("/data/datasets/village-trees.ttl").content.decode()
    assert "dcterms:license" in turtle
    assert verify().is_intact


def test_a_version_stays_and_a_correction_is_the_next_one(officer):
    names = published(officer)
    kept = Client().get("/data/datasets/village-trees/v1.csv").getvalue()
    second = sent(officer, f"2020-01,{names[0]},99", publishes="on")
    assert (second.number, second.state) == (2, "published")
    assert Desk().json(HOME + "rows")["version"] == 2
    assert Desk().json(HOME + "rows?_version=1")["total"] == 8
    assert Client().get("/data/datasets/village-trees/v1.csv").getvalue() == kept
    with pytest.raises(DatabaseError), transaction.atomic():
        DatasetVersion.objects.filter(number=1).update(row_count=1)


def test_what_looks_personal_waits_for_its_owner(officer):
    published(officer)
    waits = sent(officer, "2020-03,A123456789,1", publishes="on")
    assert waits.state == "quarantined"
    assert Client().get(HOME + "versions/2/").status_code == 404
    assert Client().get(HOME + "v2/chart").status_code == 404
    assert Desk().json(HOME + "rows")["version"] == 1
    posted(officer, HOME + "versions/2/result/", 422, reason="")


def test_charts_and_maps_carry_version_and_licence(officer):
    names = published(officer)
    public = Desk()
    carried = ("行道樹", "第 1 版", "政府資料開放授權條款", "工務局")
    for query, words in (
        ("_by=區&_of=棵數&_how=sum", ("<figure-chart", f"{names[3]}", "36")),
        ("_by=月&_of=棵數&_how=mean&_as=line", ("<figure-chart", "11.50", "21.50")),
        ("_by=區&_of=棵數&_how=sum&_as=map&月=2020-02", ("area-drawing", "area-legend", "23")),
    ):
        shown = public.read(f"{HOME}v1/chart?{query}")
        for each in (*carried, *words, f"{HOME}v1/chart?"):
            assert each in shown, each
    table = public.client.get(f"{HOME}v1/chart.csv?_by=區&_of=棵數&_how=sum").content.decode()
    _head, *rows = csv.reader(io.StringIO(table.lstrip("\ufeff")))
    assert rows[0][:6] == [names[3], "36", "2", "village-trees", "1", "odgl-1.0"]
    before = public.client.get(f"{HOME}v1/chart.csv?_by=區").content
    sent(officer, f"2020-01,{names[0]},99", publishes="on")
    assert public.client.get(f"{HOME}v1/chart.csv?_by=區").content == before
    assert public.client.get(f"{HOME}chart?_by=區").url == f"{HOME}v2/chart?_by=%E5%8D%80"
    public.read(f"{HOME}v2/chart?_by=街", 400)
    public.read(f"{HOME}v2/chart?_by=月&_how=sum&_of=區", 400)


def test_a_version_with_persons_numbers_is_erased_for_good_with_a_reason(officer, settings):
    published(officer)
    secret = "A123456789"
    waits = sent(officer, f"2020-03,{secret},1")
    twin = sent(officer, f"2020-03,{secret},1")
    assert {waits.state, twin.state} == {"quarantined"}
    erase, why = f"{HOME}versions/{waits.number}/erase/", "檔案誤含身分證字號，業務不需要"
    assert f'href="{erase}"' in officer.read(f"{HOME}versions/{waits.number}/result/")
    Desk().read(erase, 302)
    posted(officer, erase, 422, why=why)
    posted(officer, erase, 422, why="太短", is_sure="on")
    posted(officer, f"{HOME}versions/1/erase/", 409, why=why, is_sure="on")
    posted(officer, erase, why=why, is_sure="on")
    run_all()
    assert holding(settings, secret), "another version holds the same bytes"
    posted(officer, erase, 409, why=why, is_sure="on")
    posted(officer, f"{HOME}versions/{twin.number}/erase/", why=why, is_sure="on")
    run_all()

    shown = officer.read(f"{HOME}versions/{waits.number}/result/")
    assert why in shown
    assert secret not in shown
    officer.read(f"{HOME}versions/{waits.number}/original", 404)
    officer.read(f"{HOME}v{waits.number}/chart", 404)
    assert not holding(settings, secret)
    assert holding(settings, "棵數"), "the published version is still there"
    row = DatasetVersion.objects.get(pk=waits.pk)
    assert (row.state, row.file, row.rows_file, row.profile, row.digest) == (
        "erased", None, None, [], "",
    )  # fmt: skip
    (entry,) = entries_of(row, "statistics.dataset.erased")
    assert entry.why == why
    every = JournalEntry.objects.filter(action__startswith="statistics.dataset")
    assert not [each for each in every if secret in f"{each.before}{each.after}{each.why}"]
    for change in ({"state": "published"}, {"file_name": "x", "digest": "y"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DatasetVersion.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DatasetVersion.objects.filter(number=1).update(
            state="erased", file=None, rows_file=None, csv_file=None, erased_at=timezone.now()
        )
    assert verify().is_intact


def test_a_map_is_drawn_in_the_boundaries_of_its_rows(officer):
    names = published(officer)
    districts = Area.objects.filter(kind="district")
    first = next(each for each in districts if each.name["zh-Hant"] == names[0])
    Area.objects.filter(pk=first.pk).update(valid_to=date(2020, 3, 1))
    later = Area.objects.create(
        kind="district", code="99999999", name={"zh-Hant": "新併區", "en": "Merged"},
        valid_from=date(2020, 3, 1), shape=first.shape, source=first.source, parent=first.parent,
    )  # fmt: skip
    query = "_by=區&_of=棵數&_how=sum&_as=map"
    old = Desk().read(f"{HOME}v1/chart?{query}")
    assert names[0] in old, "February's rows are drawn in February's districts"
    assert later.name["zh-Hant"] not in old
    assert "2020年2月29日" in old or "109年2月29日" in old
    sent(officer, f"2020-05,{later.name['zh-Hant']},7\n2020-05,{names[1]},5", publishes="on")
    new = Desk().read(f"{HOME}v2/chart?{query}")
    assert "新併區" in new
    assert names[0] not in new
    assert Desk().read(f"{HOME}v1/chart?{query}").count(names[0]) == old.count(names[0])


def test_a_late_version_shows_to_everybody_and_warns_the_owner_once(
    officer, django_capture_on_commit_callbacks
):
    published(officer)
    late = timezone.now() - timedelta(days=40)
    DatasetVersion.objects.update(published_at=late)
    for page in (HOME, "/data/", HOME + "v1/chart"):
        assert "9 天" in Desk().read(page), page
    assert Desk().json("/api/datasets")[0]["late_days"] == 9
    with django_capture_on_commit_callbacks(execute=True):
        told = [late_warn(at=timezone.now()) for _ in range(2)]
    assert told == [1, 0]
    (notice,) = Notice.objects.filter(template="statistics.dataset_late")
    assert (notice.person.username, HOME + "send/" in notice.text) == ("tree_officer", True)
    assert OutboxEvent.objects.filter(type__endswith="dataset.late").count() == 1
    assert verify().is_intact
    assert [letter.to for letter in mail.outbox] == [["trees@example.org"]]
