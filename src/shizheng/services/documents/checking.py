"""Judges the signature of a PDF alone in a bounded process, as ``rendering`` draws in one.

Run as a program by ``signatures``; it needs the settings, but neither tables nor a request.
"""

import dataclasses
import json
import sys
from pathlib import Path

from shizheng.services.documents.rendering import bound
from shizheng.services.outputs.verification import verify


def main(path: str) -> None:
    """Print what ``verify`` says of the file at ``path``, as JSON."""
    bound()
    verdict = verify(Path(path).read_bytes())
    sys.stdout.write(json.dumps(dataclasses.asdict(verdict), default=str))


if __name__ == "__main__":
    main(sys.argv[1])
