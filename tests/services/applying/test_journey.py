"""A form from the first page to the receipt, as people without scripts go."""

import re

import pytest

from shizheng.services.actions.opening import hidden
from shizheng.services.models import Case, Draft

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f0005000101"
    "2d0a1b0f0000000049454e44ae426082"
)
PLACE = {"place_longitude": "120.2842", "place_latitude": "22.6515", "place_address": "明誠三路"}


def begun(client):
    answer = client.post("/services/road_damage/start/", {"kind": "pothole"})
    assert answer.status_code == 303, answer.content.decode()
    return Draft.objects.get()


def filled(client):
    draft = begun(client)
    base = f"/drafts/{draft.pk}"
    for part, sent in (
        ("parts/the-place", PLACE),
        ("parts/your-words", {"description": "路面有洞"}),
        ("parts/your-contact", {"name": "王小明", "email": "wang@example.org"}),
    ):
        answer = client.post(f"{base}/{part}/", sent)
        assert answer.status_code == 303, answer.content.decode()
    return draft, answer["Location"]


def test_a_report_goes_from_the_first_page_to_a_receipt_with_a_follow_code(visitor):
    draft, check = filled(visitor)
    assert check == f"/drafts/{draft.pk}/check/"
    page = visitor.get(check).content.decode()
    assert "王小明" in page
    assert "坑洞" in page
    assert "明誠三路" in page

    answer = visitor.post(check)
    assert answer.status_code == 303
    receipt = visitor.get(answer["Location"]).content.decode()
    case = Case.objects.get()
    code = re.findall(r'receipt-number">([0-9A-Z]{10})<', receipt)[0]
    assert case.number in receipt
    assert case.parties.get().secret == hidden(code)
    assert case.answers["kind"] == "pothole"
    assert case.district is not None


def test_sending_twice_leads_to_the_same_receipt_and_one_case(visitor):
    draft, check = filled(visitor)
    first, second = visitor.post(check), visitor.post(check)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    draft.refresh_from_db()
    assert draft.answers == {}
    assert draft.contact == {}
