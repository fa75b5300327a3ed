"""Scalar expressions and numbers as CUDA C++.

An operation of a loop has its expression in Python, as `jit.machine` translates it (see `jit.scalars`). Here the same
expression is written in C++. A function in single precision stays in single precision, where that of the processor is
computed in double.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

_TYPES: Final = {
    "b1": "bool",
    "i1": "signed char",
    "i2": "short",
    "i4": "int",
    "i8": "long long",
    "u1": "unsigned char",
    "u2": "unsigned short",
    "u4": "unsigned int",
    "u8": "unsigned long long",
    "f4": "float",
    "f8": "double",
}

# The conversions of the expressions, by their names.
_CONVERSIONS: Final = {
    **{f"i{8 * n}": _TYPES[f"i{n}"] for n in (1, 2, 4, 8)},
    **{f"u{8 * n}": _TYPES[f"u{n}"] for n in (1, 2, 4, 8)},
    "f32": "float",
    "f64": "double",
}

# The functions of CUDA under other names; in single precision with an f at the end.
_OF_CUDA: Final = {
    "abs": "fabs",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "power": "pow",
    **{
        name: name
        for name in (
            "cbrt", "ceil", "copysign", "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "floor", "hypot", "log",
            "log10", "log1p", "log2", "rint", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
        )
    },
}  # fmt: skip

# Those of the prelude, which are there in both precisions under one name.
_OWN: Final = frozenset(
    {
        "clipped", "digamma", "expit", "floor_divide", "fmod", "gammaln", "log_expit", "logaddexp", "remainder",
        "sech_squared",
    }
)  # fmt: skip

_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_UNARY: Final[dict[type[ast.unaryop], str]] = {ast.USub: "-", ast.Invert: "~"}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def type_of(dtype: np.dtype[Any]) -> str:
    """The type of C++ that has the elements of a dtype."""
    return _TYPES[f"{dtype.kind}{dtype.itemsize}"]


def number(x: np.generic) -> str:
    """A number as a constant of C++, of the type of its dtype."""
    kind, value = x.dtype.kind, x.item()
    if kind == "b":
        return "true" if value else "false"
    if kind == "f":
        suffix = "f" if x.dtype.itemsize == 4 else ""
        if np.isnan(x):
            return f"nan{suffix}_()"
        text = f"inf{suffix}_()" if np.isinf(x) else f"{abs(value)!r}{suffix}"
        return f"(-{text})" if np.signbit(x) else text
    if kind == "u":
        return f"(({type_of(x.dtype)}){value}ULL)"
    if value == np.iinfo(np.int64).min:
        return "(-9223372036854775807LL - 1)"
    return f"(({type_of(x.dtype)}){value}LL)"


def converted(x: str, own: np.dtype[Any], dtype: np.dtype[Any]) -> str:
    """The expression of x, of its own dtype, in another one."""
    if own == dtype:
        return x
    return f"({x} != 0)" if dtype.kind == "b" else f"(({type_of(dtype)}){x})"


def expression(text: str, operands: Sequence[str], dtype: np.dtype[Any]) -> str:
    """An expression with `{0}`, `{1}` in the places of operands, which have a dtype."""
    template = _template(text, dtype.char == "f")
    for i, x in enumerate(operands):
        template = template.replace(f"@{i}@", x)
    return template


@lru_cache(maxsize=1024)
def _template(text: str, single: bool) -> str:
    """The expression with `@0@`, `@1@` in the places of the operands."""
    for i in range(text.count("{")):
        text = text.replace(f"{{{i}}}", f"operand_{i}")
    return _Translation(single).of(ast.parse(text, mode="eval").body)


class _Translation:
    def __init__(self, single: bool) -> None:
        self.single = single

    def of(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Constant):
            return str(node.value).lower() if isinstance(node.value, bool) else repr(node.value)
        if isinstance(node, ast.BinOp):
            return f"({self.of(node.left)} {_BINARY[type(node.op)]} {self.of(node.right)})"
        if isinstance(node, ast.UnaryOp):
            return f"({_UNARY[type(node.op)]}{self.of(node.operand)})"
        if isinstance(node, ast.Compare):
            return f"({self.of(node.left)} {_COMPARISONS[type(node.ops[0])]} {self.of(node.comparators[0])})"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node.func.id, node.args)
        raise AssertionError(ast.dump(node))

    def _name(self, name: str) -> str:
        if name in ("inf", "nan"):
            return f"{name}{'f' if self.single else ''}_()"
        assert name.startswith("operand_"), name
        return f"@{name.removeprefix('operand_')}@"

    def _call(self, name: str, args: Sequence[ast.expr]) -> str:
        if name == "select":
            condition, x, y = map(self.of, args)
            return f"({condition} ? {x} : {y})"
        if name in _CONVERSIONS:
            return self._conversion(name, args[0])
        values = ", ".join(map(self.of, args))
        if name in _OWN:
            return f"{name}_({values})"
        return f"{_OF_CUDA[name]}{'f' if self.single else ''}({values})"

    def _conversion(self, name: str, x: ast.expr) -> str:
        if name == "f32" and isinstance(x, ast.Constant):
            return f"{float(x.value)!r}f"  # type: ignore[arg-type]  # a number
        # A function of floats gives a float, without the detour.
        if self.single and (name == "f64" or _is_function(x)):
            return self.of(x)
        return f"(({_CONVERSIONS[name]}){self.of(x)})"


def _is_function(x: ast.expr) -> bool:
    return isinstance(x, ast.Call) and isinstance(x.func, ast.Name) and x.func.id in (*_OF_CUDA, *_OWN)
