"""The dictionary of all columns (資料字典), pure: by what words a column is found."""

from collections.abc import Mapping
from typing import Any

from shizheng.kernel.text import fold


def words_of(kept: Mapping[str, Any]) -> str:
    """Return name, title, meaning and unit of a column as a version keeps it, folded."""
    said = kept["said"]
    return fold(
        " ".join(
            [
                str(kept["column"]["name"]), said["unit"], said.get("unit_en", ""),
                *said["title"].values(), *said["meaning"].values(),
            ]
        )
    )  # fmt: skip
