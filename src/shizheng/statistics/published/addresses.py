"""Addresses of open data, whole, as metadata names them."""

from django.conf import settings
from django.urls import reverse

INDICATORS = "indicators"


def whole(path: str) -> str:
    """Return the address of a path of this installation."""
    return f"{settings.SITE_URL}{path}"


def permalink(code: str, number: int, ending: str, kind: str = INDICATORS) -> str:
    """Return where an edition is, for good."""
    return f"{vintage(code, number, kind)}.{ending}"


def catalogue(ending: str) -> str:
    """Return where the catalogue is."""
    return whole(reverse("published:catalogue", kwargs={"ending": ending}))


def dataset(code: str, kind: str = INDICATORS) -> str:
    """Return the address that stands for a dataset, also as its name in RDF."""
    return whole(reverse("published:dataset", kwargs={"kind": kind, "code": code}))


def vintage(code: str, number: int, kind: str = INDICATORS) -> str:
    """Return the address that stands for an edition, also as its name in RDF."""
    values = {"kind": kind, "code": code, "number": number}
    return whole(reverse("published:vintage", kwargs=values))


def description(kind: str, code: str, ending: str) -> str:
    """Return where what is to be known of a dataset is."""
    return f"{dataset(code, kind).removesuffix('/')}.{ending}"
