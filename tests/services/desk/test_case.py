"""The page of a case, and everything that is done on it, through HTTP."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.core.models import Agency, JournalEntry
from shizheng.services.actions.acting import case_act
from shizheng.services.models import Case, CaseLink, CaseMessage, Notice, Zone

HTMX = {"HX-Request": "true"}


def form(case, **given):
    return {"token": str(uuid4()), "revision": case.revision, **given}


def page(desk, case):
    return desk.get(f"/desk/cases/{case.number}/").content.decode()


def test_the_case_asks_the_database_thirty_times_at_most(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    page(desk, case)
    with CaptureQueriesContext(connection) as queries:
        page(desk, case)
    assert len(queries) <= 30, [each["sql"][:100] for each in queries]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200), ("supervisor", 200), ("administrator", 200), ("controller", 200),
        ("water", 404), ("resident", 403), ("other_resident", 403),
    ],
)  # fmt: skip
def test_only_staff_who_may_see_a_case_open_it(people, report, at_desk, who, status):
    case = report()
    assert at_desk(getattr(people, who)).get(f"/desk/cases/{case.number}/").status_code == status


def test_who_reported_a_case_does_not_see_the_notes_of_the_office(people, report, at_desk):
    case = report()
    response = at_desk(people.resident).get(f"/desk/cases/{case.number}/")
    assert response.status_code == 403


def test_contacts_are_masked_until_a_reason_is_given_that_is_kept(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    assert "0912345678" not in page(desk, case)
    assert "王○○" in page(desk, case)
    address = f"/desk/cases/{case.number}/personal/"
    assert desk.post(address, {"why": " "}).status_code == 422
    assert not JournalEntry.objects.filter(action="core.personal.read").exists()
    assert desk.post(address, {"why": "確認位置"}).status_code == 303
    shown = page(desk, case)
    assert "0912345678" in shown
    assert "確認位置" in shown
    entry = JournalEntry.objects.get(action="core.personal.read")
    assert (entry.by, entry.why, entry.thing_key) == (people.officer, "確認位置", str(case.pk))
    assert "0912345678" not in page(at_desk(people.colleague), case)


def test_a_personal_case_shows_no_word_until_a_reason_is_given(people, report, at_desk):
    case, desk = report("我家門口，小名阿明"), at_desk(people.officer)
    Case.objects.filter(pk=case.pk).update(access_class="personal")
    assert "阿明" not in page(desk, case)
    assert "阿明" not in desk.get("/desk/?view=agency").content.decode()
    desk.post(f"/desk/cases/{case.number}/personal/", {"why": "審查需要"})
    assert "阿明" in page(desk, case)


def test_an_officer_takes_a_case_by_one_button(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    shown = page(desk, case)
    assert re.search(r'data-key="a"[^>]*>接辦', shown)
    response = desk.post(f"/desk/cases/{case.number}/act/accept/", form(case), headers=HTMX)
    assert response.status_code == 200
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("in_progress", people.officer)
    body = response.content.decode()
    assert "<html" not in body
    assert f'data-fresh="{case.number}"' in body


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    address = f"/desk/cases/{case.number}/act/transfer/"
    assert "<select" in desk.get(address).content.decode()
    response = desk.post(address, form(case, agency="water_resources", reason="", note="請查"))
    assert response.status_code == 422
    assert "請查" in response.content.decode()
    response = desk.post(address, form(case, agency="water_resources", reason="屬雨水下水道"))
    assert response.status_code == 303
    case.refresh_from_db()
    assert (case.agency.code, case.wrong_handoff_count) == ("water_resources", 1)


def test_an_act_on_a_case_that_moved_says_what_happened_and_keeps_the_text(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    seen = case.revision
    case_act(case=case, action="accept", by=people.colleague, at=case.opened_at)
    address = f"/desk/cases/{case.number}/act/close/"
    stale = {"token": str(uuid4()), "revision": seen, "reply": "已補平，謝謝。"}
    response = desk.post(address, stale, headers=HTMX)
    body = response.content.decode()
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#case-act"
    assert "已補平，謝謝。" in body
    assert people.colleague.display_name in body
    case.refresh_from_db()
    assert case.is_open
    again = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', body))
    assert desk.post(address, {**again, "reply": "已補平，謝謝。"}).status_code == 303
    case.refresh_from_db()
    assert not case.is_open


def test_a_form_sent_twice_acts_once(people, report, at_desk):
    case, desk = report(), at_desk(people.officer)
    sent = form(case, text="請回電")
    for _time in range(2):
        assert desk.post(f"/desk/cases/{case.number}/note/", sent).status_code == 303
    assert CaseMessage.objects.filter(case=case, visibility="internal").count() == 1


def test_those_who_may_not_act_are_refused_and_nothing_changes(people, report, at_desk):
    case = report()
    response = at_desk(people.controller).post(
        f"/desk/cases/{case.number}/act/close/", form(case, reply="好了")
    )
    assert response.status_code == 403
    case.refresh_from_db()
    assert (case.is_open, case.revision) == (True, 1)


def test_supervisors_assign_and_officers_take_what_is_nobodys(people, report, at_desk):
    case = report()
    address = f"/desk/cases/{case.number}"
    assert at_desk(people.officer).post(f"{address}/take/", form(case)).status_code == 303
    case.refresh_from_db()
    assert case.assignee == people.officer
    taken = at_desk(people.colleague).post(f"{address}/take/", form(case))
    assert taken.status_code == 403
    boss = at_desk(people.supervisor)
    names = boss.get(f"{address}/assign/").content.decode()
    assert "officer_works_2" in names
    assert "officer_water" not in names
    given = form(case, person="officer_works_2", note="請協助")
    assert boss.post(f"{address}/assign/", given).status_code == 303
    case.refresh_from_db()
    assert case.assignee == people.colleague


def test_who_is_given_a_case_is_told_and_who_takes_one_is_not(people, report, at_desk):
    case = report()
    address = f"/desk/cases/{case.number}/"
    at_desk(people.officer).post(f"{address}take/", {"revision": case.revision})
    told = Notice.objects.filter(case=case, template="assigned")
    assert not told.exists()
    case.refresh_from_db()
    given = {"person": "officer_works_2", "note": "請今天去看", "revision": case.revision}
    boss, token = at_desk(people.supervisor), {"token": str(uuid4())}
    for _twice in range(2):
        assert boss.post(f"{address}assign/", given | token).status_code == 303
    notice = told.get()
    assert (notice.person, notice.channel, notice.status) == (people.colleague, "in_app", "sent")
    assert "請今天去看" in notice.text
    assert address in notice.text
    body = at_desk(people.colleague).get("/my/notices/").content.decode()
    assert f'href="{address}"' in body


def test_the_case_leads_to_its_links_and_says_whose_works_it_lies_in(people, report, at_desk):
    case, other = report(), report("人孔蓋旁邊下陷")
    CaseLink.objects.create(case=other, to=case, kind="related", made_at=case.opened_at)
    owner = Agency.objects.get(code="public_works")
    Zone.objects.create(
        code="new_road", kind="works", name={"zh-Hant": "建國路改善工程"}, owner=owner,
        shape=b"", detail={"contract": "108-12", "contractor": {"zh-Hant": "好路營造"}},
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(zones=["new_road"])
    body = at_desk(people.officer).get(f"/desk/cases/{case.number}/").content.decode()
    assert f'href="/desk/cases/{case.number}/links/"' in body
    assert other.number in body
    assert "建國路改善工程" in body
    assert "好路營造" in body


def test_a_picture_that_lies_elsewhere_is_linked_to(people, report, at_desk):
    address = "https://pictures.example.org/hole.jpg"
    case = report(source={"media_url": address})
    body = at_desk(people.officer).get(f"/desk/cases/{case.number}/").content.decode()
    assert f'<a href="{address}" rel="noopener noreferrer nofollow">' in body
    assert f'src="{address}"' not in body


def test_the_other_officer_on_the_same_case_is_shown(people, report, at_desk):
    case = report()
    page(at_desk(people.colleague), case)
    assert people.colleague.display_name in page(at_desk(people.officer), case)
    polled = at_desk(people.officer).get(
        f"/desk/cases/{case.number}/presence/?revision=0", headers=HTMX
    )
    body = polled.content.decode()
    assert people.colleague.display_name in body
    assert f"/desk/cases/{case.number}/" in body


def test_the_case_prints_with_everything_open(people, report, at_desk):
    case = report()
    body = at_desk(people.officer).get(f"/desk/cases/{case.number}/print/").content.decode()
    assert '<details class="details" open' in body
    assert '<details class="details">' not in body
    assert "hx-post" not in body
