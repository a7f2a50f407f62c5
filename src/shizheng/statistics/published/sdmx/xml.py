"""SDMX-ML as text: elements, headers, refusals. What comes from outside is escaped here alone."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from shizheng.statistics.published.sdmx.naming import Reference, Standard, maintainer

ROOTS = {
    Standard.V21: "http://www.sdmx.org/resources/sdmxml/schemas/v2_1",
    Standard.V30: "http://www.sdmx.org/resources/sdmxml/schemas/v3_0",
}
PREFIXES = {
    "mes": "message",
    "com": "common",
    "str": "structure",
    "gen": "data/generic",
    "ss": "data/structurespecific",
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, *content: str, **attributes: str) -> str:
    """Return an element with content that is XML already."""
    return tagged(name, attributes, content)


def tagged(name: str, attributes: Mapping[str, str], content: Iterable[str] = ()) -> str:
    """Return an element whose attributes have any names."""
    said = "".join(f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items())
    inner = "".join(content)
    return f"<{name}{said}>{inner}</{name}>" if inner else f"<{name}{said}/>"


def texts(name: str, words: Mapping[str, str]) -> str:
    """Return an element for each language."""
    return "".join(
        tagged(name, {"xml:lang": tag}, [escape(_clean(text))])
        for tag, text in words.items()
        if text
    )


def plain(text: str) -> str:
    """Return text as content."""
    return escape(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def reference(name: str, to: Reference, standard: Standard) -> str:
    """Return an element that points to an artefact: by its parts in 2.1, by its name in 3.0."""
    if standard is Standard.V30:
        return element(name, plain(to.urn(standard)))
    whole = {
        "id": to.item or to.id,
        "agencyID": maintainer(),
        "package": to.package,
        "class": "Concept" if to.item else to.kind,
    }
    version = standard.version(to.version)
    if to.item:
        whole |= {"maintainableParentID": to.id, "maintainableParentVersion": version}
    else:
        whole["version"] = version
    return element(name, tagged("Ref", whole))


def message(
    kind: str, standard: Standard, prefixes: Iterable[str], body: Iterable[str], **extra: str
) -> bytes:
    """Return a message with the namespaces of these prefixes."""
    names = {f"xmlns:{each}": f"{ROOTS[standard]}/{PREFIXES[each]}" for each in prefixes}
    return (DECLARATION + tagged(f"mes:{kind}", names | extra, body)).encode()


def header(prepared_at: datetime, *structures: str) -> str:
    """Return the header of a message."""
    return element(
        "mes:Header",
        element("mes:ID", f"M{prepared_at:%Y%m%d%H%M%S}"),
        element("mes:Test", "false"),
        element("mes:Prepared", prepared_at.isoformat(timespec="seconds")),
        element("mes:Sender", id=maintainer()),
        *structures,
    )


def error_message(number: int, sentence: str, language: str, standard: Standard) -> bytes:
    """Return a refusal."""
    said = tagged("com:Text", {"xml:lang": language}, [plain(sentence)])
    body = [element("mes:ErrorMessage", said, code=str(number))]
    return message("Error", standard, ("mes", "com"), body)
