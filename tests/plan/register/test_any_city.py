"""What must hold for every city that runs on a pack."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils.translation import override

from shizheng.core import loading
from shizheng.core.models import Agency, Area, JournalEntry
from shizheng.packs import loader
from shizheng.packs.kinds.agency import AgencyTree
from shizheng.plan import definitions
from shizheng.plan.models import Edition, Item, Light
from shizheng.plan.register.complete import gaps
from shizheng.plan.register.printing import printed
from shizheng.plan.register.selectors import item_rows

pytestmark = pytest.mark.django_db


def test_the_outline_is_printed_again_word_for_word(any_city):
    body = any_city.pack.body(definitions.Outline)
    edition = Edition.objects.get()
    assert printed(edition).encode() == any_city.pack.read(body.text)
    assert edition.status == "adopted"
    assert (edition.unplaced, edition.gaps) == ([], [])


def test_every_item_of_the_catalogue_is_in_the_text_and_the_other_way_round(any_city):
    catalogue = any_city.pack.body(definitions.Catalogue)
    items = Item.objects.select_related("annotation", "chapter__agency")
    assert [item.code for item in items] == [row.id for row in catalogue.items]
    assert all(item.annotation.title["en"] for item in items)
    assert all(item.chapter.agency for item in items)
    text = printed(Edition.objects.get())
    assert all(text[item.source_start : item.source_end].strip() for item in items)


def test_no_light_is_green_without_evidence(any_city):
    lights = Light.objects.filter(until=None)
    assert lights.count() == Item.objects.count()
    assert set(lights.values_list("colour", flat=True)) == {"grey"}


def test_loading_the_same_pack_again_changes_nothing(any_city):
    def everything() -> list[object]:
        return [
            list(Agency.objects.values()),
            Area.objects.count(),
            list(Item.objects.values("id", "text")),
            list(Light.objects.values()),
            list(Edition.objects.values("id", "number", "status")),
        ]

    before, entries = everything(), JournalEntry.objects.count()
    loading.load(loader.load(any_city.pack.root), at=any_city.at)
    assert everything() == before
    assert JournalEntry.objects.count() == entries + 1  # that the pack was loaded


def test_every_agency_and_area_of_the_pack_is_there(any_city):
    tree = any_city.pack.body(AgencyTree)
    assert set(Agency.objects.values_list("code", flat=True)) == {row.id for row in tree.agencies}
    assert Area.objects.filter(kind="village", parent=None).count() == 0
    assert Area.objects.exclude(shape=None).exists()


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_every_page_of_the_plan_opens_for_anybody(any_city, client, language):
    edition = Edition.objects.select_related("plan").get()
    plan, item = edition.plan.code, Item.objects.last()
    with override(language):
        pages = [
            reverse("plan:overview"),
            reverse("plan:plan", args=(plan,)),
            reverse("plan:department", args=(plan, 1)),
            reverse("plan:item", args=(plan, item.code)),
            reverse("plan:printed", args=(plan,)),
            reverse("plan:compare", args=(plan,)),
            reverse("plan:editions"),
            reverse("plan:edition", args=(plan, edition.number)),
            reverse("plan:coverage"),
        ]
    for address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        assert b'lang="' + (b"zh-Hant" if language == "zh-hant" else b"en") in response.content
    assert item.text in client.get(pages[3]).content.decode()


def test_the_overview_reads_the_database_a_fixed_number_of_times(
    any_city, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert client.get(reverse("plan:overview")).status_code == 200


def test_an_item_page_reads_the_database_a_fixed_number_of_times(
    any_city, client, django_assert_max_num_queries
):
    item = Item.objects.select_related("edition__plan").first()
    with django_assert_max_num_queries(31):
        assert client.get(item.get_absolute_url()).status_code == 200


def test_searching_by_a_word_of_an_item_finds_that_item(any_city, client):
    item = Item.objects.last()
    word = item.search_text[3:5]
    page = client.get(reverse("plan:overview"), {"q": word}).content.decode()
    assert f">{item.code}</a>" in page


def test_the_csv_holds_every_item_once(any_city, client):
    edition = Edition.objects.select_related("plan").get()
    response = client.get(reverse("plan:items_csv", args=(edition.plan.code,)))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["code"] for row in rows] == [row.code for _, _, row in item_rows(edition=edition)]
    assert {row["light"] for row in rows} == {"grey"}


def test_the_downloaded_outline_is_the_file_that_was_imported(any_city, client):
    edition = Edition.objects.select_related("plan").get()
    response = client.get(reverse("plan:outline_text", args=(edition.plan.code,)))
    assert response.content == any_city.pack.read(any_city.pack.body(definitions.Outline).text)


def test_the_imported_outline_is_shown_with_its_gaps(client, any_city):
    edition = Edition.objects.select_related("plan").get()
    assert edition.gaps_reason
    assert gaps(edition) == []
    page = client.get(reverse("plan:edition", args=(edition.plan.code, 1))).content.decode()
    assert 'id="missing"' in page
    assert any(words in page for words in edition.gaps_reason.values())
