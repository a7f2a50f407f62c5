"""Every requirement asked of one server, and what became of it."""

import sys

from tests.conformance.requirements import CHECKS
from tests.conformance.server import Server


def results(server: Server) -> dict[str, str]:
    """Return by requirement what was wrong; nothing where it is kept."""
    return {uri: _result(server, uri) for uri in CHECKS}


def _result(server: Server, uri: str) -> str:
    try:
        CHECKS[uri](server)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"[:300]
    return ""


def main(root: str, collection: str = "") -> int:
    """Print one line for each requirement; 1 where one is not kept."""
    found = results(Server(root, collection=collection))
    for uri, wrong in found.items():
        print("kept  " if not wrong else "broken", uri, wrong)  # noqa: T201 - a report
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
