"""Copy what the pages need from two npm packages into the repository, always the same bytes.

    uv run scripts/vendor.py

Needs ``npm`` (only here: a clone carries the result). Versions and the SHA-256 of each package
are pinned below; a package that differs is refused. Of GOV.UK Frontend only the components that
the pages use are kept, without its typeface and crown, which are reserved for gov.uk.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "shizheng" / "web" / "static" / "vendor"
COMPONENTS = [
    "button",
    "character-count",
    "checkboxes",
    "date-input",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "form-group",
    "hint",
    "input",
    "label",
    "notification-banner",
    "password-input",
    "radios",
    "select",
    "summary-list",
    "textarea",
    "visually-hidden",
    "warning-text",
]
STATES = {"govuk-frontend-supported"}
FONT = "GDS Transport,arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package at one version, and which of its files go where."""

    name: str
    version: str
    digest: str
    files: dict[str, str]


GOVUK = Package(
    "govuk-frontend",
    "6.6.0",
    "52c4eb554e54d8a6e4ba801e9da5ec3a5b930fd2f117a39677f0b6296e954751",
    {"dist/govuk/govuk-frontend.min.js": "govuk-frontend/govuk-frontend.min.js"},
)
HTMX = Package(
    "htmx.org",
    "2.0.11",
    "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
    {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
)


def fetch(package: Package, folder: Path) -> tarfile.TarFile:
    """Return the package's archive, checked against its digest; leaves with 1 if it differs."""
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / packed.stdout.split()[-1]
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.digest:
        sys.exit(f"{wanted}: the archive's SHA-256 is {digest}, pinned is {package.digest}.")
    return tarfile.open(archive)


def read(archive: tarfile.TarFile, name: str) -> bytes:
    """Return the bytes of a file of the package."""
    member = archive.extractfile(f"package/{name}")
    if member is None:
        sys.exit(f"{name} is not a file of the package any more; look where it went.")
    return member.read()


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each top-level block of minified CSS; body without its braces."""
    start = depth = 0
    prelude = ""
    for position, character in enumerate(css):
        if character == "{":
            if depth == 0:
                prelude, start = css[start:position], position + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield prelude.split(";")[-1].strip(), css[start:position]
                start = position + 1


def is_used(selector: str) -> bool:
    """Tell whether every GOV.UK class of a selector belongs to a component that we use."""
    blocks_named = {name.split("--")[0].split("__")[0] for name in classes(selector)} - STATES
    return bool(blocks_named) and blocks_named <= {f"govuk-{name}" for name in COMPONENTS}


def classes(selector: str) -> set[str]:
    """Return the GOV.UK classes that a selector names."""
    return set(re.findall(r"\.(govuk-[\w-]+)", selector))


def selectors(prelude: str) -> list[str]:
    """Split a selector list at its top-level commas."""
    return re.split(r",(?![^(]*\))", prelude)


def purged(css: str) -> str:
    """Return the rules of the components in use, one a line, in our own typeface."""
    lines = []
    for prelude, body in blocks(css):
        if prelude.startswith(("@media", "@supports")):
            inner = purged(body)
            if inner:
                lines.append(f"{prelude}{{\n{inner}}}")
        elif not prelude.startswith("@"):
            used = [selector for selector in selectors(prelude) if is_used(selector)]
            if used:
                lines.append(f"{','.join(used)}{{{body.replace(FONT, 'var(--font)')}}}")
    return "".join(line + "\n" for line in lines)


def main() -> None:
    """Fetch, check and write everything."""
    with tempfile.TemporaryDirectory() as folder:
        for package in (GOVUK, HTMX):
            with fetch(package, Path(folder)) as archive:
                for source, place in package.files.items():
                    (TARGET / place).parent.mkdir(parents=True, exist_ok=True)
                    content = re.sub(
                        rb"\n?//# sourceMappingURL=.*\n?", b"\n", read(archive, source)
                    )
                    (TARGET / place).write_bytes(content)
                if package is GOVUK:
                    css = read(archive, "dist/govuk/govuk-frontend.min.css").decode()
                    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
                    head = f"/* GOV.UK Frontend {package.version}, MIT licence: see LICENSE. */\n"
                    (TARGET / "govuk-frontend" / "govuk-frontend.css").write_text(
                        head + purged(css), encoding="utf-8"
                    )


if __name__ == "__main__":
    main()
