"""Requirements of OGC API Features, Parts 1 to 3, and of CQL2: one address, one check.

Source: OGC 17-069r4 (Part 1), 18-058r1 (Part 2), 19-079r2 (Part 3), 21-065r2 (CQL2), said again in
our own words and code. A check asserts; what it needs of data it takes from the server itself.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.conformance.server import CRS84, GEOJSON, SCHEMA, Server

Check = Callable[[Server], None]
CHECKS: dict[str, Check] = {}
PART = "http://www.opengis.net/spec/ogcapi-features-{}/1.0"
CQL2 = "http://www.opengis.net/spec/cql2/1.0"
QUERYABLES = {"http://www.opengis.net/def/rel/ogc/1.0/queryables", "[ogc-rel:queryables]"}
NOWHERE = "http://www.opengis.net/def/crs/EPSG/0/0"


def of_part(part: int, *names: str) -> Callable[[Check], Check]:
    """Keep a check under the addresses of the requirements that it is of."""

    def keep(check: Check) -> Check:
        for name in names:
            CHECKS[f"{PART.format(part)}/req/{name}"] = check
        return check

    return keep


def cql2(*names: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        for name in names:
            CHECKS[f"{CQL2}/req/{name}"] = check
        return check

    return keep


def rels(links: list[dict[str, Any]]) -> set[str]:
    return {each["rel"] for each in links}


def number_of(server: Server) -> str:
    """Return the name of a property that is a number in some feature."""
    for each in server.features:
        for name, value in each["properties"].items():
            if name in _queried(server) and type(value) in (int, float):
                return name
    raise AssertionError("no feature has a number")


def text_of(server: Server) -> tuple[str, str]:
    """Return the name of a property that is a text, and a value of it."""
    for each in server.features:
        for name, value in each["properties"].items():
            told = _queried(server).get(name, {})
            if (
                isinstance(value, str)
                and value
                and "format" not in told
                and name in _queried(server)
            ):
                return name, value
    raise AssertionError("no feature has a text")


def _queried(server: Server) -> dict[str, Any]:
    return server.queryables.get("properties", {})


def place_of(server: Server) -> str:
    return next(n for n, e in _queried(server).items() if "geometry" in str(e.get("format", e)))


# Part 1, core


@of_part(1, "core/root-op", "core/root-success")
def root(server: Server) -> None:
    answer = server.get("")
    assert answer.status == 200
    told = answer.json()
    assert {"conformance", "data"} <= rels(told["links"])
    assert {"service-desc", "service-doc"} & rels(told["links"])


@of_part(1, "core/api-definition-op", "core/api-definition-success", "oas30/oas-definition-1")
def definition(server: Server) -> None:
    assert server.api["openapi"].startswith("3.")
    assert server.api["paths"]


@of_part(1, "core/conformance-op", "core/conformance-success")
def conformance(server: Server) -> None:
    assert server.get("conformance").status == 200
    assert f"{PART.format(1)}/conf/core" in server.conforms


@of_part(1, "core/http")
def http(server: Server) -> None:
    assert server.get("collections/no-such-collection-here").status == 404
    assert server.get("no-such-path").status == 404


@of_part(1, "core/fc-md-op", "core/fc-md-success", "core/fc-md-links")
def listed(server: Server) -> None:
    assert server.get("collections").status == 200
    assert "self" in rels(server.collections["links"])
    for link in server.collections["links"]:
        assert link["rel"]
        assert link["type"]


@of_part(1, "core/fc-md-items", "core/fc-md-items-links", "core/sfc-md-op", "core/sfc-md-success")
def described(server: Server) -> None:
    for each in server.collections["collections"]:
        links = [link for link in each["links"] if link["rel"] == "items"]
        assert GEOJSON in {link["type"] for link in links}
        alone = server.get(f"collections/{each['id']}")
        assert alone.status == 200
        assert {name: alone.json().get(name) for name in ("id", "title", "extent")} == {
            name: each.get(name) for name in ("id", "title", "extent")
        }


@of_part(1, "core/fc-md-extent")
def extent(server: Server) -> None:
    (west, south, east, north, *_) = server.collection["extent"]["spatial"]["bbox"][0]
    for each in server.features:
        for x, y in positions(each["geometry"]):
            assert west <= x <= east
            assert south <= y <= north


def positions(geometry: dict[str, Any] | None) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    waiting = [geometry["coordinates"]] if geometry else []
    while waiting:
        each = waiting.pop()
        if each and isinstance(each[0], int | float):
            found.append((each[0], each[1]))
        else:
            waiting += each
    return found


@of_part(1, "core/crs84")
def degrees(server: Server) -> None:
    for each in server.features:
        assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in positions(each["geometry"]))


@of_part(1, "core/fc-op", "core/fc-response", "geojson/content", "geojson/definition")
def items(server: Server) -> None:
    answer = server.items()
    assert (answer.status, answer.type.split(";")[0]) == (200, GEOJSON)
    assert answer.json()["type"] == "FeatureCollection"
    assert f"{PART.format(1)}/conf/geojson" in server.conforms


@of_part(
    1,
    "core/fc-limit-definition",
    "core/fc-bbox-definition",
    "core/fc-time-definition",
    "oas30/completeness",
)
def parameters(server: Server) -> None:
    told = server.parameters(f"/{server.items_path}")
    assert {"limit", "bbox", "datetime"} <= {*told}
    for each in ("/conformance", "/collections"):
        assert each in server.api["paths"]


@of_part(1, "core/fc-limit-response-1")
def limit(server: Server) -> None:
    assert len(server.items(limit=1).json()["features"]) == 1
    assert len(server.items(limit=5).json()["features"]) <= 5


@of_part(1, "core/fc-bbox-response")
def bbox(server: Server) -> None:
    placed = next(each for each in server.features if each["geometry"])
    x, y = positions(placed["geometry"])[0]
    near = server.ids(bbox=f"{x - 1e-6},{y - 1e-6},{x + 1e-6},{y + 1e-6}")
    assert str(placed["id"]) in near
    assert server.ids(bbox="-179.99,-89.99,-179.98,-89.98") == []
    assert server.ids(bbox="-180,-90,180,90") == server.those(lambda each: bool(each["geometry"]))


@of_part(1, "core/fc-time-response")
def time(server: Server) -> None:
    now = server.ids()
    tomorrow = date.today() + timedelta(days=1)
    assert server.ids(datetime=f"../{tomorrow.isoformat()}T00:00:00Z") == now
    assert server.items(datetime="2000-01-01T00:00:00Z/..").status == 200


@of_part(1, "core/query-param-invalid")
def invalid(server: Server) -> None:
    for query in (
        {"limit": "many"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"datetime": "some day"},
    ):
        assert server.items(**query).status == 400, query


@of_part(1, "core/query-param-unknown")
def unknown(server: Server) -> None:
    assert server.items(there_is_no_such_parameter="1").status == 400


@of_part(1, "core/fc-links", "core/fc-rel-type")
def links(server: Server) -> None:
    assert "self" in rels(server.page["links"])
    assert all(each.get("rel") and each.get("type") for each in server.page["links"])


@of_part(1, "core/fc-timeStamp", "core/fc-numberReturned", "core/fc-numberMatched")
def counts(server: Server) -> None:
    assert server.page["numberReturned"] == len(server.page["features"])
    if "numberMatched" in server.page:
        assert server.page["numberMatched"] == len(server.features)
    if "timeStamp" in server.page:
        assert server.page["timeStamp"].endswith("Z")


@of_part(1, "rec/core/fc-next")
def pages(server: Server) -> None:
    found = [str(each["id"]) for page in server.next_pages(3) for each in page["features"]]
    assert sorted(found) == server.those(lambda _: True)


@of_part(1, "core/f-op", "core/f-success", "core/f-links")
def feature(server: Server) -> None:
    one = server.page["features"][0]
    answer = server.get(f"{server.items_path}/{one['id']}", accept=GEOJSON)
    assert answer.status == 200
    told = answer.json()
    assert (told["id"], told["geometry"]) == (one["id"], one["geometry"])
    assert {"self", "collection"} <= rels(told["links"])
    assert server.get(f"{server.items_path}/no-such-feature").status == 404


# Part 2


@of_part(
    2,
    "crs/crs-uri",
    "crs/fc-md-crs-list",
    "crs/fc-md-storageCrs",
    "crs/fc-md-storageCrs-valid-value",
    "crs/fc-md-crs-list-global",
)
def systems(server: Server) -> None:
    assert f"{PART.format(2)}/conf/crs" in server.conforms
    known = [each for each in server.collection["crs"] if each != "#/crs"]
    if "#/crs" in server.collection["crs"]:
        known += server.collections["crs"]
    assert CRS84 in known
    assert all(each.startswith("http") for each in known)
    assert server.collection["storageCrs"] in known


@of_part(2, "crs/fc-crs-definition", "crs/fc-bbox-crs-definition")
def system_parameters(server: Server) -> None:
    assert {"crs", "bbox-crs"} <= {*server.parameters(f"/{server.items_path}")}


@of_part(
    2, "crs/fc-crs-default-value", "crs/ogc-crs-header", "crs/ogc-crs-header-value", "crs/geojson"
)
def default_system(server: Server) -> None:
    plain, asked = server.items(limit=2), server.items(limit=2, crs=CRS84)
    assert plain.headers["content-crs"] == asked.headers["content-crs"] == f"<{CRS84}>"
    assert plain.json()["features"] == asked.json()["features"]


@of_part(2, "crs/fc-crs-action")
def in_system(server: Server) -> None:
    uri = next(each for each in server.collection["crs"] if each.endswith("/EPSG/0/4326"))
    answer = server.items(limit=2, crs=uri)
    assert answer.headers["content-crs"] == f"<{uri}>"
    for one, other in zip(answer.json()["features"], server.page["features"], strict=True):
        swapped = [(y, x) for x, y in positions(one["geometry"])]
        for (a, b), (c, d) in zip(swapped, positions(other["geometry"]), strict=True):
            assert abs(a - c) + abs(b - d) < 1e-9


@of_part(2, "crs/fc-bbox-crs-action", "crs/fc-bbox-crs-default-value")
def box_in_system(server: Server) -> None:
    uri = next(each for each in server.collection["crs"] if each.endswith("/EPSG/0/4326"))
    placed = next(each for each in server.features if each["geometry"])
    x, y = positions(placed["geometry"])[0]
    west, south, east, north = x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6
    plain = server.ids(bbox=f"{west},{south},{east},{north}")
    assert plain == server.ids(bbox=f"{south},{west},{north},{east}", bbox_crs=uri)
    assert plain == server.ids(bbox=f"{west},{south},{east},{north}", bbox_crs=CRS84)
    assert str(placed["id"]) in plain


@of_part(2, "crs/fc-crs-valid-value", "crs/crs-exception")
def wrong_system(server: Server) -> None:
    answer = server.items(crs=NOWHERE)
    assert (answer.status, bool(answer.body)) == (400, True)


@of_part(2, "crs/fc-bbox-crs-valid-value", "crs/bbox-crs-exception")
def wrong_box_system(server: Server) -> None:
    assert server.items(bbox="1,2,3,4", bbox_crs=NOWHERE).status == 400


# Part 3


@of_part(3, "queryables/queryables-link", "features-filter/queryables-link")
def queryables_link(server: Server) -> None:
    for each in server.collections["collections"]:
        if each.get("itemType", "feature") == "feature":
            assert QUERYABLES & rels(each["links"]), each["id"]


@of_part(3, "queryables/get-queryables-op", "features-filter/get-queryables-op")
def queryables(server: Server) -> None:
    answer = server.get(f"collections/{server.id}/queryables", accept=SCHEMA)
    assert (answer.status, answer.type.split(";")[0]) == (200, SCHEMA)


@of_part(3, "queryables/get-queryables-response")
def queryables_schema(server: Server) -> None:
    told = server.queryables
    assert told["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert told["$id"].endswith(f"/collections/{server.id}/queryables")
    assert told["type"] == "object"
    for each in told["properties"].values():
        if str(each.get("format", "")).startswith("geometry-"):
            assert not {"type", "$ref"} & {*each}
        else:
            assert "type" in each


@of_part(3, "queryables/expression-construction")
def additional(server: Server) -> None:
    status = server.items(filter="there_is_no_such_property = 1").status
    assert status == (400 if server.queryables.get("additionalProperties") is False else 200)


@of_part(3, "queryables-query-parameters/parameters")
def by_parameter(server: Server) -> None:
    name, value = text_of(server)
    wanted = server.those(lambda each: each["properties"].get(name) == value)
    assert server.ids(**{name: value}) == wanted


@of_part(
    3,
    "filter/filter-param",
    "filter/filter-lang-param",
    "features-filter/filter-param",
    "features-filter/filter-lang-param",
)
def filter_parameters(server: Server) -> None:
    told = server.parameters(f"/{server.items_path}")
    assert {"filter", "filter-lang"} <= {*told}
    assert "cql2-text" in told["filter-lang"]["schema"]["enum"]
    assert server.items(filter="1 = 1", filter_lang="no-such-language").status == 400


@of_part(
    3, "filter/filter-crs-param", "features-filter/filter-crs-param", "filter/filter-crs-wgs84"
)
def filter_system(server: Server) -> None:
    assert "filter-crs" in server.parameters(f"/{server.items_path}")
    placed = next(each for each in server.features if each["geometry"])
    x, y = positions(placed["geometry"])[0]
    uri = next(each for each in server.collection["crs"] if each.endswith("/EPSG/0/4326"))
    text = "S_INTERSECTS({}, BBOX({},{},{},{}))"
    e = 1e-6
    plain = server.ids(filter=text.format(place_of(server), x - e, y - e, x + e, y + e))
    swapped = text.format(place_of(server), y - e, x - e, y + e, x + e)
    assert plain == server.ids(filter=swapped, filter_crs=uri)
    assert str(placed["id"]) in plain
    assert server.items(filter=swapped, filter_crs=NOWHERE).status == 400


@of_part(3, "filter/response", "features-filter/response")
def filtered(server: Server) -> None:
    name, value = text_of(server)
    said = value.replace("'", "''")
    wanted = server.those(lambda each: each["properties"].get(name) == value)
    assert server.ids(filter=f"{name} = '{said}'") == wanted
    assert server.items(filter="this is no filter").status == 400


@of_part(3, "filter/mixing-expressions")
def mixed(server: Server) -> None:
    name, value = text_of(server)
    said = value.replace("'", "''")
    assert server.ids(filter=f"{name} = '{said}'", bbox="-179.99,-89.99,-179.98,-89.98") == []


# CQL2


def agree(server: Server, text: str, fits: Callable[[dict[str, Any]], bool | None]) -> None:
    assert server.ids(filter=text) == server.those(lambda each: fits(each["properties"]) is True), (
        text
    )


@cql2(
    "basic-cql2/binary-comparison-predicate",
    "basic-cql2/null-predicate",
    "basic-cql2/cql2-filter",
    "basic-cql2/property",
    "cql2-text/basic-cql2",
)
def basic(server: Server) -> None:
    name = number_of(server)
    middle = sorted(e["properties"][name] for e in server.features if _has(e["properties"], name))
    value = middle[len(middle) // 2]

    def held(test: Callable[[float], bool]) -> Callable[[dict[str, Any]], bool]:
        return lambda given: _has(given, name) and test(given[name])

    agree(server, f"{name} = {value}", held(lambda v: v == value))
    agree(server, f"{name} <> {value}", held(lambda v: v != value))
    agree(server, f"{name} < {value} OR {name} > {value}", held(lambda v: v != value))
    agree(server, f"NOT {name} >= {value}", held(lambda v: v < value))
    agree(server, f"{name} <= {value} AND TRUE", held(lambda v: v <= value))
    agree(server, f"{name} IS NULL", lambda given: not _has(given, name))
    agree(server, f"{name} IS NOT NULL", lambda given: _has(given, name))


def _has(given: dict[str, Any], name: str) -> bool:
    return given.get(name) is not None


@cql2(
    "advanced-comparison-operators/between-predicate",
    "advanced-comparison-operators/in-predicate",
    "advanced-comparison-operators/like-predicate",
    "cql2-text/advanced-comparison-operators",
)
def advanced(server: Server) -> None:
    number, (name, value) = number_of(server), text_of(server)
    said = value.replace("'", "''")
    agree(server, f"{number} BETWEEN 0 AND 10", lambda g: _has(g, number) and 0 <= g[number] <= 10)
    agree(server, f"{number} NOT IN (1, 2)", lambda g: _has(g, number) and g[number] not in (1, 2))
    agree(server, f"{name} IN ('{said}', 'x')", lambda g: g.get(name) in (value, "x"))
    agree(
        server, f"{name} LIKE '{said[:1]}%'", lambda g: str(g.get(name) or "").startswith(value[:1])
    )


@cql2("case-insensitive-comparison/casei-function", "cql2-text/case-insensitive-comparison")
def casei(server: Server) -> None:
    name, value = text_of(server)
    said = value.upper().replace("'", "''")
    agree(
        server, f"CASEI({name}) = CASEI('{said}')",
        lambda g: str(g.get(name) or "").casefold() == value.casefold(),
    )  # fmt: skip


@cql2(
    "basic-spatial-functions/spatial-predicate",
    "basic-spatial-functions/spatial-functions",
    "spatial-functions/spatial-functions",
    "cql2-text/spatial-functions",
)
def spatial(server: Server) -> None:
    place = place_of(server)
    everywhere = "POLYGON((-179 -89, 179 -89, 179 89, -179 89, -179 -89))"
    all_ids = server.those(lambda each: bool(each["geometry"]))
    for text in ("S_INTERSECTS", "S_WITHIN"):
        assert server.ids(filter=f"{text}({place}, {everywhere})") == all_ids
    for text in ("S_DISJOINT", "S_TOUCHES", "S_EQUALS", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS"):
        assert server.ids(filter=f"{text}({place}, {everywhere})") == []


@cql2("temporal-functions/temporal-functions", "cql2-text/temporal-functions")
def temporal(server: Server) -> None:
    name = next(n for n, e in _queried(server).items() if e.get("format") in ("date", "date-time"))
    known = server.ids(filter=f"{name} IS NOT NULL")
    assert server.ids(filter=f"T_AFTER({name}, DATE('0100-01-01'))") == known
    assert server.ids(filter=f"T_BEFORE({name}, DATE('0100-01-01'))") == []
    assert server.ids(filter=f"T_INTERSECTS({name}, INTERVAL('0100-01-01', '..'))") == known


@cql2("cql2-json/basic-cql2")
def in_json(server: Server) -> None:
    name, value = text_of(server)
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    text = f'{{"op": "=", "args": [{{"property": "{name}"}}, "{quoted}"]}}'
    wanted = server.those(lambda each: each["properties"].get(name) == value)
    assert server.ids(filter=text, filter_lang="cql2-json") == wanted
