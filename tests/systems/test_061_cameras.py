"""System 61, public security cameras 治安要點監視系統: heartbeats, repairs, footage and its end.

Everything is done over HTTP by whom it belongs to. Cameras, cases and people are invented.
"""

import io
import json
import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pypdfium2
import pytest
import shapely
from django.test import Client
from django.utils import timezone
from tests.places.roadworks import Site
from tests.sensing.pictures import pixels_differ, png, size
from tests.services.conftest import kaohsiung, person
from tests.services.documents.papers import pdf

from shizheng.core.files import path_of
from shizheng.core.journal import READ, verify
from shizheng.core.models import Agency, JournalEntry, StoredFile
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register, WorkOrder
from shizheng.sensing.actions.gateways import gateway_make
from shizheng.sensing.cameras import acting, footage, views
from shizheng.sensing.cameras.city import camera_rules
from shizheng.sensing.cameras.connecting import day_count
from shizheng.sensing.cameras.definitions import FaceSearchOf, PolicyOf
from shizheng.sensing.cameras.selectors import precincts, stills_near
from shizheng.sensing.cameras.tasks import cameras_watch, footage_expire
from shizheng.sensing.models import CameraDay, FootageRelease, FootageRequest, IntakeCount

__all__ = ["kaohsiung"]
PUSH = "/intake/observations/"


def camera(key, precinct, x, **values):
    return thing_record(
        register=Register.objects.get(code="cameras"), key=key, by=None, at=timezone.now(),
        valid_from=timezone.localdate() - timedelta(days=60),
        values={"name": f"示範路 {key}", "precinct": precinct, "view": "路口北向車道"} | values,
        geometry=shapely.Point(x, 22.63),
    )  # fmt: skip


@pytest.fixture
def city(kaohsiung):
    camera("KH-1", "xinxing", 120.302, duty="true")
    camera("KH-2", "xinxing", 120.304)
    camera("KH-3", "lingya", 120.320)
    _gateway, key = gateway_make(
        code="recorder", name="示範錄影主機", owner=Agency.objects.get(code="police"), by=None,
        at=timezone.now(),
    )  # fmt: skip
    return SimpleNamespace(
        key=key,
        asker=Site(person("c_asker", "officer", "police")),
        chief=Site(person("c_chief", "supervisor", "police")),
        keeper=Site(person("c_keeper", "footage_keeper", "police")),
        works=Site(person("c_works", "officer", "public_works")),
        works_chief=Site(person("c_works_chief", "supervisor", "public_works")),
        resident=Site(person("c_resident")),
        visitor=Site(),
    )


def beats(city, key, minutes, value=1):
    """Send heartbeats of a camera, so many minutes ago each, as its recorder does."""
    now = timezone.now()
    rows = [
        {"stream": f"camera:{key}", "time": (now - timedelta(minutes=ago)).isoformat(),
         "result": value}
        for ago in minutes
    ]  # fmt: skip
    answer = Client().post(
        PUSH, json.dumps({"observations": rows}), content_type="application/json",
        headers={"Authorization": f"Bearer {city.key}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_heartbeats_become_uptime_and_silence_becomes_a_repair(city):
    refused = beats(city, "KH-1", [1])
    assert refused["new"] == 0, "nothing is taken before the camera is connected"
    assert "目前無使用中的攝影機" not in city.keeper.read("/cameras/health/")
    assert city.keeper.client.post("/cameras/health/").status_code == 303
    assert beats(city, "KH-1", range(0, 120, 5))["new"] == 24
    assert beats(city, "KH-2", range(60, 120, 5))["new"] == 12
    cameras_watch()
    order = WorkOrder.objects.get(upkeep__code="cameras")
    assert (order.thing.key, order.fault, order.state) == ("KH-2", "no_picture", "open")
    cameras_watch()
    assert WorkOrder.objects.count() == 1, "one order for one silence"
    page = city.keeper.read("/cameras/health/")
    assert page.index("KH-2") < page.index("KH-3") < page.index("KH-1"), "the silent come first"
    assert order.number in page

    where = f"/upkeep/orders/{order.pk}/"
    city.keeper.send(where, act="begin")
    city.keeper.send(where, act="finish", result="更換電源供應器", labour="800")
    WorkOrder.objects.get(done_at__isnull=False)
    cameras_watch()
    counted_days(city)
    page = city.visitor.read("/cameras/")
    row = re.search(r"新興分局</th>(.*?)</tr>", page, re.S)[1]
    assert "鼓山分局" not in page, "only precincts in which something was counted"
    assert re.search(r">\s*2\s*<", row), "two cameras"
    assert re.search(r"[\d.]+ %", row)
    today = timezone.localdate()  # two days, for who runs this shortly after midnight
    told = {each.code: each for each in precincts(today - timedelta(days=1), today)}
    assert 0.70 <= told["xinxing"].up_share <= 0.82, "120 of 120 and 75 of 120 minutes"
    assert "0.0 小時" in row, "it was repaired within minutes"


def counted_days(city):
    """Count the days that the heartbeats lie in, which at night are two."""
    now = timezone.now()
    for days in (1, 0):
        day_count(day=timezone.localdate(now) - timedelta(days=days), at=now)


def test_a_day_is_counted_from_the_first_heartbeat_on(city):
    city.keeper.client.post("/cameras/health/")
    beats(city, "KH-1", [100, 95, 90])
    counted_days(city)
    up = sum(CameraDay.objects.filter(camera="KH-1").values_list("up_s", flat=True))
    expected = sum(CameraDay.objects.filter(camera="KH-1").values_list("expected_s", flat=True))
    assert abs(up - 25 * 60) <= 3, "five, five and fifteen minutes"
    assert abs(expected - 100 * 60) <= 3
    assert not CameraDay.objects.filter(camera="KH-3").exists(), "never heard, not counted"


ASK = {
    "case_number": "新興分偵字第109001號", "ground": "crime", "purpose": "查證嫌疑人逃逸方向",
    "cameras": "KH-1, KH-2",
}  # fmt: skip


def asked(**changed):
    now = timezone.localtime() - timedelta(hours=3)
    later = now + timedelta(hours=1)
    return ASK | {
        "starts_on": now.date().isoformat(), "starts_time": f"{now:%H:%M}",
        "ends_on": later.date().isoformat(), "ends_time": f"{later:%H:%M}",
    } | changed  # fmt: skip


def approved(city) -> FootageRequest:
    where = city.asker.send("/footage/new/", **asked())
    city.chief.send(where, act="approve", why="符合比例原則")
    return FootageRequest.objects.get()


def file_of(content, name):
    made = io.BytesIO(content)
    made.name = name
    return made


def test_from_a_request_to_the_proof_that_the_copy_is_gone(city):
    asked_for = approved(city)
    where = f"/footage/{asked_for.pk}/"
    still = png(320, 180)
    city.keeper.send(f"{where}release/", camera="KH-1", days="3", file=file_of(still, "路口.png"))
    copy = FootageRelease.objects.get()
    assert copy.mark == "pixels"
    address = f"/footage/copies/{copy.pk}/"
    answer = city.asker.client.get(address)
    content = b"".join(answer.streaming_content)
    assert size(content) == (320, 180)
    assert pixels_differ(still, content) > 0.02, "the mark is in the pixels"
    assert path_of(copy.file).read_bytes() == content
    assert not StoredFile.objects.filter(digest=copy.came_sha256).exists(), "unmarked is not kept"
    read = JournalEntry.objects.get(action=READ, thing_key=str(copy.pk))
    assert read.by.username == "c_asker"
    assert asked_for.number in read.why

    place = path_of(copy.file)
    FootageRelease.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    gone = city.asker.client.get(address)
    assert gone.status_code == 410, "over even before the job comes"
    footage_expire()
    copy.refresh_from_db()
    assert not place.exists()
    assert (copy.file_id, copy.deleted_sha256) == (None, copy.sha256)
    assert copy.proven_at is not None
    proof = JournalEntry.objects.get(action="sensing.footage.deletion_proven")
    assert copy.sha256 in proof.now
    refused = city.asker.client.get(address)
    assert refused.status_code == 410
    assert "已到期或已刪除" in refused.content.decode()
    page = city.asker.read(where)
    assert copy.sha256 in page
    assert "已證明刪除" in page
    verify()


def test_papers_become_marked_pictures_and_video_says_what_it_lacks(city):
    where = f"/footage/{approved(city).pk}/"
    city.keeper.send(
        f"{where}release/", camera="KH-2", days="1", file=file_of(pdf("one", "two"), "擷圖.pdf")
    )
    video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x10mdat12345678"
    city.keeper.send(f"{where}release/", camera="KH-1", days="1", file=file_of(video, "錄影.mp4"))
    paper, film = FootageRelease.objects.order_by("released_at")
    document = pypdfium2.PdfDocument(str(path_of(paper.file)))
    assert len(document) == 2
    assert document[0].get_textpage().get_text_range() == "", "no text is left beneath the mark"
    document.close()
    kept = path_of(film.file).read_bytes()
    assert kept.startswith(video)
    assert FootageRequest.objects.get().number.encode() in kept[len(video) :]
    assert (film.mark, film.sha256 != film.came_sha256) == ("trailer", True)
    assert "影像畫面未加浮水印" in city.asker.read(where)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"case_number": "-"}, "案件編號", id="no-case"),
        pytest.param({"purpose": "看看"}, "用途", id="no-purpose"),
        pytest.param({"cameras": "KH-99"}, "查無攝影機 KH-99", id="no-such-camera"),
        pytest.param({"cameras": ","}, "1 至 20", id="no-camera"),
        pytest.param({"ends_on": "2099-01-01"}, "未來", id="the-future"),
        pytest.param({"starts_on": "2020-01-01"}, "過長", id="too-long"),
        pytest.param(
            {"starts_on": "2020-01-01", "ends_on": "2020-01-01", "starts_time": "01:00",
             "ends_time": "02:00"}, "30 日", id="not-kept-any-more",
        ),
        pytest.param({"starts_time": "25:00"}, "18:30", id="no-time"),
        pytest.param({"search_faces": "on"}, "人臉搜尋未開放", id="faces"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_a_sentence(city, changed, says):
    status = 403 if "search_faces" in changed else 422
    page = city.asker.send("/footage/new/", status=status, **asked(**changed))
    assert says in page
    assert not FootageRequest.objects.exists()


def test_nobody_decides_or_hands_out_what_they_asked_for(city):
    where = city.chief.send("/footage/new/", **asked())
    assert "須由另一人" in city.chief.send(where, status=403, act="approve", why="自行核准")
    assert city.keeper.client.post(where, {"act": "approve"}).status_code in (403, 422)
    refusal = city.keeper.client.get(f"{where}release/")
    assert refusal.status_code == 200
    page = city.keeper.send(
        f"{where}release/", status=409, camera="KH-1", days="1", file=file_of(png(8, 8), "a.png")
    )
    assert "待核准" in page
    assert FootageRequest.objects.get().state == "asked"


def test_only_what_was_asked_for_is_handed_out_and_not_for_longer(city):
    where = f"/footage/{approved(city).pk}/release/"
    for given, says, status in (
        ({"camera": "KH-1", "days": "31"}, "1 至 30 天", 422),
        ({"camera": "KH-3", "days": "1"}, "KH-3", 422),
    ):
        page = city.keeper.send(where, status=status, file=file_of(png(8, 8), "a.png"), **given)
        assert says in page
    page = city.keeper.send(
        where, status=415, camera="KH-1", days="1", file=file_of(b"MZ\x90\x00", "a.exe")
    )
    assert "無法加註" in page
    page = city.keeper.send(
        where, status=415, camera="KH-1", days="1", file=file_of(b"\x89PNG\r\n\x1a\n", "a.png")
    )
    assert "損壞" in page
    assert not FootageRelease.objects.exists()


def test_who_has_no_part_in_it_sees_nothing(city):
    asked_for = approved(city)
    where = f"/footage/{asked_for.pk}/"
    city.keeper.send(f"{where}release/", camera="KH-1", days="3", file=file_of(png(9, 9), "a.png"))
    copy = f"/footage/copies/{FootageRelease.objects.get().pk}/"
    for stranger in (city.works, city.works_chief, city.resident):
        stranger.read(where, status=404)
        stranger.read(copy, status=404)
        stranger.read("/cameras/health/", status=403)
    assert asked_for.number not in city.works.read("/footage/")
    city.resident.read("/footage/", status=403)
    city.resident.read("/cameras/list/", status=403)
    assert city.visitor.client.get(where).status_code == 302
    city.chief.read(copy, status=403)
    for register in ("/registers/cameras/", "/registers/cameras/things/KH-1/"):
        city.visitor.read(register, status=404)
        city.works.read(register, status=404)
    assert "路口北向車道" in city.keeper.read("/registers/cameras/things/KH-1/")
    things = city.visitor.client.get("/sensorthings/v1.1/Things?$filter=name eq '示範路 KH-1'")
    assert things.json()["value"] == []
    assert "路口北向車道" not in city.visitor.read("/cameras/")
    reads = JournalEntry.objects.filter(action=READ, thing_key=str(asked_for.pk))
    assert reads.filter(by__username="c_chief").exists(), "who opened the request is noted"


def test_a_request_is_taken_back_and_a_copy_deleted_early(city):
    where = city.asker.send("/footage/new/", **asked())
    city.asker.send(where, act="withdraw")
    assert FootageRequest.objects.get().state == "withdrawn"
    late = {"act": "approve", "why": "可以", "version": "0", "token": str(uuid4())}
    assert city.chief.client.post(where, late).status_code == 409
    again = city.asker.send("/footage/new/", **asked())
    city.chief.send(again, act="approve", why="可以")
    city.keeper.send(f"{again}release/", camera="KH-1", days="9", file=file_of(png(9, 9), "a.png"))
    copy = FootageRelease.objects.get()
    place = path_of(copy.file)
    city.keeper.send(again, act="delete", copy=str(copy.pk), why="誤提供")
    copy.refresh_from_db()
    assert (place.exists(), copy.proven_at is not None) == (False, True)
    assert city.asker.client.get(f"/footage/copies/{copy.pk}/").status_code == 410


def test_faces_are_searched_by_a_policy_record_alone(city, monkeypatch):
    body = camera_rules()
    nothing = SimpleNamespace(bodies=lambda _kind: [])
    on = body.model_copy(update={"face_search": FaceSearchOf(is_on=True)})
    (finding,) = on.findings(nothing)
    assert finding.path == ("face_search", "is_on")
    assert "policy record" in finding.message
    assert on.face_policy(timezone.localdate()) is None, "off even if it were loaded"
    today = timezone.localdate()
    words = {"zh-Hant": "示範", "en": "Sample"}
    policy = PolicyOf(
        number="政策-109-1", decided_on=today - timedelta(days=9), decided_by=words,
        ground=words, scope=words, until=today,
    )  # fmt: skip
    allowed = body.model_copy(update={"face_search": FaceSearchOf(is_on=True, policy=policy)})
    assert list(allowed.findings(nothing)) == []
    assert allowed.face_policy(today + timedelta(days=1)) is None, "over"
    for module in (footage, acting, views):
        monkeypatch.setattr(module, "camera_rules", lambda: allowed)
    where = city.asker.send("/footage/new/", **asked(search_faces="on"))
    assert FootageRequest.objects.get().face_policy == "政策-109-1"
    assert "政策-109-1" in city.asker.read(where)
    assert "政策-109-1" in city.visitor.read("/cameras/")


def test_the_duty_room_has_stills_of_released_cameras_alone(city):
    def sent(key, content, secret=city.key):
        return Client().post(
            f"/cameras/stills/{key}/", content, content_type="image/png",
            headers={"Authorization": f"Bearer {secret}"},
        ).status_code  # fmt: skip

    first, second = png(16, 9), png(16, 9, (9, 9, 9))
    assert sent("KH-1", first) == 204
    assert sent("KH-1", second) == 204
    assert StoredFile.objects.count() == 1, "the one before is not kept"
    assert sent("KH-2", first) == 422, "not released for operation"
    assert sent("KH-1", b"GIF89a") == 422
    assert sent("KH-1", first, "szd_none") == 401
    duty = person("c_duty", "officer", "water_resources")
    now = timezone.now()
    (near,) = stills_near(duty, 120.3021, 22.6301, at=now)
    assert (near.key, near.is_fresh, near.distance_m < 30) == ("KH-1", True, True)
    assert stills_near(person("c_nobody"), 120.3021, 22.6301, at=now) == []
    assert Site(duty).client.get("/cameras/stills/KH-1/").content == second
    city.resident.read("/cameras/stills/KH-1/", status=404)
    city.visitor.read("/cameras/stills/KH-1/", status=404)
    assert not IntakeCount.objects.filter(outcome="new").exists(), "a still is no heartbeat"


def test_everybody_sees_small_stills_of_marked_cameras_alone(city, monkeypatch):
    camera("KH-7", "xinxing", 120.3022, duty="true", water="true")
    camera("KH-8", "xinxing", 120.3023, water="true")  # marked, but not released for operation
    for key in ("KH-1", "KH-7"):
        sent = Client().post(
            f"/cameras/stills/{key}/", png(1280, 720), content_type="image/png",
            headers={"Authorization": f"Bearer {city.key}"},
        )  # fmt: skip
        assert sent.status_code == 204
    entries = JournalEntry.objects.count()
    near = "/en/near/water/?longitude=120.3021&latitude=22.6301"
    page = city.visitor.read(near)
    assert "near/water/stills/KH-7/" in page
    assert "KH-1" not in page
    assert "示範路 KH-1" not in page
    assert "Police" in page
    assert "Old picture" not in page
    answer = city.visitor.client.get("/near/water/stills/KH-7/")
    width, height = size(answer.content)
    assert (width, height) == (320, 180 + 14)
    assert not answer.cookies
    assert JournalEntry.objects.count() == entries, "who looks is not noted"
    for key in ("KH-1", "KH-2", "KH-8", "nothing"):
        for who in (city.visitor, city.resident, city.asker):
            who.read(f"/near/water/stills/{key}/", status=404)

    def later(minutes):
        now = timezone.now() + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda: now)

    later(20)
    assert "Old picture" in city.visitor.read(near)
    later(180)
    assert "near/water/stills/" not in city.visitor.read(near)
    city.visitor.read("/near/water/stills/KH-7/", status=404)
