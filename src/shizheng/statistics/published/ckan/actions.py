"""The actions of CKAN's interface that read; all of them see what everybody sees."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from shizheng.core import city
from shizheng.core.words import in_language
from shizheng.kernel.registry import Registry
from shizheng.statistics.published.catalogue.entries import Entry, Files, entries, sources
from shizheng.statistics.published.catalogue.views import entry_out
from shizheng.statistics.published.ckan import packages, searching
from shizheng.statistics.published.ckan.asking import Given, text, texts, truth, whole
from shizheng.statistics.published.ckan.errors import ThingUnknown
from shizheng.statistics.published.errors import NothingPublished

VERSION = "2.11.0"
"""Of CKAN, whose answers these are alike."""
MOST_ROWS = 1_000
MOST_START = 10_000_000
Action = Callable[[Given], Any]
actions: Registry[Action] = Registry("Actions")


def _listed(files: Files = Files.NONE) -> list[Entry]:
    return list(entries(at=timezone.now(), files=files))


def _whole(some: list[Entry]) -> list[packages.Package]:
    """Return packages of entries, in the same order, with their files."""
    at = timezone.now()
    found: dict[str, Entry] = {}
    for kind, source in sources.items():
        codes = [entry.code for entry in some if entry.kind == kind]
        for entry in source(at=at, codes=codes) if codes else ():
            found[packages.identifier(entry)] = entry
    keys = [packages.identifier(entry) for entry in some]
    return [packages.package(found[key]) for key in keys if key in found]


@actions.register("package_list")
def package_list(asked: Given) -> list[str]:
    """Return the names of all packages."""
    start = whole(asked, "offset", 0, most=MOST_START)
    limit = whole(asked, "limit", 0, most=MOST_START)
    names = sorted(entry.code for entry in _listed())
    return names[start : start + limit if limit else None]


@actions.register("current_package_list_with_resources")
def current_package_list_with_resources(asked: Given) -> list[packages.Package]:
    """Return packages in full, the newest first."""
    limit = whole(asked, "limit", 10, most=MOST_ROWS)
    start = whole(asked, "offset", 0, most=MOST_START)
    found = searching.ordered(_listed(), "metadata_modified desc, name asc")
    return _whole(found[start : start + limit])


@actions.register("package_show")
def package_show(asked: Given) -> packages.Package:
    """Return one package by its id or name."""
    return packages.package(_entry(text(asked, "id", is_needed=True)))


def _entry(name: str) -> Entry:
    """Return an entry with all its files by the id or the name of its package.

    Raises:
        ThingUnknown: there is none.
    """
    kind, _, code = name.partition(".")
    places = [(kind, code)] if code else [(each, name) for each in sources]
    for place in places:
        try:
            return entry_out(*place, at=timezone.now())
        except NothingPublished:
            continue
    raise ThingUnknown(kind="package", name=name[:60])


@actions.register("package_search")
def package_search(asked: Given) -> dict[str, Any]:
    """Return the packages that a search finds, and how many have what in common."""
    rows = whole(asked, "rows", 10, most=MOST_ROWS)
    start = whole(asked, "start", 0, most=MOST_START)
    sort = text(asked, "sort") or "score desc, metadata_modified desc"
    filters = [text(asked, "fq"), *texts(asked, "fq_list")]
    found = searching.matching(_listed(), text(asked, "q"), *filters)
    found = searching.ordered(found, sort)
    limit = whole(asked, "facet.limit", 50, most=MOST_ROWS, least=-1)
    is_faceted = truth(asked, "facet", True)
    counted = searching.facets(found, texts(asked, "facet.field") if is_faceted else (), limit)
    return {
        "count": len(found),
        "sort": sort,
        "results": _whole(found[start : start + rows]),
        "facets": {
            field: {item["name"]: item["count"] for item in each["items"]}
            for field, each in counted.items()
        },
        "search_facets": counted,
    }


@actions.register("resource_show")
def resource_show(asked: Given) -> packages.Package:
    """Return one file, of an older edition too, by its id."""
    name = text(asked, "id", is_needed=True)
    kind, _, rest = name.partition(".")
    code, _, rest = rest.partition(".")
    number, _, ending = rest.partition(".")
    try:
        entry = _entry(f"{kind}.{code}")
    except ThingUnknown:
        raise ThingUnknown(kind="resource", name=name[:60]) from None
    for edition in entry.editions:
        for position, file in enumerate(edition.files):
            if (f"v{edition.number}", file.ending) == (number, ending):
                return packages.resource(entry, edition, file, position)
    raise ThingUnknown(kind="resource", name=name[:60])


@actions.register("organization_list")
def organization_list(asked: Given) -> list[Any]:
    """Return the agencies that publish."""
    found = _organizations(_listed())
    return found if truth(asked, "all_fields") else [each["name"] for each in found]


def _organizations(listed: list[Entry]) -> list[packages.Package]:
    counts = Counter(entry.owner.code for entry in listed)
    owners = {entry.owner.code: entry.owner for entry in listed}
    return [
        packages.organization(owners[code]) | {"package_count": counts[code]}
        for code in sorted(owners)
    ]


@actions.register("organization_show")
def organization_show(asked: Given) -> packages.Package:
    """Return one agency, with its packages if asked for."""
    name = text(asked, "id", is_needed=True)
    listed = [entry for entry in _listed() if entry.owner.code == name]
    return _collection("organization", name, _organizations(listed), listed, asked)


@actions.register("group_list")
def group_list(asked: Given) -> list[Any]:
    """Return the themes in use."""
    found = _groups(_listed())
    return found if truth(asked, "all_fields") else [each["name"] for each in found]


def _groups(listed: list[Entry]) -> list[packages.Package]:
    counts = Counter(entry.theme for entry in listed)
    return [packages.group(theme) | {"package_count": counts[theme]} for theme in sorted(counts)]


@actions.register("group_show")
def group_show(asked: Given) -> packages.Package:
    """Return one theme, with its packages if asked for."""
    name = text(asked, "id", is_needed=True)
    listed = [entry for entry in _listed() if entry.theme.lower() == name]
    return _collection("group", name, _groups(listed), listed, asked)


def _collection(
    kind: str, name: str, found: list[packages.Package], listed: list[Entry], asked: Given
) -> packages.Package:
    if not found:
        raise ThingUnknown(kind=kind, name=name[:60])
    shown = _whole(listed[:MOST_ROWS]) if truth(asked, "include_datasets") else []
    return found[0] | {"packages": shown}


@actions.register("tag_list")
def tag_list(asked: Given) -> list[Any]:
    """Return the keywords in use."""
    wanted = text(asked, "query").casefold()
    names = sorted({tag for entry in _listed() for tag in packages.tags_of(entry)})
    found = [name for name in names if wanted in name.casefold()]
    return [packages.tag(name) for name in found] if truth(asked, "all_fields") else found


@actions.register("tag_show")
def tag_show(asked: Given) -> packages.Package:
    """Return one keyword."""
    name = text(asked, "id", is_needed=True)
    if not any(name in packages.tags_of(entry) for entry in _listed()):
        raise ThingUnknown(kind="tag", name=name[:60])
    return packages.tag(name)


@actions.register("license_list")
def license_list(asked: Given) -> list[packages.Package]:
    """Return the licences in use."""
    found = {entry.licence.id: entry.licence for entry in _listed()}
    return [
        {
            "id": each.id,
            "title": in_language(each.name),
            "url": each.url,
            "status": "active",
            "is_generic": False,
            "od_conformance": "not reviewed" if each.id == "other" else "approved",
            "domain_data": True,
        }
        for _, each in sorted(found.items())
    ]


@actions.register("status_show")
def status_show(asked: Given) -> dict[str, Any]:
    """Return what answers here."""
    current = city.current()
    return {
        "ckan_version": VERSION,
        "site_title": in_language(current.name) if current else "",
        "site_description": "",
        "site_url": settings.SITE_URL,
        "locale_default": settings.LANGUAGE_CODE,
        "extensions": [],
        "error_emails_to": None,
    }


@actions.register("site_read")
def site_read(asked: Given) -> bool:
    """Return that everybody may read."""
    return True


@actions.register("help_show")
def help_show(asked: Given) -> str:
    """Return what an action does."""
    name = text(asked, "name", is_needed=True)
    if name not in actions:
        raise ThingUnknown(kind="action", name=name[:60])
    return (actions[name].__doc__ or "").strip()
