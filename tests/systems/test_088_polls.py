"""System 88, satisfaction polls 施政滿意度民意調查: entered, signed off, compared within error.

An officer enters a poll and its file of results; a supervisor signs it; everybody reads it beside
the poll before and one of a newspaper.
"""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from tests.plan.works.site import Desk
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import entries_of, verify
from shizheng.core.models import Agency
from shizheng.statistics.models import Poll, PollResult

__all__ = ["kaohsiung"]
RDEC = "research_development_and_evaluation"
HEAD = "topic,question,answer,district,share,answers,design_effect\n"
ASKED = "您對市政滿不滿意？"
NS = {"d": "ddi:codebook:2_5"}


@pytest.fixture
def desks(kaohsiung):
    return {
        "enterer": Desk(person("enterer", "officer", RDEC)),
        "signer": Desk(person("signer", "supervisor", RDEC)),
        "elsewhere": Desk(person("elsewhere", "officer", "public_works")),
        "anybody": Desk(),
    }


def said(code: str, first: str, last: str, **more: object) -> dict[str, object]:
    fields = {
        "code": code, "agency": Agency.objects.get(code=RDEC).pk, "title": f"滿意度 {code}",
        "commissioned_by": "研考會", "conducted_by": "範例民調公司", "weighting": "依性別年齡加權",
        "questionnaire_version": "3", "questionnaire": ASKED, "frame": "住宅電話簿後二碼隨機",
        "mode": "telephone", "contacted": "4000", "responses": "1100",
    }  # fmt: skip
    for name, day in (("fieldwork_from", first), ("fieldwork_to", last)):
        for part, value in zip(("year", "month", "day"), day.split("-"), strict=True):
            fields[f"{name}_{part}"] = value
    return fields | more


def sent(desk: Desk, path: str, expect: int = 303, **fields: object) -> str:
    response = desk.client.post(path, fields)
    page = response.content.decode()
    assert response.status_code == expect, page[page.find("<main") :][:3000]
    return page


def file_of(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("r.csv", (HEAD + text).encode())


def published(desks, code: str, first: str, last: str, results: str, **more: object) -> str:
    page = f"/en/figures/polls/{code}/"
    sent(desks["enterer"], "/en/figures/polls/new/", **said(code, first, last, **more))
    sent(desks["enterer"], f"{page}results/", file=file_of(results), encoding="utf-8")
    sent(desks["signer"], f"{page}sign/")
    return page


def two(share: str, answers: int = 1068, asked: str = ASKED) -> str:
    rest = 100 - float(share)
    return (f"overall,{asked},滿意,,{share},{answers},1.2\n"
            f"overall,{asked},不滿意,,{rest:.1f},{answers},1.2\n")  # fmt: skip


def test_a_poll_is_public_once_another_person_signed_it(desks):
    page = "/en/figures/polls/2020-q1/"
    form = said("2020-q1", "2020-3-2", "2020-3-9")
    sent(desks["enterer"], "/en/figures/polls/new/", 422, **{**form, "contacted": "900"})
    sent(desks["enterer"], "/en/figures/polls/new/", **form)
    sent(desks["enterer"], "/en/figures/polls/new/", 409, **form)
    sent(desks["enterer"], f"{page}results/add/", topic="overall", question=ASKED, answer="滿意",
         share="62.5", answers="1068", design_effect="1.2")  # fmt: skip
    for nobody in ("anybody", "elsewhere"):
        desks[nobody].read(page, 404)
        desks[nobody].read(f"{page}poll.csv", 404)
        assert "2020-q1" not in desks[nobody].read("/en/figures/polls/")

    sent(desks["enterer"], f"{page}sign/", 403)
    own = said("own", "2020-3-2", "2020-3-9")
    sent(desks["signer"], "/en/figures/polls/new/", **own)
    sent(desks["signer"], "/en/figures/polls/own/sign/")
    assert "You entered this yourself" in desks["signer"].read("/en/figures/polls/own/")
    sent(desks["signer"], f"{page}results/", 403, file=file_of(two("60")), encoding="utf-8")
    assert "62.5 %" in desks["signer"].read(page)
    sent(desks["signer"], f"{page}sign/")
    shown = desks["anybody"].read(page)
    for words in ("62.5 %", "±3.2", "27.5 % (1,100 of 4,000)", "住宅電話簿", "依性別年齡加權",
                  "Version 3", "not asked before"):  # fmt: skip
        assert words in shown
    assert "2020-q1" in desks["anybody"].read("/en/search/?q=2020-q1")
    sent(desks["enterer"], f"{page}change/", 409, **form)
    poll = Poll.objects.get(code="2020-q1")
    assert entries_of(poll, "statistics.poll.signed").count() == 1
    for change in (
        lambda: Poll.objects.update(title="x"), lambda: PollResult.objects.all().delete(),
        lambda: PollResult.objects.update(share=1),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert verify().is_intact


def test_every_wrong_line_of_a_file_is_told_and_nothing_taken_in(desks):
    page = "/en/figures/polls/2020-q1/"
    sent(desks["enterer"], "/en/figures/polls/new/", **said("2020-q1", "2020-3-2", "2020-3-9"))
    wrong = (
        two("62.5") + f"overall,{ASKED},滿意,,61,1068,1.2\n" + f"overall,{ASKED},還好,,120,1068,1\n"
        + f"overall,{ASKED},還好,亞特蘭提斯區,20,50,1\n" + f"overall,{ASKED},還好,,1,2000,1\n"
        + f"Over all,{ASKED},還好,,1,50,1\n" + f"overall,{ASKED},還好,,x,50,1\n"
    )  # fmt: skip
    shown = sent(desks["enterer"], f"{page}results/", 422, file=file_of(wrong), encoding="utf-8")
    assert "6 lines are wrong." in shown
    for line in range(4, 10):
        assert f'<th scope="row">{line}</th>' in shown
    assert not PollResult.objects.exists()
    unlike = SimpleUploadedFile("r.csv", b"a,b\n1,2\n")
    shown = sent(desks["enterer"], f"{page}results/", 422, file=unlike, encoding="utf-8")
    assert "topic, question, answer" in shown
    assert "topic,question" in desks["enterer"].read(f"{page}results/empty.csv")


def test_a_change_within_error_is_no_change_and_media_stand_beside(desks):
    published(desks, "2019-q3", "2019-9-2", "2019-9-9", two("60"))
    second = published(desks, "2019-q4", "2019-12-2", "2019-12-9", two("62.5"))
    third = published(desks, "2020-q1", "2020-3-2", "2020-3-9", two("72"), mode="web")
    other = published(desks, "2020-q2", "2020-6-2", "2020-6-9", two("50", asked="市政好不好？"))
    media = {"is_media": "on", "conducted_by": "範例日報", "contacted": ""}
    sent(
        desks["enterer"],
        "/en/figures/polls/new/",
        422,
        **said("m", "2020-2-1", "2020-2-2", **media),
    )
    paper = published(desks, "paper-2020", "2020-2-1", "2020-2-2", two("55"),
                      **media, source="範例日報 2020-02-05 A3")  # fmt: skip

    anybody = desks["anybody"]
    assert "+2.5 percentage points, within the error of ±4.5: not a change" in anybody.read(second)
    changed = anybody.read(third)
    assert "+9.5 percentage points, more than the error of ±4.3: a change" in changed
    assert "asked in another way" in changed
    assert "範例日報 2020-02-05 A3" in changed
    assert "asked in other words before" in anybody.read(other)
    assert "not asked before" in anybody.read(paper)
    assert "the source does not say how many were asked" in anybody.read(paper)
    listed = anybody.read("/en/figures/polls/?kind=media")
    assert "範例日報" in listed
    assert "2020-q1" not in listed


def test_small_districts_are_withheld_in_every_form(desks):
    results = two("62.5") + "".join(
        f"overall,{ASKED},滿意,{name},{share},{answers},1.2\n"
        for name, share, answers in (("楠梓區", "61.1", 300), ("左營區", "44.44", 12),
                                     ("鼓山區", "55.55", 40), ("三民區", "66.6", 200))
    )  # fmt: skip
    page = published(desks, "2020-q1", "2020-3-2", "2020-3-9", results)
    shown = desks["anybody"].read(page)
    files = {
        ending: desks["anybody"].client.get(f"{page}poll.{ending}").content.decode("utf-8-sig")
        for ending in ("csv", "json", "xml")
    }
    for text in (shown, *files.values()):
        for hidden in ("44.4", "55.5"):  # the one too small, and the next smallest with it
            assert hidden not in text
    assert "61.1" in shown
    rows = list(csv.DictReader(io.StringIO(files["csv"])))
    assert [row["status"] for row in rows] == ["A", "A", "A", "Q", "Q", "A"]
    assert {row["answers"] for row in rows if row["status"] == "Q"} == {""}
    told = json.loads(files["json"])
    assert (told["response_rate_percent"], told["results"][0]["share"]) == ("27.50", "62.50")
    study = ElementTree.fromstring(files["xml"])
    assert study.tag == "{ddi:codebook:2_5}codeBook"
    for path in (
        "stdyDscr/citation/titlStmt/titl", "stdyDscr/stdyInfo/sumDscr/collDate",
        "stdyDscr/method/dataColl/sampProc", "stdyDscr/method/dataColl/resInstru",
        "stdyDscr/method/dataColl/weight", "stdyDscr/method/anlyInfo/respRate",
        "dataDscr/var/qstn/qstnLit", "dataDscr/var/catgry/catStat",
    ):  # fmt: skip
        found = study.find("/".join(f"d:{part}" for part in path.split("/")), NS)
        assert found is not None, path
        assert found.text, path
    desks["anybody"].read(f"{page}poll.exe", 404)


def test_a_signed_poll_is_corrected_as_a_new_version_and_the_old_stays_citable(desks):
    page = published(desks, "2020-q1", "2020-3-2", "2020-3-9", two("62.5"))
    enterer, signer, anybody = desks["enterer"], desks["signer"], desks["anybody"]
    why = "滿意比率誤植，依調查報告第 3 頁更正"
    anybody.read(f"{page}correct/", 302)
    sent(desks["elsewhere"], f"{page}correct/", 403, correction=why)
    sent(enterer, f"{page}correct/", 422, correction=" ")
    sent(enterer, f"{page}correct/", correction=why)
    sent(enterer, f"{page}correct/", 409, correction=why)
    anybody.read(f"{page}v2/", 404)
    assert "Nothing is changed yet" in enterer.read(f"{page}v2/")
    sent(signer, f"{page}sign/")
    assert Poll.objects.get(version=2).signed_at is None, "a correction of nothing is not signed"

    sent(enterer, f"{page}results/", file=file_of(two("52.5")), encoding="utf-8")
    assert "62.5 %" in anybody.read(page)
    draft = enterer.read(f"{page}v2/")
    assert "62.50 % of 1068 answers" in draft
    sent(enterer, f"{page}sign/", 403)
    sent(signer, f"{page}sign/")
    now = anybody.read(page)
    assert "52.5 %" in now
    assert why in now
    assert "62.50 % of 1068 answers" in now
    old = anybody.read(f"{page}v1/")
    assert "62.5 %" in old
    assert "This version was corrected; it does not count any more." in old
    files = {
        number: json.loads(anybody.client.get(f"{page}v{number}/poll.json").content)
        for number in (1, 2)
    }
    assert [files[number]["results"][0]["share"] for number in (1, 2)] == ["62.50", "52.50"]
    assert (files[1]["correction"], files[2]["correction"]) == (None, why)
    listed = anybody.read("/en/figures/polls/")
    assert listed.count("2020-q1") == 2, "one line: title and address"
    later = published(desks, "2020-q2", "2020-6-2", "2020-6-9", two("53"))
    assert "+0.5 percentage points" in anybody.read(later), "compared with the corrected version"

    for change in (
        lambda: Poll.objects.filter(version=1).update(title="x"),
        lambda: PollResult.objects.filter(poll__version=1).delete(),
        lambda: Poll.objects.filter(version=1).delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    poll = Poll.objects.get(code="2020-q1", version=2)
    assert entries_of(poll, "statistics.poll.signed").get().why == why
    assert verify().is_intact
