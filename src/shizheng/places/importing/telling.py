"""What the command line and a page are told of a file that is taken into a register."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.kernel.registry import Registry
from shizheng.packs.loader import load
from shizheng.places.definitions import RegisterImport
from shizheng.places.domain import errors
from shizheng.places.domain.grids import NAMES
from shizheng.places.importing.running import file_preview, file_take_in
from shizheng.places.importing.shifting import system_seems
from shizheng.places.models import ImportRow, Register

MOST_ROWS = 200


def mappings() -> "Registry[RegisterImport]":
    """Return the mappings of the pack by id; asked for an unknown one, it names those known."""
    found: Registry[RegisterImport] = Registry("Mappings of registers")
    for body in load(settings.PACK).bodies(RegisterImport):
        found.register(body.id)(body)
    return found


def told(file: Path, name: str, *, preview: bool, again: bool) -> dict[str, Any]:
    """Take in or preview a file; return counts, the first rows with something to say, the system.

    ``system`` is the one in which the coordinates were read: nothing in a file of coordinates tells
    TWD67 from TWD97, which lie 850 m apart. ``seems``, of a preview, is the one in which things
    that the register knows lie where they lay, where that is another.

    Raises:
        UnknownKey: the pack has no such mapping. And what ``file_take_in`` refuses.
    """
    mapping = mappings()[name]
    register = Register.objects.select_related("current", "owner").get(code=mapping.register_)
    now = timezone.now()
    if preview:
        rows = file_preview(
            register=register, mapping=mapping, file=file, by=None, on=timezone.localdate(now)
        )
        counts = Counter("refused" if row.built.problems else "sound" for row in rows)
        told_of = [
            {"number": row.number, "key": row.built.key, "says": said(problem).message}
            for row in rows
            for problem in row.built.problems
        ]
        seems = system_seems(register, [row.built for row in rows], stated=mapping.epsg)
        return {
            "counts": dict(counts), "rows": told_of, "system": system_of(mapping),
            "seems": f"EPSG:{seems} ({NAMES[seems]})" if seems else "",
        }  # fmt: skip
    run = file_take_in(register=register, mapping=mapping, file=file, by=None, at=now, again=again)
    told_of = [
        {"number": row.number, "key": row.key, "says": row.code, "refused": row.is_refused}
        for row in run.rows.all()[:MOST_ROWS]
    ]
    return {"counts": run.counts, "rows": told_of, "system": system_of(mapping)}


def system_of(mapping: RegisterImport) -> str:
    """Return code and name of the system in which a mapping says that coordinates are."""
    return f"EPSG:{mapping.epsg} ({NAMES[mapping.epsg]})"


_REFUSALS = {
    each.code: each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, DomainError)
}


def row_in_words(row: ImportRow) -> str:
    """Return why a row was refused; its code where the refusal has other parameters by now."""
    refusal = _REFUSALS.get(row.code)
    try:
        return row.code if refusal is None else said(refusal(**row.parameters)).message
    except (KeyError, TypeError, ValueError):
        return row.code
