import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "tag"), [("/", "zh-Hant"), ("/en/", "en")])
def test_a_page_names_its_language_and_leads_to_itself_in_the_other(client, address, tag):
    page = client.get(address).content.decode()
    other = "/en/" if address == "/" else "/"

    assert f'<html lang="{tag}">' in page
    assert f'<a href="{other}" lang=' in page


def test_the_bar_leads_only_to_pages_that_exist(client, plan):
    page = client.get("/").content.decode()

    import re

    bar = page.split("<nav", 1)[1].split("</nav>", 1)[0]
    addresses = re.findall(r'href="([^"]+)"', bar)
    assert all(client.get(address).status_code < 400 for address in addresses)


def test_the_style_sheet_is_kept_under_its_version(client):
    page = client.get("/").content.decode()
    address = page.split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]

    answer = client.get(address)

    assert "immutable" in answer["Cache-Control"]
    assert "immutable" not in client.get("/style.css?v=old")["Cache-Control"]
    assert answer.content.decode().startswith("@layer web-tokens")


def test_the_chinese_page_speaks_chinese(client):
    assert "跳到主要內容" in client.get("/").content.decode()
