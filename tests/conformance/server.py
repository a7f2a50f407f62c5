"""A server of OGC API Features as its tests ask it, wherever it runs."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urljoin

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MOST = 1_000


@dataclass(frozen=True)
class Reply:
    """What a server answered; names of headers are small."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "")

    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[[str, Mapping[str, str]], Reply]


def over_http(url: str, headers: Mapping[str, str]) -> Reply:
    """Ask a server that runs somewhere."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    request = urllib.request.Request(url, headers=dict(headers))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return Reply(answer.status, _small(answer.headers), answer.read())
    except urllib.error.HTTPError as problem:
        return Reply(problem.code, _small(problem.headers), problem.read())


def _small(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Server:
    """A server with its documents, read once.

    Args:
        collection: the one that is looked at; the first with a feature if left out.
    """

    def __init__(self, root: str, ask: Ask = over_http, collection: str = "") -> None:
        self.root, self.ask, self.chosen = root.rstrip("/"), ask, collection

    def get(
        self, path: str, query: Mapping[str, Any] | None = None, accept: str = "application/json"
    ) -> Reply:
        url = urljoin(f"{self.root}/", path) if path else f"{self.root}/"
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        return self.ask(url, {"Accept": accept})

    @cached_property
    def landing(self) -> dict[str, Any]:
        return self.get("").json()

    @cached_property
    def conforms(self) -> list[str]:
        return self.get("conformance").json()["conformsTo"]

    @cached_property
    def collections(self) -> dict[str, Any]:
        return self.get("collections").json()

    @cached_property
    def collection(self) -> dict[str, Any]:
        for each in self.collections["collections"]:
            if self.chosen in ("", each["id"]) and self._has_features(each["id"]):
                return each
        raise AssertionError("no collection has a feature")

    def _has_features(self, name: str) -> bool:
        answer = self.get(f"collections/{name}/items", {"limit": 1}, GEOJSON)
        return answer.status == 200 and bool(answer.json()["features"])

    @property
    def id(self) -> str:
        return self.collection["id"]

    @property
    def items_path(self) -> str:
        return f"collections/{self.id}/items"

    def items(self, **query: Any) -> Reply:
        return self.get(
            self.items_path, {name.replace("_", "-"): value for name, value in query.items()},
            GEOJSON,
        )  # fmt: skip

    def ids(self, **query: Any) -> list[str]:
        answer = self.items(**{"limit": MOST, **query})
        assert answer.status == 200, (query, answer.status, answer.body[:300])
        return sorted(str(each["id"]) for each in answer.json()["features"])

    @cached_property
    def page(self) -> dict[str, Any]:
        return self.items(limit=2).json()

    @cached_property
    def features(self) -> list[dict[str, Any]]:
        """All features, up to ``MOST``: what filters are held to."""
        return self.items(limit=MOST).json()["features"]

    def those(self, fits: Callable[[dict[str, Any]], bool]) -> list[str]:
        return sorted(str(each["id"]) for each in self.features if fits(each))

    @cached_property
    def queryables(self) -> dict[str, Any]:
        return self.get(f"collections/{self.id}/queryables", accept=SCHEMA).json()

    @cached_property
    def api(self) -> dict[str, Any]:
        link = next(each for each in self.landing["links"] if each["rel"] == "service-desc")
        return self.get(link["href"], accept="application/vnd.oai.openapi+json;version=3.0").json()

    def parameters(self, path: str) -> dict[str, dict[str, Any]]:
        """Parameters of GET by name, of the path as it is or with its collection's variable."""
        known = self.api["paths"]
        found = known.get(path) or next(
            (known[each] for each in known if _alike(each, path)), {"get": {}}
        )
        listed = [*found.get("parameters", []), *found["get"].get("parameters", [])]
        whole = [self._resolved(each) for each in listed]
        return {each["name"]: each for each in whole if "name" in each}

    def _resolved(self, given: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in given or not given["$ref"].startswith("#/"):
            name = given.get("$ref", "").rpartition("/")[2]
            return given if "name" in given else {"name": name, "schema": {}}
        found: Any = self.api
        for part in given["$ref"][2:].split("/"):
            found = found[part]
        return found

    def next_pages(self, limit: int) -> Iterator[dict[str, Any]]:
        """Yield pages from link to link."""
        page = self.items(limit=limit).json()
        yield page
        while link := next((each for each in page["links"] if each["rel"] == "next"), None):
            page = self.get(link["href"], accept=GEOJSON).json()
            yield page


def _alike(one: str, other: str) -> bool:
    parts, others = one.strip("/").split("/"), other.strip("/").split("/")
    return len(parts) == len(others) and all(
        a == b or a.startswith("{") for a, b in zip(parts, others, strict=True)
    )


GEOJSON, SCHEMA = "application/geo+json", "application/schema+json"
