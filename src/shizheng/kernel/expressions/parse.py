"""Text to tree: the grammar is read by Lark, every refusal carries its offset."""

import re
from collections.abc import Sequence
from decimal import Decimal, Overflow
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.errors import (
    NotInSubset,
    NumberTooLarge,
    SyntaxRefused,
    Unfinished,
)
from shizheng.kernel.expressions.grammar import GRAMMAR
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.values import DECIMALS, INT_MAX

RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let"}
    | {"loop", "package", "namespace", "return", "var", "void", "while"}
)
_SHORT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL
)


def parse(source: str) -> Node:
    """Return the tree of ``source``.

    Raises:
        SyntaxRefused: it is not an expression.
        NotInSubset: it uses a reserved word.
        NumberTooLarge: a number in it is.
    """
    for at, sign in enumerate(source):
        if "\ud800" <= sign <= "\udfff" or sign == "\x00":
            raise SyntaxRefused(at, found=f"U+{ord(sign):04X}")
    try:
        tree: Node = _parser().parse(source)  # type: ignore[assignment]
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise Unfinished(len(source.rstrip())) from None
        raise SyntaxRefused(_start(error.token), found=f"“{error.token}”") from None
    except UnexpectedInput as error:
        place = error.pos_in_stream or 0
        raise SyntaxRefused(place, found=f"“{source[place : place + 1]}”") from None
    _refuse_wide_literals(tree)
    return tree


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=False,
        transformer=_Builder(),
    )


def _start(token: Token) -> int:
    return token.start_pos or 0


def _refuse_wide_literals(tree: Node) -> None:
    for node, _ in nodes.walk(tree):
        if isinstance(node, nodes.Literal) and type(node.value) is int and node.value > INT_MAX:
            raise NumberTooLarge(node.at)


class _Builder(Transformer[Token, Node]):
    """One method per rule of the grammar, called by Lark as it parses."""

    def any_of(self, terms: Sequence[Node]) -> Node:
        return nodes.Junction(terms[0].at, "||", tuple(terms))

    def all_of(self, terms: Sequence[Node]) -> Node:
        return nodes.Junction(terms[0].at, "&&", tuple(terms))

    def choice(self, parts: Sequence[Node]) -> Node:
        return nodes.Choice(parts[0].at, *parts)

    def binary(self, parts: tuple[Node, Token, Node]) -> Node:
        left, operator, right = parts
        return nodes.Binary(_start(operator), str(operator), left, right)

    def prefixed(self, parts: tuple[Token, Node]) -> Node:
        operator, operand = parts
        if operator == "-" and isinstance(operand, nodes.Literal):
            value = operand.value
            if type(value) is int and value <= INT_MAX + 1:
                return nodes.Literal(_start(operator), -value)
            if isinstance(value, Decimal):
                return nodes.Literal(_start(operator), -value)
        return nodes.Unary(_start(operator), str(operator), operand)

    def field(self, parts: tuple[Node, Token]) -> Node:
        return nodes.Field(_start(parts[1]), parts[0], str(parts[1]))

    def method(self, parts: Sequence[Any]) -> Node:
        receiver, name, *arguments = parts
        return nodes.Call(_start(name), str(name), tuple(arguments), receiver)

    def index(self, parts: tuple[Node, Node]) -> Node:
        return nodes.Index(parts[1].at, *parts)

    def name(self, parts: tuple[Token]) -> Node:
        if parts[0] in RESERVED:
            raise NotInSubset(_start(parts[0]), feature=f"“{parts[0]}”")
        return nodes.Name(_start(parts[0]), str(parts[0]))

    def call(self, parts: Sequence[Any]) -> Node:
        name, *arguments = parts
        return nodes.Call(_start(name), str(name), tuple(arguments), None)

    def list(self, parts: Sequence[Any]) -> Node:
        bracket, *items = parts
        return nodes.ListOf(_start(bracket), tuple(items))

    def map(self, parts: Sequence[Any]) -> Node:
        bracket, *entries = parts
        return nodes.MapOf(_start(bracket), tuple(entries[::2]), tuple(entries[1::2]))

    def int(self, parts: tuple[Token]) -> Node:
        if len(parts[0]) > 40:
            raise NumberTooLarge(_start(parts[0]))
        is_hex = parts[0][:2] in ("0x", "0X")
        return nodes.Literal(_start(parts[0]), int(parts[0], 16 if is_hex else 10))

    def double(self, parts: tuple[Token]) -> Node:
        try:
            value = DECIMALS.create_decimal(str(parts[0]))
        except Overflow:
            raise NumberTooLarge(_start(parts[0])) from None
        return nodes.Literal(_start(parts[0]), value)

    def string(self, parts: tuple[Token]) -> Node:
        at = _start(parts[0])

        def unescape(found: re.Match[str]) -> str:
            digits = found[1] or found[2] or found[3]
            point = int(digits, 16) if digits else int(found[4], 8) if found[4] else None
            if point is None and found[5] in _SHORT:
                return _SHORT[found[5]]
            if point is None and found[5] in "\\?\"'`":
                return found[5]
            if point is None or point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
                raise SyntaxRefused(at + 1 + found.start(), found=f"“{found.group()}”")
            return chr(point)

        return nodes.Literal(at, _ESCAPE.sub(unescape, parts[0][1:-1]))

    def raw(self, parts: tuple[Token]) -> Node:
        return nodes.Literal(_start(parts[0]), str(parts[0][2:-1]))

    def true(self, parts: tuple[Token]) -> Node:
        return nodes.Literal(_start(parts[0]), value=True)

    def false(self, parts: tuple[Token]) -> Node:
        return nodes.Literal(_start(parts[0]), value=False)

    def null(self, parts: tuple[Token]) -> Node:
        return nodes.Literal(_start(parts[0]), None)
