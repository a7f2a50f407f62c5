"""One evaluation at work: what it was given, what it may still spend, how it refuses."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from shizheng.kernel.expressions import values
from shizheng.kernel.expressions.check import Limits
from shizheng.kernel.expressions.errors import CostExceeded, ExpressionError, WrongKind
from shizheng.kernel.expressions.shapes import Kind, kind_of


class Run:
    """One evaluation: the values given, the loop variables, the work that is left."""

    __slots__ = ("left", "limit", "slots", "values")

    def __init__(self, given: Mapping[str, Any], limits: Limits) -> None:
        self.values = given
        self.left = self.limit = limits.cost
        self.slots: list[Any] = [None] * limits.loops

    def spend(self, work: int, at: int) -> None:
        """Take ``work`` from what is left.

        Raises:
            CostExceeded: nothing is left.
        """
        self.left -= work
        if self.left < 0:
            raise CostExceeded(at, limit=self.limit)


Step: TypeAlias = Callable[[Run], Any]


def placed(at: int, call: Callable[..., Any], *arguments: Any) -> Any:
    """Call, and give a refusal the place ``at`` if it has none yet."""
    try:
        return call(*arguments)
    except ExpressionError as error:
        if error.at is None:
            error.at = at
        raise


def admitted(found: object, at: int) -> Any:
    """Return ``found`` as expressions hold it, or refuse it at ``at``."""
    return placed(at, values.admit, found)


def wrong(at: int, what: str, expected: Kind, found: object) -> ExpressionError:
    """Return the refusal of a value of the wrong kind."""
    return WrongKind(at, what=what, expected=str(expected), found=str(kind_of(found)))
