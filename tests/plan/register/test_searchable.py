"""Every item and department of a city can be found, as long as its edition is in force."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from shizheng.core import loading, search
from shizheng.core.models import TextEntry
from shizheng.kernel.text import words
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.models import Annotation, Chapter, Edition, Item
from shizheng.plan.register.actions import edition_adopt, edition_import

from .conftest import AT

pytestmark = pytest.mark.django_db
ANYONE = AnonymousUser()


def hits(query: str, **more: object) -> list[search.Hit]:
    found = search.find(query, viewer=ANYONE, **{"languages": ["zh-Hant"]} | more)
    return list(found.hits)


def all_hits(query: str, kind: str) -> Iterator[search.Hit]:
    number, pages = 1, 1
    while number <= pages:
        found = search.find(
            query, viewer=ANYONE, kinds_wanted=[kind], languages=["en"], page=number
        )
        yield from found.hits
        number, pages = number + 1, found.page_count


def test_every_item_is_found_first_by_its_number_and_leads_to_its_page(any_city, client):
    for item in Item.objects.order_by("chapter__number", "number")[::9]:
        first, *_ = hits(item.code)
        assert (first.kind, first.key) == ("plan.item", str(item.pk))
        assert client.get(first.path).status_code == 200


def test_a_word_finds_the_items_that_hold_it_in_printed_order(any_city):
    word = Item.objects.order_by("chapter__number", "number").last().text[:2]
    expected = [
        str(item.pk)
        for item in Item.objects.order_by("chapter__number", "number")
        if word in item.text
    ]
    found = [hit.key for hit in all_hits(word, "plan.item")]
    assert [key for key in found if key in expected] == expected


def test_a_department_is_found_before_its_items(any_city):
    chapter = Chapter.objects.exclude(agency=None).order_by("number").first()
    name = chapter.agency.name["zh-Hant"]
    first, *rest = [hit for hit in hits(name) if hit.kind.startswith("plan.")]
    assert (first.kind, first.key) == ("plan.department", str(chapter.pk))
    assert {hit.kind for hit in rest} == {"plan.item"}
    assert all(word in "".join(part.text for part in first.title) for word in words(name))


def test_titles_follow_the_language_and_are_found_in_either(any_city):
    annotation = Annotation.objects.order_by("item").first()
    wanted = annotation.title["en"]
    for language in ("en", "zh-Hant"):
        found = search.find(" ".join(words(wanted)[:6]), viewer=ANYONE, languages=[language]).hits
        key = str(annotation.item_id)
        (title,) = ["".join(p.text for p in hit.title) for hit in found if hit.key == key]
        assert title.endswith(annotation.title[language])


def test_a_rebuild_finds_nothing_to_change(any_city):
    before = list(TextEntry.objects.order_by("pk").values_list("pk", "title"))
    assert search.rebuild() == len(before)
    assert list(TextEntry.objects.order_by("pk").values_list("pk", "title")) == before


def test_a_changed_title_is_found_after_the_pack_is_loaded_again(town):
    Annotation.objects.filter(item__code="1-1").update(title={"zh-Hant": "舊稱謂"})
    search.rebuild()
    assert [hit.title[-1].text for hit in hits("舊稱謂")] == ["舊稱謂"]

    loading.load(town.pack, at=AT)
    assert hits("舊稱謂") == []
    assert hits("1-1")[0].key == str(Item.objects.get(code="1-1").pk)


def test_the_next_edition_takes_the_place_of_the_one_in_force(edition):
    old = TextEntry.objects.filter(kind__startswith="plan.").count()
    text = "明年施政綱要\n\n壹、總務\n\n一、增設夜間圖書館。\n二、修補海堤。\n"
    drafted = edition_import(
        plan=edition.plan, parsed=parse(text.encode(), name="next.txt"), name="next.txt",
        by=None, at=AT,
    )  # fmt: skip
    assert hits("夜間圖書館") == []
    assert TextEntry.objects.filter(kind__startswith="plan.").count() == old

    edition_adopt(
        edition=drafted, by=None, on=None, from_=date(2027, 1, 1), at=AT,
        gaps_reason={"zh-Hant": "照原文收錄"},
    )  # fmt: skip
    assert len(hits("夜間圖書館")) == 1
    known = set(TextEntry.objects.filter(kind="plan.item").values_list("key", flat=True))
    assert known == {str(pk) for pk in drafted.items.values_list("pk", flat=True)}
    assert Edition.objects.get(pk=edition.pk).status == Edition.Status.SUPERSEDED
