"""Importing, adopting and throwing away an edition, as the control unit does on its pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shizheng.core.models import Job, JournalEntry, OutboxEvent
from shizheng.plan.models import Edition, Item
from shizheng.plan.register.printing import printed
from shizheng.plan.register.selectors import edition_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(edition) -> bytes:
    """The outline with one sentence reworded."""
    item = edition.items.first()
    word = item.text[2:6]
    return printed(edition).replace(word, f"{word}並公開成果", 1).encode()


def sent(client, edition, content: bytes, name: str = "next.txt"):
    form = {"plan": edition.plan.code, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("plan:edition_import"), form)


def test_an_imported_outline_is_a_draft_that_only_its_preparers_see(
    client, edition, controller, changed
):
    client.force_login(controller)
    response = sent(client, edition, changed)

    draft = Edition.objects.get(status="draft")
    assert response.status_code == 303
    assert response["Location"] == reverse("plan:edition", args=(edition.plan.code, draft.number))
    assert printed(draft).encode() == changed
    assert client.get(response["Location"]).status_code == 200
    client.logout()
    assert client.get(response["Location"]).status_code == 404
    assert edition_in_force() == edition


def test_adopting_a_draft_ends_the_edition_in_force_and_both_can_be_read(
    client, edition, controller, changed
):
    client.force_login(controller)
    sent(client, edition, changed)
    draft = Edition.objects.get(status="draft")
    adopt = reverse("plan:edition_adopt", args=(edition.plan.code, draft.number))
    assert client.get(adopt).status_code == 200
    response = client.post(adopt, {"on": "2026-07-01", "why": "第 3 次會議"})

    assert response.status_code == 303
    draft.refresh_from_db()
    edition.refresh_from_db()
    assert (draft.status, edition.status) == ("adopted", "superseded")
    assert str(edition.in_force_to) == "2026-07-01"
    entry = JournalEntry.objects.get(action="plan.edition.adopted", by=controller)
    assert entry.why == "第 3 次會議"
    event = OutboxEvent.objects.filter(type="city.plan.adopted").latest("at")
    assert event.payload["edition"] == draft.number
    assert Job.objects.filter(name="plan.recompute_lights").exists()
    overview = reverse("plan:overview")
    assert (
        "並公開成果"
        in client.get(reverse("plan:printed", args=(edition.plan.code,))).content.decode()
    )
    old = client.get(reverse("plan:printed", args=(edition.plan.code,)), {"date": "2026-06-30"})
    assert "並公開成果" not in old.content.decode()
    assert client.get(overview).status_code == 200


def test_two_editions_are_compared_side_by_side(client, edition, controller, changed):
    client.force_login(controller)
    sent(client, edition, changed)
    draft = Edition.objects.get(status="draft")
    page = client.get(
        reverse("plan:compare", args=(edition.plan.code,)), {"old": edition.pk, "new": draft.pk}
    ).content.decode()
    assert "<ins>並公開成果</ins>" in page
    assert page.count('class="side-by-side"') == 1


def test_a_draft_can_be_thrown_away_and_the_journal_keeps_that_it_was_there(
    client, edition, controller, changed
):
    client.force_login(controller)
    sent(client, edition, changed)
    draft = Edition.objects.get(status="draft")
    discard = reverse("plan:edition_discard", args=(edition.plan.code, draft.number))
    assert client.post(discard, {"why": ""}).status_code == 422
    assert client.post(discard, {"why": "錯的檔案"}).status_code == 303

    assert not Edition.objects.filter(status="draft").exists()
    assert Item.objects.exclude(edition=edition).count() == 0
    entry = JournalEntry.objects.get(action="plan.edition.discarded")
    assert (entry.why, entry.thing_key) == ("錯的檔案", str(draft.pk))


def test_an_adopted_edition_can_be_neither_adopted_again_nor_thrown_away(
    client, edition, controller
):
    client.force_login(controller)
    place = (edition.plan.code, edition.number)
    adopt = client.post(reverse("plan:edition_adopt", args=place), {"on": "2026-07-01", "why": "x"})
    discard = client.post(reverse("plan:edition_discard", args=place), {"why": "x"})
    assert (adopt.status_code, discard.status_code) == (409, 409)
    assert Edition.objects.get().status == "adopted"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 422, id="empty-file"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, 422, id="a-picture"),
        pytest.param("沒有編號的文字。\n".encode(), 422, id="no-items"),
        pytest.param(b"%PDF-1.7 broken", 422, id="a-broken-pdf"),
        pytest.param("一、甲\n(一) 乙".encode()[:-1], 422, id="cut-inside-a-character"),
    ],
)
def test_a_file_that_is_no_outline_is_refused_and_nothing_is_kept(
    client, edition, controller, content, status
):
    client.force_login(controller)
    response = sent(client, edition, content)
    assert response.status_code == status
    assert "govuk-error-summary" in response.content.decode()
    assert Edition.objects.count() == 1


def test_the_same_file_twice_is_one_edition(client, edition, controller, changed):
    client.force_login(controller)
    assert sent(client, edition, changed).status_code == 303
    assert sent(client, edition, changed).status_code == 409
    assert Edition.objects.count() == 2


def test_a_resident_may_not_import(client, edition, resident, changed):
    assert client.get(reverse("plan:edition_import")).status_code == 302  # to sign in
    client.force_login(resident)
    assert sent(client, edition, changed).status_code == 403
    assert Edition.objects.count() == 1


def test_importing_again_and_again_is_answered_with_a_wait(client, edition, controller):
    client.force_login(controller)
    answers = [sent(client, edition, b"").status_code for _ in range(21)]
    assert answers[:20] == [422] * 20
    assert answers[20] == 429
    assert int(sent(client, edition, b"")["Retry-After"]) > 0
