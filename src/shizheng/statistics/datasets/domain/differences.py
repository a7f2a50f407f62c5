"""What changed from one version to the next: columns and rows (版本差異)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.statistics.datasets.domain.columns import Column


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that came, went or changed; ``changed`` is None where no key tells rows apart."""

    added: int
    removed: int
    changed: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """From the version ``since`` to this one."""

    since: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    rows: Rows

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "since": self.since,
            "columns_added": list(self.added),
            "columns_removed": list(self.removed),
            "columns_retyped": [list(each) for each in self.retyped],
            "rows_added": self.rows.added,
            "rows_removed": self.rows.removed,
            "rows_changed": self.rows.changed,
        }


def difference(since: int, old: Sequence[Column], new: Sequence[Column], rows: Rows) -> Difference:
    """Return what changed between the columns of two versions."""
    before = {column.name: column for column in old}
    after = {column.name: column for column in new}
    return Difference(
        since=since,
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        retyped=tuple(
            (name, before[name].type.value, column.type.value)
            for name, column in after.items()
            if name in before and before[name].type != column.type
        ),
        rows=rows,
    )
