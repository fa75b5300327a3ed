"""The parser of expressions: each node of the syntax is checked and turned into a part; unknown ones are refused."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection
from typing import Any, Final

import attrs
import numpy as np

from pydezero.cli.allowed import CONSTANTS, MODULES, REFUSED, Callee, Role, Size, callee, names, suggestions
from pydezero.cli.errors import ExpressionError
from pydezero.cli.parts import Call, Constant, Given, Index, Listing, Name, Part, Several
from pydezero.functions import transpose

MOST_CHARACTERS: Final = 10_000
MOST_NODES: Final = 1_000
MOST_LEVELS: Final = 100  # an expression is evaluated recursively, and Python has its limit
MOST_OF_A_LITERAL: Final = 1_000_000

_ALLOWED: Final = (
    "allowed are numbers, the variables, arithmetic and comparisons, the functions of NumPy that pydezero knows, "
    "x[0], x[1:3] and A.T"
)


def _operator(symbol: str, function: Callable[..., Any], size: Size = Size.BROADCAST) -> Callee:
    return Callee(symbol, function, size, None)


_OPERATORS: Final[dict[type[ast.AST], Callee]] = {
    ast.Add: _operator("+", operator.add),
    ast.Sub: _operator("-", operator.sub),
    ast.Mult: _operator("*", operator.mul),
    ast.Div: _operator("/", operator.truediv),
    ast.FloorDiv: _operator("//", operator.floordiv),
    ast.Mod: _operator("%", operator.mod),
    ast.Pow: _operator("**", operator.pow),
    ast.MatMult: _operator("@", operator.matmul, Size.CONTRACTION),
    ast.BitAnd: _operator("&", np.bitwise_and),
    ast.BitOr: _operator("|", np.bitwise_or),
    ast.Invert: _operator("~", np.invert),
    ast.UAdd: _operator("+", operator.pos),
    ast.USub: _operator("-", operator.neg),
    ast.Eq: _operator("==", operator.eq),
    ast.NotEq: _operator("!=", operator.ne),
    ast.Lt: _operator("<", operator.lt),
    ast.LtE: _operator("<=", operator.le),
    ast.Gt: _operator(">", operator.gt),
    ast.GtE: _operator(">=", operator.ge),
}
_TRANSPOSE: Final = _operator(".T", transpose, Size.SUM)

_LEVELS_OF_LISTS: Final = {Role.ARRAYS: 1, Role.BLOCKS: MOST_LEVELS}

# What mathematics writes as a function of several values; NumPy's second argument is an axis.
_OF_SEVERAL: Final = frozenset(("max", "mean", "median", "min", "prod", "std", "sum", "var"))

_INSTEAD: Final[dict[type[ast.AST], str]] = {
    ast.BitXor: "^ is not a power: write x ** y",
    ast.BoolOp: "'and' and 'or' are not allowed: write (x > 0) & (y > 0), (x > 0) | (y > 0)",
    ast.Not: "'not' is not allowed: write ~(x > 0)",
    ast.IfExp: "'if' is not allowed: write np.where(condition, x, y)",
    ast.Lambda: "a lambda is not allowed",
    ast.ListComp: "a comprehension is not allowed",
    ast.GeneratorExp: "a comprehension is not allowed",
    ast.NamedExpr: "an assignment is not allowed",
    ast.JoinedStr: "a string is not allowed",
    ast.Starred: "* before an argument is not allowed",
}


def parse(text: str, variables: Collection[str]) -> Part:
    """The parts of an expression, in which these variables may occur.

    Raises:
        ExpressionError: the text is no expression, or something in it is not allowed.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"the expression has {len(text):,} characters; {MOST_CHARACTERS:,} are the most"
        raise ExpressionError(message, text, MOST_CHARACTERS, MOST_CHARACTERS)
    for position, character in enumerate(text):
        if character in "\"'#\\":  # no strings: no escapes in them, nor anything else to do with them
            raise ExpressionError(f"{character} is not allowed; {_ALLOWED}", text, position, position + 1)
    tree = _tree(text)
    parser = _Parser(text, frozenset(variables))
    parser.check_size(tree)
    return parser.part(tree)


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        start = error.offset - 1 if error.offset else len(text)
        end = (error.end_offset or 0) - 1
        why = error.msg.partition(";")[0]
        hint = "; write 2 * x for a product" if why == "invalid decimal literal" else ""
        raise ExpressionError(f"this is not an expression: {why}{hint}", text, start, end) from None
    except (ValueError, OverflowError, MemoryError, RecursionError) as error:  # Python's own parser gives up
        why = str(error) or "it is nested too deeply"
        raise ExpressionError(f"this expression cannot be read: {why}", text, 0, 1) from None


@attrs.frozen
class _Parser:
    text: str
    variables: frozenset[str]

    def check_size(self, tree: ast.expr) -> None:
        """Raise if the expression is too large; found without recursion, whose limit an expression could exceed."""
        pending: list[tuple[ast.AST, int]] = [(tree, 1)]
        count = 0
        while pending:
            node, level = pending.pop()
            count += isinstance(node, ast.expr)
            if count > MOST_NODES:
                raise self.error(tree, f"the expression has more than {MOST_NODES:,} parts")
            if level > MOST_LEVELS:
                raise self.error(node, f"the expression is nested more than {MOST_LEVELS} levels deep")
            pending += [(child, level + 1) for child in ast.iter_child_nodes(node)]

    def part(self, node: ast.expr) -> Part:
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name():
                return self.name(node)
            case ast.List() | ast.Tuple():
                return Listing(*self.span(node), tuple(map(self.part, node.elts)))
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BinOp():
                return self.binary(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.Call():
                return self.call(node)
            case ast.Subscript():
                return Index(*self.span(node), self.part(node.value), self.index(node.slice))
            case ast.Attribute():
                return self.attribute(node)
        raise self.error(node, f"{_INSTEAD.get(type(node), 'this is not allowed')}; {_ALLOWED}")

    def constant(self, node: ast.Constant) -> Constant:
        value = node.value
        if value is not None and not isinstance(value, bool | int | float | complex):
            raise self.error(node, f"{self.text[slice(*self.span(node))]} is not allowed; {_ALLOWED}")
        if isinstance(value, int) and abs(value) > MOST_OF_A_LITERAL:
            try:
                value = float(value)
            except OverflowError:
                raise self.error(node, "this number is too large") from None
        return Constant(*self.span(node), value)

    def name(self, node: ast.Name) -> Part:
        name = node.id
        if name in self.variables:
            return Name(*self.span(node), name)
        if name in CONSTANTS:
            return Constant(*self.span(node), CONSTANTS[name])
        if name in names():
            raise self.error(node, f"{name} is a function: write {name}(...), or give a variable of this name a value")
        known = f"; known is {', '.join(sorted(self.variables))}" if self.variables else ""
        near = suggestions(name, sorted(self.variables))
        raise self.error(node, f"{name} has no value{known}; to give it one: --at {name}=1.5{near}")

    def attribute(self, node: ast.Attribute) -> Part:
        if isinstance(node.value, ast.Name) and node.value.id in MODULES and node.attr in CONSTANTS:
            return Constant(*self.span(node), CONSTANTS[node.attr])
        if node.attr == "T":
            return Call(*self.span(node), _TRANSPOSE, (self.part(node.value),))
        path = self.path(node)
        if path in names():
            raise self.error(node, f"np.{path} is a function: write np.{path}(...)")
        raise self.error(node, f".{node.attr} is not allowed; {_ALLOWED}")

    def path(self, node: ast.expr) -> str | None:
        """`linalg.det` of `np.linalg.det` and of `linalg.det`."""
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                return name if module in MODULES else f"{module}.{name}"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module), attr=namespace), attr=name):
                return f"{namespace}.{name}" if module in MODULES else None
        return None

    def unary(self, node: ast.UnaryOp) -> Part:
        inner = self.operation(node, node.op, node.operand)
        match node.op, inner.args:
            case ast.USub(), [Constant(value=int() | float() | complex() as value)] if not isinstance(value, bool):
                return Constant(inner.start, inner.end, -value)
        return inner

    def binary(self, node: ast.BinOp) -> Call:
        call = self.operation(node, node.op, node.left, node.right)
        left, right = call.args
        if isinstance(node.op, ast.Pow) and isinstance(right, Constant):  # x ** 2 is a square, at x = 0 and below, too
            call = attrs.evolve(call, args=(left, Given(right.start, right.end, right.value)))
        return call

    def comparison(self, node: ast.Compare) -> Call:
        if len(node.ops) > 1:
            raise self.error(node, "comparisons in a row are not allowed: write (0 < x) & (x < 1)")
        return self.operation(node, node.ops[0], node.left, node.comparators[0])

    def operation(self, node: ast.expr, symbol: ast.AST, *operands: ast.expr) -> Call:
        if type(symbol) not in _OPERATORS:
            raise self.error(node, f"{_INSTEAD.get(type(symbol), 'this operator is not allowed')}; {_ALLOWED}")
        return Call(*self.span(node), _OPERATORS[type(symbol)], tuple(map(self.part, operands)))

    def call(self, node: ast.Call) -> Call:
        function = self.function(node.func)
        for argument in node.keywords:
            if argument.arg is None:
                raise self.error(argument.value, f"** before an argument is not allowed; {_ALLOWED}")
        keywords = {str(argument.arg): argument.value for argument in node.keywords}
        try:
            roles, roles_of_keywords = function.roles(node.args, keywords)
        except TypeError as error:
            raise self.error(node, f"{function.name}: {error}") from None
        args = [self.argument(function, role, x) for role, x in zip(roles, node.args, strict=True)]
        kwargs = [(key, self.argument(function, roles_of_keywords[key], x, key)) for key, x in keywords.items()]
        unstated = function.unstated(node.args, keywords)
        return Call(*self.span(node), function, tuple(args), tuple(kwargs), unstated)

    def function(self, node: ast.expr) -> Callee:
        path = self.path(node)
        if path is None:
            raise self.error(node, f"only a function can be called, by its name; {_ALLOWED}")
        if path in names():
            return callee(path)
        if path in REFUSED:
            raise self.error(node, f"{path} is not allowed: {REFUSED[path]}")
        method = path.rpartition(".")[2]
        if isinstance(node, ast.Attribute) and method in names():
            raise self.error(node, f".{method}(...) is not allowed: write np.{method}(x, ...)")
        raise self.error(node, f"there is no function {path} that pydezero can differentiate{suggestions(path, ())}")

    def argument(self, function: Callee, role: Role, node: ast.expr, key: str = "") -> Part:
        if role is Role.REFUSED:
            raise self.error(node, f"{function.name}: {key or 'this argument'} is not allowed")
        part = self.part(node)
        if role is Role.LITERAL:
            return Given(*self.span(node), self.literal(function, node, part))
        return _several(part, _LEVELS_OF_LISTS.get(role, 0))

    def literal(self, function: Callee, node: ast.expr, part: Part) -> Any:
        match part:
            case Constant(value=value):
                if isinstance(value, float) and MOST_OF_A_LITERAL < abs(value) < np.inf:
                    raise self.error(node, f"{MOST_OF_A_LITERAL:,} is the most here")
                return value
            case Listing(parts=parts):
                return tuple([self.literal(function, node, x) for x in parts])
        name = function.name
        instead = f"; several values are a list: {name}([x, y])" if name in _OF_SEVERAL else ""
        raise self.error(node, f"{name}: this has to be written out in numbers, like 2, -1 or (0, 1){instead}")

    def index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elts=elements):
                return tuple(map(self.index, elements))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*[self.bound(x) for x in (lower, upper, step)])
            case ast.Constant(value=value) if value is Ellipsis or value is None:
                return value
        return self.bound(node)

    def bound(self, node: ast.expr | None) -> int | None:
        if node is None:
            return None
        match self.part(node):
            case Constant(value=int() as value) if not isinstance(value, bool):
                return value
        raise self.error(node, "an index has to be written out: x[0], x[-1], A[0, 1], A[:, 1:3]")

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The place of a node in the text: its first character, and the one after its last."""
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)  # in bytes
        if self.text.isascii():
            return start, end
        encoded = self.text.encode()
        return len(encoded[:start].decode()), len(encoded[:end].decode())

    def error(self, node: ast.AST, message: str) -> ExpressionError:
        return ExpressionError(message, self.text, *self.span(node))


def _several(part: Part, levels: int) -> Part:
    """A part, where it is a list as several arrays, and so the lists in it, so many levels deep."""
    if levels and isinstance(part, Listing):
        return Several(part.start, part.end, tuple([_several(x, levels - 1) for x in part.parts]))
    return part
