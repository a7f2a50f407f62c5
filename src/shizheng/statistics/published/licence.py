"""Under which licence the city gives its data to everybody, as the pack says."""

from collections.abc import Mapping
from dataclasses import dataclass

from shizheng.core import city

DEFAULT = {
    "id": "CC-BY-4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "name": {
        "zh-Hant": "創用 CC 姓名標示 4.0 國際",
        "en": "Creative Commons Attribution 4.0 International",
    },
}
"""Of a pack that names none."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence of open data (授權條款); ``id`` is that of the SPDX list."""

    id: str
    url: str
    name: Mapping[str, str]


def licence() -> Licence:
    """Return the licence of everything that is published."""
    current = city.current()
    return Licence(**((current.manifest.get("data_licence") if current else None) or DEFAULT))
