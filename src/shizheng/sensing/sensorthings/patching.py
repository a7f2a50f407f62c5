"""JSON Patch (RFC 6902) on a document, in six operations."""

import copy
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.sensing.errors import EntityUnfit

MOST = 200


def patched(document: dict[str, Any], operations: Any) -> dict[str, Any]:
    """Return a document after operations on it.

    Raises:
        EntityUnfit: they are no JSON Patch, a test failed, or a place is not there.
    """
    if not isinstance(operations, list) or len(operations) > MOST:
        raise _unfit(N_("it is an array of at most 200 operations"))
    found: Any = copy.deepcopy(document)
    for each in operations:
        if not isinstance(each, dict) or not isinstance(each.get("path"), str):
            raise _unfit(N_("an operation has op and path"))
        found = _applied(found, each)
    if not isinstance(found, dict):
        raise _unfit(N_("the document itself cannot be replaced"))
    return found


def _unfit(reason: str) -> EntityUnfit:
    return EntityUnfit(entity="JSON Patch", reason=reason)


def _applied(document: Any, operation: dict[str, Any]) -> Any:
    name, path = operation.get("op"), _steps(operation["path"])
    if name in ("move", "copy"):
        source = _steps(str(operation.get("from", "")))
        value = copy.deepcopy(_at(document, source))
        if name == "move":
            _taken(document, source)
        _put(document, path, value, is_new=True)
    elif name == "remove":
        _taken(document, path)
    elif name in ("add", "replace", "test") and "value" in operation:
        if name == "test":
            if _at(document, path) != operation["value"]:
                raise _unfit(N_("a test failed, so nothing was changed"))
        else:
            _put(document, path, operation["value"], is_new=name == "add")
    else:
        raise _unfit(N_("an operation is add, remove, replace, move, copy or test"))
    return document


def _steps(path: str) -> list[str]:
    if not path.startswith("/"):
        raise _unfit(N_("a path begins with a slash"))
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]


def _at(document: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            raise _unfit(N_("there is nothing at a path"))
    return document


def _taken(document: Any, path: list[str]) -> None:
    _at(document, path)
    parent, last = _at(document, path[:-1]), path[-1]
    del parent[int(last) if isinstance(parent, list) else last]


def _put(document: Any, path: list[str], value: Any, *, is_new: bool) -> None:
    parent, last = _at(document, path[:-1]), path[-1]
    if not is_new:
        _at(document, path)
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and (last == "-" or last.isdecimal()):
        place = len(parent) if last == "-" else int(last)
        if place > len(parent):
            raise _unfit(N_("there is nothing at a path"))
        if is_new:
            parent.insert(place, value)
        else:
            parent[place] = value
    else:
        raise _unfit(N_("there is nothing at a path"))
