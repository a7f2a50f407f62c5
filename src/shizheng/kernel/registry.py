"""The one place where a name in a pack finds its code."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from shizheng.kernel.errors import N_, DomainError

Entry = TypeVar("Entry")


class UnknownKey(DomainError):
    """A definition names something that no code provides."""

    code = "kernel.unknown_key"
    message = N_("{registry} knows no “{key}”.")
    hint = N_("Known: {known}.")


class Registry(Mapping[str, Entry]):
    """Entries by key; a key is taken once.

    ``@indicator_methods.register("share_in_time")`` in Python, ``method: share_in_time`` in YAML.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, Entry] = {}

    def register(self, key: str) -> Callable[[Entry], Entry]:
        """Return a decorator that enters what it decorates under ``key``.

        Raises:
            ValueError: ``key`` is taken already.
        """

        def enter(entry: Entry) -> Entry:
            if key in self._entries:
                raise ValueError(f"{self.name}: {key!r} is registered twice")
            self._entries[key] = entry
            return entry

        return enter

    def __getitem__(self, key: str) -> Entry:
        """Return the entry.

        Raises:
            UnknownKey: no entry; the error lists the known keys.
        """
        if key not in self._entries:
            known = ", ".join(sorted(self._entries)) or "-"
            raise UnknownKey(registry=self.name, key=key, known=known)
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
