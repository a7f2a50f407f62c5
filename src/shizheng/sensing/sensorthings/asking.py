"""The query options of a request: what is chosen, ordered, expanded (OGC 18-088, 9.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.sensorthings.tree import Node, tree_of

TOP, MOST, MOST_READINGS = 100, 1_000, 10_000
DEEPEST, WIDEST = 6, 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Query options, of a request or of one expansion."""

    filter: Node | None = None
    order: tuple[tuple[Node, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    expand: Mapping[str, "Asked"] = field(default_factory=dict)
    is_array: bool = False
    token: str = ""
    text: str = ""


def asked_of(query: str) -> Asked:
    """Return the options of a query string.

    Raises:
        QueryUnfit: one of them cannot be read, is unknown or is there twice.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    return _asked(((name, value) for name, value in pairs), query, 0)


def _asked(pairs: Iterator[tuple[str, str]], text: str, level: int) -> Asked:
    given: dict[str, str] = {}
    for name, value in pairs:
        known = name if name.startswith("$") else f"${name}"
        if known not in _OPTIONS:
            raise QueryUnfit(option=f"“{name[:40]}”", reason=N_("there is no such option"))
        if known in given:
            raise QueryUnfit(option=known, reason=N_("it is there twice"))
        given[known] = value
    if level > DEEPEST:
        raise QueryUnfit(option="$expand", reason=N_("it is nested too deeply"))
    return Asked(
        filter=tree_of(given["$filter"]) if given.get("$filter") else None,
        order=tuple(_order(given.get("$orderby", ""))),
        top=_whole("$top", given["$top"]) if "$top" in given else None,
        skip=_whole("$skip", given["$skip"]) if "$skip" in given else 0,
        count=_truth("$count", given.get("$count", "false")),
        select=tuple(part.strip() for part in given.get("$select", "").split(",") if part.strip()),
        expand=_expand(given.get("$expand", ""), level),
        is_array=_format(given.get("$resultFormat", "")),
        token=given.get("$skiptoken", ""),
        text=text,
    )


_OPTIONS = {
    "$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$resultFormat",
    "$skiptoken", "$format",
}  # fmt: skip


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise QueryUnfit(option=name, reason=N_("it is no whole number from 0 on"))
    return int(text)


def _truth(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise QueryUnfit(option=name, reason=N_("it is neither true nor false"))
    return text.lower() == "true"


def _format(text: str) -> bool:
    if text not in ("", "dataArray"):
        raise QueryUnfit(option="$resultFormat", reason=N_("it can only be dataArray"))
    return text == "dataArray"


def _order(text: str) -> Iterator[tuple[Node, bool]]:
    for part in split(text, ","):
        words = part.strip()
        way = words[-5:].lower().split()
        is_down = bool(way) and way[-1] == "desc"
        if way and way[-1] in ("asc", "desc") and " " in words:
            words = words.rsplit(None, 1)[0]
        yield tree_of(words, "$orderby"), is_down


def _expand(text: str, level: int) -> dict[str, Asked]:
    """Return what is expanded; ``A/B`` is ``A($expand=B)``, and the same name twice is one."""
    parts: dict[str, list[str]] = {}
    for part in split(text, ","):
        head, bracket, options = part.strip().partition("(")
        if bracket and not options.endswith(")"):
            raise QueryUnfit(option="$expand", reason=N_("a bracket is not closed"))
        name, slash, rest = head.partition("/")
        options = options[:-1]
        if slash:
            options = f"$expand={rest}({options})" if options else f"$expand={rest}"
        parts.setdefault(name, []).append(options)
    if len(parts) > WIDEST:
        raise QueryUnfit(option="$expand", reason=N_("too many are expanded at once"))
    found = {}
    for name, options_ in parts.items():
        pairs: dict[str, str] = {}
        for each in split(";".join(option for option in options_ if option), ";"):
            key, _, value = each.strip().partition("=")
            pairs[key] = f"{pairs[key]},{value}" if key in pairs and key == "$expand" else value
        query = "&".join(f"{key}={quote(value)}" for key, value in pairs.items())
        found[name] = _asked(iter(pairs.items()), query, level + 1)
    return found


def split(text: str, sign: str) -> list[str]:
    """Return the parts of a text between signs that stand in no bracket and no quotes."""
    parts, start, depth, is_quoted = [], 0, 0, False
    for place, letter in enumerate(text):
        if letter == "'":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
        elif letter == sign and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    if depth or is_quoted:
        raise QueryUnfit(option=f"“{text[:40]}”", reason=N_("a bracket or a quote is not closed"))
    return [part for part in [*parts, text[start:]] if part.strip()]
