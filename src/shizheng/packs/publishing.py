"""What publishing a pack would do: published versions stay as they are, changes need a new one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shizheng.packs.changes import Change, diff
from shizheng.packs.pack import Definition, Pack
from shizheng.packs.problems import Place, Problem, problem_at


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a definition as it was published (已發布的定義)."""

    kind: str
    id: str
    version: int
    digest: str
    body: Mapping[str, Any]


CountOpen = Callable[[Published], int]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A definition whose version was raised.

    ``still_open`` counts what runs under the old version, None where nobody counts it; it stays
    pinned to that version.
    """

    definition: Definition
    before: Published
    changes: tuple[Change, ...]
    still_open: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A definition that cannot be published, why, and what of it differs."""

    definition: Definition
    problem: Problem
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A published definition that the pack holds no more; its versions are kept."""

    published: Published
    still_open: int | None


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What publishing would do (發布計畫). It may be carried out only if nothing is refused."""

    new: tuple[Definition, ...]
    unchanged: tuple[Definition, ...]
    raised: tuple[NewVersion, ...]
    refused: tuple[Refused, ...]
    removed: tuple[Removed, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether it may be carried out."""
        return not self.refused

    @property
    def to_store(self) -> tuple[Definition, ...]:
        """The definitions whose version is to be kept from now on."""
        return (*self.new, *(each.definition for each in self.raised))


def publish_plan(
    published: Iterable[Published],
    pack: Pack,
    count_open: Mapping[str, CountOpen] | None = None,
) -> PublishPlan:
    """Return what publishing ``pack`` would do.

    Args:
        published: every version that was ever published, in any order.
        pack: the pack to publish, checked.
        count_open: for a kind, counts what is open under a published version.
    """
    count_open = count_open or {}
    versions: dict[tuple[str, str], dict[int, Published]] = defaultdict(dict)
    for each in published:
        versions[each.kind, each.id][each.version] = each
    new, unchanged, raised, refused = [], [], [], []
    for definition in pack.all:
        known = versions.pop((definition.kind, definition.id), {})
        if not known:
            new.append(definition)
            continue
        latest = known[max(known)]
        same = known.get(definition.version)
        if same and same.digest == definition.digest and same is latest:
            unchanged.append(definition)
        elif definition.version > latest.version:
            changes = _changes(latest, definition)
            still_open = _count(latest, count_open)
            raised.append(NewVersion(definition, latest, changes, still_open))
        else:
            refused.append(_refused(definition, same or latest, latest))
    removed = tuple(
        Removed(known[max(known)], _count(known[max(known)], count_open))
        for known in versions.values()
    )
    return PublishPlan(tuple(new), tuple(unchanged), tuple(raised), tuple(refused), removed)


def _refused(definition: Definition, same: Published, latest: Published) -> Refused:
    """Say why a definition may not be published as it stands."""
    place: Place = definition.place(("version",))
    version, changes = definition.version, _changes(same, definition)
    if version < latest.version:
        message = f"version {version} is older than version {latest.version}, already published."
    else:
        places = f"{len(changes)} place{'s' * (len(changes) != 1)}" if changes else "its schema"
        message = (
            f"version {version} is published and differs in {places}: "
            "published definitions are immutable."
        )
    hint = f"Raise `version` to {latest.version + 1}."
    code = f"pack.{definition.kind}.immutable"
    return Refused(definition, problem_at(place, ("version",), message, code, hint), changes)


def _changes(before: Published, definition: Definition) -> tuple[Change, ...]:
    return tuple(diff(before.body, definition.body, definition.place))


def _count(published: Published, count_open: Mapping[str, CountOpen]) -> int | None:
    if published.kind not in count_open:  # a registry refuses to be asked for what it lacks
        return None
    return count_open[published.kind](published)
