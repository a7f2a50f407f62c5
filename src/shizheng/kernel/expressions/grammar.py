"""The grammar of the expression language, for Lark (LALR)."""

GRAMMAR = r"""
// A subset of the Common Expression Language, github.com/google/cel-spec, doc/langdef.md.
// Left out: bytes, unsigned numbers, messages, triple quotes, leading dots.
// Every terminal is matched in linear time: no alternative can begin like another.

?start: choice

?choice: any_of
       | any_of "?" any_of ":" choice

?any_of: all_of ("||" all_of)*
?all_of: relation ("&&" relation)*

?relation: addition
         | relation _comparison addition -> binary
_comparison: LESS | LESS_EQUAL | MORE | MORE_EQUAL | EQUAL | NOT_EQUAL | IN
?addition: product
         | addition (PLUS | MINUS) product -> binary
?product: unary
        | product (TIMES | OVER | MODULO) unary -> binary
?unary: member
      | (MINUS | NOT) unary -> prefixed

?member: primary
       | member "." NAME -> field
       | member "." NAME "(" _arguments? ")" -> method
       | member "[" choice "]" -> index

?primary: NAME -> name
        | NAME "(" _arguments? ")" -> call
        | "(" choice ")"
        | SQUARE _arguments? "]" -> list
        | CURLY _entries? "}" -> map
        | INT -> int
        | DOUBLE -> double
        | STRING -> string
        | RAW -> raw
        | TRUE -> true
        | FALSE -> false
        | NULL -> null

_arguments: choice ("," choice)*
_entries: choice ":" choice ("," choice ":" choice)*

SQUARE: "["
CURLY: "{"
LESS: "<"
LESS_EQUAL: "<="
MORE: ">"
MORE_EQUAL: ">="
EQUAL: "=="
NOT_EQUAL: "!="
IN: "in"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
MODULO: "%"
NOT: "!"
TRUE: "true"
FALSE: "false"
NULL: "null"
NAME: /[_a-zA-Z][_a-zA-Z0-9]*/
INT: /0[xX][0-9a-fA-F]+|[0-9]+/
DOUBLE.2: /[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+([eE][+-]?[0-9]+)?/
STRING: /"([^"\\\n]|\\[^\n])*"|'([^'\\\n]|\\[^\n])*'/
RAW.2: /[rR]("[^"\n]*"|'[^'\n]*')/

%ignore /[ \t\r\n\f]+/
%ignore /\/\/[^\n]*/
"""
