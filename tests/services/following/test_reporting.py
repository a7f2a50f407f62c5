"""The quick report: one page, what is near, what is likely, what is refused, sent once."""

import struct
from io import BytesIO

from django.test import Client
from tests.services.following.conftest import WORDS

from shizheng.services.following.reporting.offers import offers, suggested
from shizheng.services.following.reporting.photos import taken_at_place
from shizheng.services.models import Case, CaseDocument, CaseParty

GIVEN = {
    "token": "3f0c2a9e-5d1b-4a53-9b0e-8f7c7f3f6a01",
    "place_longitude": "120.3127", "place_latitude": "22.6483", "place_address": "建國三路 100 號",
    "description": WORDS, "service": "road_damage",
    "more-kind": "pothole", "more-asked": "kind danger", "email": "",
}  # fmt: skip


def send(client=None, **changed):
    given = {key: value for key, value in {**GIVEN, **changed}.items() if value is not None}
    return (client or Client()).post("/report/", given)


def photo(longitude: float, latitude: float) -> bytes:
    """Return a JPEG of nothing but tags with a position (EXIF 2.32, 4.6.6)."""

    def rationals(degrees: float) -> bytes:
        minutes = abs(degrees) % 1 * 60
        seconds = round(minutes % 1 * 60 * 1000)
        return struct.pack("<6L", int(abs(degrees)), 1, int(minutes), 1, seconds, 1000)

    def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
        return struct.pack("<HHL", tag, kind, count) + value.ljust(4, b"\0")

    ifd0 = struct.pack("<H", 1) + entry(0x8825, 4, 1, struct.pack("<L", 26)) + b"\0\0\0\0"
    first = 26 + 2 + 4 * 12 + 4
    gps = struct.pack("<H", 4) + entry(1, 2, 2, b"N\0")
    gps += entry(2, 5, 3, struct.pack("<L", first)) + entry(3, 2, 2, b"E\0")
    gps += entry(4, 5, 3, struct.pack("<L", first + 24)) + b"\0\0\0\0"
    tiff = b"II*\0" + struct.pack("<L", 8) + ifd0 + gps + rationals(latitude) + rationals(longitude)
    body = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"


def test_a_stranger_reports_gets_number_and_code_and_opens_the_case_with_them(people):
    client = Client()
    page = client.get("/report/")
    assert page.status_code == 200
    response = send(client)
    case = Case.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/report/sent/{case.number}/")
    receipt = client.get(response["Location"]).content.decode()
    assert case.number in receipt
    code = receipt.split("reference")[2].split(">")[1].split("<")[0]
    assert len(code) == 10
    again = send(client)
    assert (again["Location"], Case.objects.count()) == (response["Location"], 1)

    other = Client()
    assert other.get(response["Location"])["Location"] == f"/cases/{case.number}/"
    assert WORDS in client.get(f"/cases/{case.number}/").content.decode()
    wrong = other.post("/track/", {"number": case.number, "code": "AAAAAAAAAA"})
    unknown = other.post("/track/", {"number": "KHC-1090101-0001", "code": "AAAAAAAAAA"})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    right = other.post("/track/", {"number": case.number.lower(), "code": code.lower()})
    assert right["Location"] == f"/cases/{case.number}/"
    assert "/messages/" in other.get(right["Location"]).content.decode()


def test_codes_cannot_be_tried_for_long(people, report):
    number = report().case.number
    codes = [
        Client(REMOTE_ADDR=f"10.0.0.{turn}").post("/track/", {"number": number, "code": f"X{turn}"})
        for turn in range(40)
    ]
    assert [each.status_code for each in codes[:30]] == [404] * 30
    assert {each.status_code for each in codes[30:]} == {429}
    client = Client()
    tries = [client.post("/track/", {"number": f"KHC-1090101-{n:04}"}) for n in range(1, 13)]
    assert tries[-1].status_code == 429


def test_what_is_near_is_shown_before_it_is_reported_again(people, report):
    case = report().case
    part = Client().get(
        "/report/nearby/", {"place_longitude": "120.3129", "place_latitude": "22.6484"}
    )
    assert case.number in part.content.decode()
    assert 'name="seen"' in part.content.decode()
    far = Client().get(
        "/report/nearby/", {"place_longitude": "120.3190", "place_latitude": "22.6484"}
    )
    assert case.number not in far.content.decode()
    stopped = send()
    assert (stopped.status_code, Case.objects.count()) == (422, 1)
    assert case.number in stopped.content.decode()
    assert send(seen="1").status_code == 303
    Case.objects.update(access_class="personal")
    hidden = Client().get(
        "/report/nearby/", {"place_longitude": "120.3127", "place_latitude": "22.6483"}
    )
    assert case.number not in hidden.content.decode()


def test_who_met_it_too_follows_it_and_can_stop(people, report):
    case, client = report().case, Client()
    client.post(f"/cases/{case.number}/follow/", {"email": "b@example.org"})
    party = CaseParty.objects.get(role="follower")
    assert (party.email, bool(party.secret)) == ("b@example.org", True)
    Client().post(f"/cases/{case.number}/follow/", {"email": "B@example.org"})
    told = CaseParty.objects.filter(role="follower", email__iexact="b@example.org")
    assert (told.count(), CaseParty.objects.filter(role="follower").count()) == (1, 2)
    text = client.get(f"/cases/{case.number}/").content.decode()
    assert WORDS not in text.replace(case.title, "")
    assert "b@example.org" not in text
    client.post(f"/cases/{case.number}/unfollow/")
    party.refresh_from_db()
    assert (party.email, party.secret, party.ended_at is None) == ("", "", False)


def test_words_put_the_likely_matter_first_and_choose_nothing(people):
    offered = offers()
    assert next(iter(suggested(offered, "馬路上有坑洞"))) == "road_damage"
    assert suggested(offered, "？？") == {}
    part = Client().post("/report/suggest/", {"description": "馬路上有坑洞"}).content.decode()
    assert part.index("road_damage") < part.index("</div>")
    assert "checked" not in part


def test_without_a_script_the_page_asks_further_and_keeps_what_was_typed(people):
    response = send(**{"more-kind": None, "more-asked": None, "place_longitude": "",
                       "place_latitude": "", "place_district": "64000050"})  # fmt: skip
    text = response.content.decode()
    assert (response.status_code, Case.objects.count()) == (422, 0)
    assert "more-kind" in text
    assert WORDS in text
    looked = send(look="1").content.decode()
    assert WORDS in looked
    assert Case.objects.count() == 0


def test_what_is_wrong_is_said_and_nothing_is_kept(people):
    for changed in (
        {"service": "no_such"}, {"service": ""}, {"description": " "}, {"email": "x"},
        {"place_longitude": "121.5", "place_latitude": "25.0"}, {"more-kind": "volcano"},
        {"place_longitude": "", "place_latitude": "", "place_address": ""},
    ):  # fmt: skip
        response = send(**changed)
        assert response.status_code == 422, changed
        assert "govuk-error" in response.content.decode()
    assert Case.objects.count() == 0
    assert CaseDocument.objects.count() == 0


def test_a_photo_offers_its_place_and_a_broken_one_nothing(people):
    taken = photo(120.3127, 22.6483)
    position, _moment = taken_at_place(BytesIO(taken))
    assert position == (120.3127, 22.6483)
    client = Client()
    answer = client.post("/report/photo/", taken, content_type="application/octet-stream")
    assert (answer.json()["longitude"], answer.json()["latitude"]) == position
    assert "三民區" in answer.json()["sentence"]
    abroad = client.post("/report/photo/", photo(139.7, 35.6), content_type="image/jpeg")
    assert abroad.status_code == 204
    for cut in range(0, len(taken), 3):
        taken_at_place(BytesIO(taken[:cut]))
        taken_at_place(BytesIO(taken[:cut] + b"\xff" + taken[cut + 1 :]))
    assert taken_at_place(BytesIO(b"")) == (None, None)
