"""Entries of the catalogue as CKAN writes them: packages with resources, tags and organisations."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from shizheng.core.models import Agency
from shizheng.core.words import in_language
from shizheng.statistics.datasets.domain.catalogue import THEMES
from shizheng.statistics.published.catalogue.entries import Edition, Entry, File

Package = dict[str, Any]


def moment(at: datetime) -> str:
    """Return a moment as CKAN writes it: in UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def identifier(entry: Entry) -> str:
    """Return the id of a package; its name is the code."""
    return f"{entry.kind}.{entry.code}"


def tags_of(entry: Entry) -> list[str]:
    """Return the keywords in all languages."""
    return list(dict.fromkeys(word for words in entry.keywords.values() for word in words))


def package(entry: Entry) -> Package:
    """Return an entry with the files of its newest edition."""
    tags, newest = tags_of(entry), entry.newest
    owner = organization(entry.owner)
    resources = [
        resource(entry, newest, file, position) for position, file in enumerate(newest.files)
    ]
    return {
        "id": identifier(entry),
        "name": entry.code,
        "title": in_language(entry.title),
        "title_translated": dict(entry.title),
        "notes": in_language(entry.description),
        "notes_translated": dict(entry.description),
        "url": entry.uri,
        "version": str(newest.number),
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": entry.licence.id != "other",
        "author": in_language(entry.owner.name),
        "maintainer": in_language(entry.owner.name),
        "owner_org": owner["id"],
        "organization": owner,
        "license_id": entry.licence.id,
        "license_title": in_language(entry.licence.name),
        "license_url": entry.licence.url,
        "metadata_created": moment(entry.issued_at),
        "metadata_modified": moment(newest.released_at),
        "num_resources": len(resources),
        "num_tags": len(tags),
        "resources": resources,
        "tags": [tag(name) for name in tags],
        "groups": [group(entry.theme)],
        "extras": _extras(entry),
    }


def _extras(entry: Entry) -> list[dict[str, str]]:
    found = {
        "frequency": entry.frequency,
        "source": in_language(entry.source),
        "is_synthetic": str(entry.is_synthetic).lower(),
        "editions": ", ".join(str(each.number) for each in entry.editions),
    }
    if entry.first and entry.last:
        found |= {
            "temporal_start": entry.first.isoformat(),
            "temporal_end": entry.last.isoformat(),
        }
    return [{"key": key, "value": value} for key, value in found.items()]


def resource(entry: Entry, edition: Edition, file: File, position: int) -> Package:
    """Return a file of an edition."""
    return {
        "id": f"{identifier(entry)}.v{edition.number}.{file.ending}",
        "package_id": identifier(entry),
        "name": f"{in_language(entry.title)} ({file.name})",
        "description": in_language(entry.description),
        "format": file.name,
        "mimetype": file.media_type,
        "url": file.url,
        "url_type": None,
        "size": file.size,
        "hash": f"sha256:{file.digest}",
        "position": position,
        "state": "active",
        "created": moment(edition.released_at),
        "last_modified": moment(edition.released_at),
        "metadata_modified": moment(edition.released_at),
    }


def organization(agency: Agency) -> Package:
    """Return an agency that publishes."""
    return {
        "id": agency.code,
        "name": agency.code,
        "title": in_language(agency.name),
        "display_name": in_language(agency.name),
        "description": "",
        "type": "organization",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        "image_url": "",
    }


def tag(name: str) -> Package:
    """Return a keyword."""
    return {
        "id": name,
        "name": name,
        "display_name": name,
        "state": "active",
        "vocabulary_id": None,
    }


def group(theme: str) -> Package:
    """Return a theme of the EU's list."""
    name = gettext(THEMES[theme]) if theme in THEMES else theme
    return {
        "id": theme.lower(),
        "name": theme.lower(),
        "title": name,
        "display_name": name,
        "description": "",
        "image_display_url": "",
    }
