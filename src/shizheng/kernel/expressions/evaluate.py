"""Tree to closures: each node becomes one step, a function of the run."""

from collections.abc import Callable, Iterator
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import nodes, operators, values
from shizheng.kernel.expressions.check import Checker
from shizheng.kernel.expressions.errors import BadArgument, IndexMissing, ValueMissing
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.operators import HOLDER_BITS, LIST_BIT, NUMBER_BITS
from shizheng.kernel.expressions.run import Run, Step, admitted, placed, wrong
from shizheng.kernel.expressions.shapes import MAP_BIT, Kind, bit_of


class Builder:
    """Makes the steps of a checked tree."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        self.text_limit = checker.limits.text

    def step(self, node: Node) -> Step:
        """Return the function that evaluates ``node``."""
        return _STEPS[type(node)](self, node)

    def _literal(self, node: nodes.Literal) -> Step:
        value = node.value
        return lambda run: value

    def _junction(self, node: nodes.Junction) -> Step:
        terms = [self._truth(term, node.operator) for term in node.terms]
        return operators.junction(terms, wanted=node.operator == "||")

    def _choice(self, node: nodes.Choice) -> Step:
        condition = self._truth(node.condition, "?:")
        then, otherwise = self.step(node.then), self.step(node.otherwise)
        return lambda run: then(run) if condition(run) else otherwise(run)

    def _list(self, node: nodes.ListOf) -> Step:
        steps = [self.step(item) for item in node.items]
        return lambda run: [step(run) for step in steps]

    def _name(self, node: nodes.Name) -> Step:
        name, at = node.name, node.at
        if node in self.checker.slots:
            slot = self.checker.slots[node]
            return lambda run: run.slots[slot]

        def read(run: Run) -> Any:
            try:
                found = run.values[name]
            except KeyError:
                raise ValueMissing(at, name=name) from None
            return admitted(found, at)

        return read

    def _field(self, node: nodes.Field) -> Step:
        of, name, at = self.step(node.of), node.name, node.at

        def read(run: Run) -> Any:
            holder = of(run)
            if bit_of(holder) != MAP_BIT:
                raise wrong(at, f".{name}", Kind.MAP, holder)
            if name not in holder:
                raise ValueMissing(at, name=name)
            return admitted(holder[name], at)

        return read

    def _has(self, node: nodes.Call) -> Step:
        field = node.arguments[0]
        assert isinstance(field, nodes.Field)  # noqa: S101 - the checker saw to it
        of, name, at = self.step(field.of), field.name, field.at

        def ask(run: Run) -> bool:
            holder = of(run)
            if bit_of(holder) != MAP_BIT:
                raise wrong(at, "has", Kind.MAP, holder)
            return name in holder

        return ask

    def _index(self, node: nodes.Index) -> Step:
        of, key_step, at = self.step(node.of), self.step(node.key), node.at

        def read(run: Run) -> Any:
            holder, key = of(run), key_step(run)
            kind = bit_of(holder)
            if kind == LIST_BIT and type(key) is int:
                if 0 <= key < len(holder):
                    return admitted(holder[key], at)
            elif kind == MAP_BIT and type(key) in (int, str):
                if key in holder:
                    return admitted(holder[key], at)
            else:
                raise wrong(at, "[]", Kind.LIST | Kind.MAP, holder)
            raise IndexMissing(at, key=str(key)[:40])

        return read

    def _map(self, node: nodes.MapOf) -> Step:
        entries = [
            (key.at, self.step(key), self.step(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]

        def build(run: Run) -> dict[Any, Any]:
            built: dict[Any, Any] = {}
            for at, key_step, value_step in entries:
                key = key_step(run)
                if type(key) not in (int, str):
                    raise wrong(at, "{}", Kind.INT | Kind.STRING, key)
                if key in built:
                    raise BadArgument(
                        at, function="{}", value=str(key)[:40], reason=N_("Give each key once.")
                    )
                built[key] = value_step(run)
            return built

        return build

    def _truth(self, node: Node, what: str) -> Step:
        """Return a step that gives true or false and nothing else."""
        step, at = self.step(node), node.at
        if self.checker.shapes[node].kind is Kind.BOOL and not isinstance(
            node, nodes.Name | nodes.Field | nodes.Index
        ):
            return step

        def truth(run: Run) -> bool:
            found = step(run)
            if found is True or found is False:
                return found
            raise wrong(at, what, Kind.BOOL, found)

        return truth

    def _unary(self, node: nodes.Unary) -> Step:
        at = node.at
        if node.operator == "!":
            truth = self._truth(node.operand, "!")
            return lambda run: not truth(run)
        operand = self.step(node.operand)

        def negate(run: Run) -> Any:
            found = operand(run)
            if not bit_of(found) & NUMBER_BITS:
                raise wrong(at, "-", Kind.NUMBER, found)
            return placed(at, values.whole, -found) if type(found) is int else -found

        return negate

    def _binary(self, node: nodes.Binary) -> Step:
        left, right = self.step(node.left), self.step(node.right)
        if node.operator in ("==", "!="):
            return operators.equality(left, right, node.at, node.operator == "!=")
        if node.operator == "in":
            return operators.membership(left, right, node.at)
        if node.operator in operators.ORDER:
            return operators.order(left, right, node.at, node.operator)
        return operators.arithmetic(left, right, node.at, node.operator, self.text_limit)

    def _call(self, node: nodes.Call) -> Step:
        if node.name == "has" and node.receiver is None:
            return self._has(node)
        if node in self.checker.slots:
            return self._loop(node)
        function, at = self.checker.functions[node.name], node.at
        call, most = function.call, len(function.parameters) - 1
        literals = self.checker.literals
        steps = [
            (
                self.step(part),
                function.parameters[min(place, most)].value,
                part.at,
                literals.get(part),
            )
            for place, part in enumerate(node.parts())
        ]

        def apply(run: Run) -> Any:
            arguments = []
            for step, kinds, where, prepared in steps:
                argument = prepared or step(run)
                if prepared is None and not bit_of(argument) & kinds:
                    raise wrong(where, node.name, Kind(kinds), argument)
                if prepared is None and isinstance(argument, str | list | tuple):
                    run.spend(1 + len(argument) // 8, at)
                arguments.append(argument)
            return placed(at, call, *arguments)

        return apply

    def _loop(self, node: nodes.Call) -> Step:
        assert node.receiver is not None  # noqa: S101 - the checker saw to it
        source, body_node, at = self.step(node.receiver), node.arguments[1], node.at
        is_map = node.name == "map"
        body = self.step(body_node) if is_map else self._truth(body_node, node.name)
        slot, name = self.checker.slots[node], node.name
        work = 1 + sum(1 for _ in nodes.walk(body_node))

        def items(run: Run) -> Iterator[Any]:
            found = source(run)
            if not bit_of(found) & HOLDER_BITS:
                raise wrong(at, name, Kind.LIST | Kind.MAP, found)
            for item in found:
                run.spend(work, at)
                run.slots[slot] = admitted(item, at)
                yield run.slots[slot]

        if is_map:
            return lambda run: [body(run) for _ in items(run)]
        if name == "filter":
            return lambda run: [item for item in items(run) if body(run)]
        if name == "exists_one":
            return lambda run: sum(body(run) for _ in items(run)) == 1
        return lambda run: operators.decide(
            (body for _ in items(run)), run, wanted=name == "exists"
        )


_STEPS: dict[type[Node], Callable[[Builder, Any], Step]] = {
    nodes.Literal: Builder._literal,
    nodes.Name: Builder._name,
    nodes.Field: Builder._field,
    nodes.Index: Builder._index,
    nodes.Unary: Builder._unary,
    nodes.Binary: Builder._binary,
    nodes.Call: Builder._call,
    nodes.Junction: Builder._junction,
    nodes.Choice: Builder._choice,
    nodes.ListOf: Builder._list,
    nodes.MapOf: Builder._map,
}
