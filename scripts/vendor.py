"""Copy what the pages need from npm packages into the repository, always the same bytes.

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
MAPLIBRE = Package(
    "maplibre-gl",
    "6.17.0",
    "587807d8d6c99349022e027fa310c16cfaa55392131f6263df080306db6809b0",
    {
        "dist/maplibre-gl.mjs": "maplibre-gl/maplibre-gl.js",
        "dist/maplibre-gl-worker.mjs": "maplibre-gl/maplibre-gl-worker.js",
        "dist/maplibre-gl.css": "maplibre-gl/maplibre-gl.css",
        "LICENSE.txt": "maplibre-gl/LICENSE",
    },
)
VEGA = Package(
    "vega",
    "6.4.0",
    "3521fb6ff68a94a40323954f0ba4484ba4014b157bfd37f89a3b063082320c42",
    {"build/vega.min.js": "vega/vega.js", "LICENSE": "vega/LICENSE"},
)
VEGA_LITE = Package(
    "vega-lite",
    "6.4.3",
    "24260f85e6f5bfe1069505f7c5c2b9863181ac413ef1030746f0a80c93991ce5",
    {"build/vega-lite.min.js": "vega/vega-lite.js", "LICENSE": "vega/LICENSE-vega-lite"},
)
VEGA_INTERPRETER = Package(
    "vega-interpreter",
    "2.3.2",
    "b83489633c1320e9d6f839781f0c84c661a5ca2666fe38cb83f7c52a531fffec",
    {"build/vega-interpreter.js": "vega/vega-interpreter.js"},
)
PACKAGES = (GOVUK, HTMX, MAPLIBRE, VEGA, VEGA_LITE, VEGA_INTERPRETER)
BARE_IMPORT = re.compile(rb"import \{([^}]+)\} from 'vega-util';")
"""The interpreter finds this module in ``vega.js``, which a page has loaded before it."""


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


def with_global(module: bytes) -> bytes:
    """Return the interpreter with its one import taken from the global ``vega``."""
    found, count = BARE_IMPORT.subn(rb"const {\1} = globalThis.vega;", module)
    if count != 1 or b"import " in found:
        sys.exit("vega-interpreter imports something else now; look what, and where it is.")
    return found


def main() -> None:
    """Fetch, check and write everything."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            with fetch(package, Path(folder)) as archive:
                for source, place in package.files.items():
                    (TARGET / place).parent.mkdir(parents=True, exist_ok=True)
                    content = re.sub(
                        rb"\n?//# sourceMappingURL=.*\n?", b"\n", read(archive, source)
                    )
                    if package is VEGA_INTERPRETER:
                        content = with_global(content)
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
