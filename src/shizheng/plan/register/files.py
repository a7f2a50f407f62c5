"""Writes a plan into a folder: the outline word for word, items and lights as CSV and JSON."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.register.exports import COLUMNS, csv_lines, item_records
from shizheng.plan.register.printing import printed
from shizheng.plan.register.selectors import edition_in_force, plan_named


class NothingInForce(DomainError):
    """The plan has only drafts."""

    code = "plan.nothing_in_force"
    message = N_("No edition of the plan “{code}” is adopted, so there is nothing to write.")
    hint = N_("Adopt an edition first.")


class FolderTaken(DomainError):
    """The folder is there already."""

    code = "plan.folder_taken"
    message = N_("{folder} exists already, and an export overwrites nothing.")
    hint = N_("Name a folder that does not exist yet.")


class FolderUnwritable(DomainError):
    """The disk is full, or the folder may not be written to."""

    code = "plan.folder_unwritable"
    message = N_("{folder} cannot be written: {reason}.")
    hint = N_("Nothing was left half-written. Free space or choose another folder.")


def write(folder: Path, code: str = "") -> Iterator[Path]:
    """Write the plan in force into a new folder, all of it or nothing; return the files.

    Raises:
        NoSuchPlan: no plan with this code.
        NothingInForce: it has only drafts.
        FolderTaken: the folder exists.
        FolderUnwritable: it cannot be written.
    """
    plan = plan_named(code)
    edition = edition_in_force(plan=plan)
    if edition is None:
        raise NothingInForce(code=plan.code)
    if os.path.lexists(folder):
        raise FolderTaken(folder=folder)
    records = list(item_records(edition))
    contents = {
        "outline.txt": printed(edition),
        "items.csv": "".join(csv_lines(records, COLUMNS)),
        "items.json": json.dumps(records, ensure_ascii=False, indent=1),
    }
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, content in contents.items():
                (part / name).write_text(content, encoding="utf-8", newline="")
            part.chmod(0o755)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise FolderUnwritable(folder=folder, reason=error.strerror) from error
    return (folder / name for name in contents)
