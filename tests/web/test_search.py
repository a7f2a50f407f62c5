import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("側溝", 3, id="two-characters"),
        pytest.param("台灣 側溝", 3, id="every-word-and-one-character-for-two"),
        pytest.param("t2", 1, id="the-english-title"),
        pytest.param("研究發展", 1, id="a-department"),
        pytest.param("不存在", 0, id="nothing"),
    ],
)
def test_search_finds_what_holds_every_word(client, plan, query, found):
    page = client.get("/search/", {"q": query}).content.decode()

    assert page.count("<li>\n  <p class=") == found
    if not found:
        assert f"找不到「{query}」" in page


def test_the_item_whose_number_was_typed_comes_first(client, plan):
    page = client.get("/search/", {"q": "30-2"}).content.decode()
    assert page.index("30-2</mark>") < page.index("標題 2")


def test_what_was_typed_is_shown_as_text(client, plan):
    page = client.get("/en/search/", {"q": '<script>alert("1")</script>'}).content.decode()
    assert "<script>alert" not in page
