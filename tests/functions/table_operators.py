"""The operators of a Variable, with Variables, arrays and numbers on either side."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from tests.functions.case import Argument, Case, above_one, any_case, case, fractions, needing, nonzero, positive, real

Domain = Callable[..., Argument]

# The method that Python calls on the left operand; the operator; a domain for each operand; whether complex.
BINARY: Final[dict[str, tuple[Callable[[Any, Any], Any], Domain, Domain, bool]]] = {
    "__add__": (operator.add, real, real, True),
    "__sub__": (operator.sub, real, real, True),
    "__mul__": (operator.mul, real, real, True),
    "__truediv__": (operator.truediv, nonzero, nonzero, True),
    "__pow__": (operator.pow, positive, real, True),
    "__floordiv__": (operator.floordiv, fractions, above_one, False),
    "__mod__": (operator.mod, fractions, above_one, False),
    "__divmod__": (divmod, fractions, above_one, False),
}
UNARY: Final[dict[str, tuple[Callable[[Any], Any], Domain, bool]]] = {
    "__neg__": (operator.neg, real, True),
    "__pos__": (operator.pos, real, True),
    "__abs__": (abs, nonzero, True),
}
MATMUL: Final = "__matmul__"

# Numbers of Python and of NumPy, and a list, on the other side of an operator.
_NUMBERS: Final[dict[str, object]] = {
    "float": 1.7,
    "int": 2,
    "float64": np.float64(1.7),
    "float32": np.float32(1.75),
    "int64": np.int64(2),
    "0-d array": np.array(1.7),
    "array": np.array([1.5, 2.5, 1.25]),
    "int array": np.array([1, 2, 3]),
    "list": [1.5, 2.5, 1.25],
}


def _binary_cases() -> Iterator[Case]:
    for name, (op, left, right, is_complex) in BINARY.items():
        row = any_case if is_complex else case
        for x, y in (((2, 3), (2, 3)), ((2, 3), ()), ((3, 1), (4,)), ((), ())):
            yield from row(f"{name} {x} {y}", lambda m, x, y, op=op: op(x, y), left(*x), right(*y))
        for what, number in _NUMBERS.items():
            rows = row(f"x {name} {what}", lambda m, x, op=op, n=number: op(x, n), left(2, 3))
            # Before NumPy 2.3 a power with this exponent is single precision, like a power with a number of Python.
            yield from needing("numpy>=2.3", rows) if (name, what) == ("__pow__", "int64") else rows
            yield from row(f"{what} {name} x", lambda m, x, op=op, n=number: op(n, x), right(2, 3))


def _complex_number_cases() -> Iterator[Case]:
    for name, (op, left, right, is_complex) in BINARY.items():
        if is_complex:
            # A real array and a complex number: the result is complex, the derivative with respect to x real.
            yield from any_case(f"x {name} complex number", lambda m, x, op=op: op(x, 1 + 2j), left(2, 3))
            yield from any_case(f"complex number {name} x", lambda m, x, op=op: op(1 + 2j, x), right(2, 3))


def _unary_cases() -> Iterator[Case]:
    for name, (op, domain, is_complex) in UNARY.items():
        row = any_case if is_complex else case
        for shape in ((2, 3), ()):
            yield from row(f"{name} {shape}", lambda m, x, op=op: op(x), domain(*shape))


def _matmul_cases() -> Iterator[Case]:
    yield from any_case("__matmul__", lambda m, x, y: x @ y, real(2, 3), real(3, 2))
    yield from any_case("__matmul__ vectors", lambda m, x, y: x @ y, real(3), real(3))
    yield from any_case("__matmul__ int array", lambda m, x: x @ np.arange(6).reshape(3, 2), real(2, 3))
    yield from any_case("int array __matmul__", lambda m, x: np.arange(6).reshape(3, 2) @ x, real(2, 3))
    yield from any_case("list __matmul__", lambda m, x: [1.0, 2.0] @ x, real(2, 3))


OPERATORS: Final = [*_binary_cases(), *_complex_number_cases(), *_unary_cases(), *_matmul_cases()]
