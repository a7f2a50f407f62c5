"""A chief's records and reports: once each, for the own village, withdrawn and never deleted."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from tests.services.conftest import KAOHSIUNG, pack_at, person

from shizheng.core.journal import verify
from shizheng.core.models import Area, RoleGrant, User
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.documents import Upload
from shizheng.services.domain.errors import DescriptionMissing
from shizheng.services.models import (
    Case,
    CaseDocument,
    VillageProfile,
    VillageRecord,
    VillageReport,
)
from shizheng.services.places import Place
from shizheng.services.villages import selectors
from shizheng.services.villages.actions import (
    Record,
    Report,
    profile_change,
    record_add,
    record_withdraw,
    report_send,
)
from shizheng.services.villages.demo import demo_villages_load
from shizheng.services.villages.errors import (
    NotReportable,
    OfflineIdUnfit,
    RecordIncomplete,
    RecordInFuture,
    SentOtherwise,
)

AT = datetime(2020, 2, 13, 2, 0, tzinfo=UTC)
HERE, ELSEWHERE = "64000050012", "64000370001"
ID = "0f8b2c54-6d0f-4a8e-9a57-2b0b9a8a7c11"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
EXPENSE = Record("expense", "活動中心冷氣清洗", date(2020, 2, 10), amount=6500)


@pytest.fixture
def chief(kaohsiung):
    return person("chief_here", "village_chief", area=HERE)


@pytest.fixture
def area(kaohsiung):
    return Area.objects.get(code=HERE)


def report(**changes):
    given = {
        "service": "road_damage",
        "description": "巷口水溝蓋破了",
        "place": Place(address="巷口 12 號前", district=HERE[:8], village=HERE),
        "answers": {"kind": "pothole"},
        "photos": [Upload.of_bytes("溝蓋.png", PNG)],
        "noted_at": AT,
    }
    return Report(**given | changes)


def send(chief, offline_id=ID, digest="d1", **changes):
    return report_send(
        given=report(**changes), offline_id=offline_id, sent_digest=digest, by=chief, at=AT
    )


def test_a_report_sent_ten_times_is_one_case_with_one_photo(chief):
    numbers = {send(chief).case.number for _ in range(10)}
    assert len(numbers) == 1
    assert Case.objects.count() == 1
    assert CaseDocument.objects.count() == 1
    case = Case.objects.get()
    assert (case.reporter, case.channel, case.village.code) == (chief, "web", HERE)
    assert VillageReport.objects.get().noted_at == AT


def test_the_same_number_with_other_words_is_told_its_case(chief):
    number = send(chief).case.number
    with pytest.raises(SentOtherwise, match=number):
        send(chief, digest="d2")
    assert Case.objects.count() == 1


def test_two_chiefs_may_make_the_same_number(chief):
    other = person("chief_elsewhere", "village_chief", area=ELSEWHERE)
    assert send(chief).case.pk != send(other).case.pk


def test_a_refused_report_leaves_nothing_and_may_be_sent_again(chief):
    with pytest.raises(DescriptionMissing):
        send(chief, description=" ")
    assert not Case.objects.exists()
    assert send(chief).case.description == "巷口水溝蓋破了"


def test_nobody_but_a_chief_sends_from_the_field(chief):
    with pytest.raises(NotPermitted):
        send(person("resident_a"))
    with pytest.raises(OfflineIdUnfit):
        send(chief, offline_id="../1")
    with pytest.raises(NotReportable):
        send(chief, service="nothing_such")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_the_same_moment_end_with_one_case(chief):
    found, failed = [], []

    def run():
        try:
            found.append(send(User.objects.get(pk=chief.pk)).case.number)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 4
    assert len(set(found)) == 1
    assert (Case.objects.count(), VillageReport.objects.count()) == (1, 1)


def test_a_record_is_written_once_and_shown_with_its_total(chief, area):
    for _ in range(3):
        record_add(area=area, given=EXPENSE, by=chief, at=AT, offline_id=ID)
    record_add(
        area=area, by=chief, at=AT, given=Record("expense", "油料", date(2019, 3, 1), amount=500)
    )
    page = selectors.village_page(area, person("resident_a"))
    assert page.expense_total == 7000
    assert page.expense_years == [(2020, 1, 6500), (2019, 1, 500)]
    other = Record("expense", "別的", date(2020, 2, 10), amount=1)
    with pytest.raises(SentOtherwise):
        record_add(area=area, given=other, by=chief, at=AT, offline_id=ID)


@pytest.mark.parametrize(
    ("record", "refusal"),
    [
        (Record("expense", "沒有金額", date(2020, 2, 1)), RecordIncomplete),
        (Record("notice", "公告沒有金額", date(2020, 2, 1), amount=5), RecordIncomplete),
        (Record("notice", "  ", date(2020, 2, 1)), RecordIncomplete),
        (Record("gossip", "不是紀錄", date(2020, 2, 1)), RecordIncomplete),
        (Record("expense", "還沒花", date(2020, 2, 14), amount=5), RecordInFuture),
    ],
)
def test_a_record_that_is_wrong_is_refused_in_words(chief, area, record, refusal):
    with pytest.raises(refusal):
        record_add(area=area, given=record, by=chief, at=AT)
    assert not VillageRecord.objects.exists()


def test_a_chief_keeps_the_own_village_alone(chief, area):
    elsewhere = Area.objects.get(code=ELSEWHERE)
    with pytest.raises(NotPermitted):
        record_add(area=elsewhere, given=EXPENSE, by=chief, at=AT)
    with pytest.raises(NotPermitted):
        profile_change(area=elsewhere, by=chief, at=AT, chief_name="某")
    assert [each.code for each in selectors.villages_kept(chief)] == [HERE]


def test_a_withdrawn_record_is_gone_from_the_page_and_kept_for_the_office(chief, area):
    record = record_add(area=area, given=EXPENSE, by=chief, at=AT)
    stranger = person("chief_elsewhere", "village_chief", area=ELSEWHERE)
    with pytest.raises(NotPermitted):
        record_withdraw(record=record, by=stranger, at=AT, reason="不是我的")
    for _ in range(2):
        record_withdraw(record=record, by=chief, at=AT, reason="重複登錄")
    assert selectors.village_page(area, chief).expense_total == 0
    kept = VillageRecord.objects.get()
    assert (kept.withdrawn_by, kept.withdrawn_reason) == (chief, "重複登錄")
    assert verify().is_intact


def test_what_is_not_public_is_seen_by_the_chief_alone(chief, area):
    record_add(
        area=area, by=chief, at=AT,
        given=Record("meeting", "內部會議", date(2020, 2, 1), is_public=False),
    )  # fmt: skip
    assert selectors.village_page(area, chief).records["meeting"]
    assert not selectors.village_page(area, person("resident_a")).records["meeting"]


def test_villages_are_found_by_part_of_a_name_in_either_language(kaohsiung):
    assert HERE in {row.area.code for row in selectors.villages_listed(query="本元")}
    assert HERE in {row.area.code for row in selectors.villages_listed(query="BENYUAN")}
    assert len(selectors.villages_listed(district="64000370")) > 3
    assert selectors.villages_listed(query="沒有這個里") == []


def test_the_demonstrations_villages_say_that_they_are_invented(kaohsiung, settings):
    settings.IS_DEMO = True
    pack = pack_at(KAOHSIUNG)
    assert demo_villages_load(pack, at=AT) == 2
    assert demo_villages_load(pack, at=AT) == 0
    assert all(VillageProfile.objects.values_list("is_synthetic", flat=True))
    assert all(VillageRecord.objects.values_list("is_synthetic", flat=True))
    grant = RoleGrant.objects.get(person__username="chief_sanmin")
    assert grant.area.code == HERE
