"""What the signature in a PDF of a case says (電子簽章查驗), found once and kept by digest."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shizheng.core.files import path_of
from shizheng.services.documents.programs import Failed, program_run
from shizheng.services.documents.sheets import stored_of
from shizheng.services.models import CaseDocument
from shizheng.services.outputs.verdicts import Finding, Verdict

PROGRAM = "shizheng.services.documents.checking"
LARGEST_BYTES = 100 << 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A document with what its signature says; None where it could not be judged in time."""

    document: CaseDocument
    verdict: Verdict | None


def signature_checked(document: CaseDocument) -> Checked:
    """Judge the signature of a document.

    A file that takes too long, or too much memory, is not judged; nobody waits longer for it.

    Raises:
        SheetsUnreadable: there is no file.
        RenderingBusy: others are in front.
    """
    stored = stored_of(document)
    kept = Path(settings.HOME) / "signatures" / stored.digest[:2] / f"{stored.digest}.json"
    if not kept.exists():
        if stored.size > LARGEST_BYTES:
            return Checked(document, None)
        try:
            said = program_run(PROGRAM, str(path_of(stored)), needs_settings=True)
        except Failed:
            return Checked(document, None)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(said, encoding="utf-8")
    return Checked(document, _read(kept.read_text(encoding="utf-8")))


def _read(said: str) -> Verdict:
    found = json.loads(said)
    signed_at = found.pop("signed_at")
    finding = Finding(found.pop("finding"))
    moment = datetime.fromisoformat(signed_at) if signed_at else None
    return Verdict(finding, signed_at=moment, **found)
