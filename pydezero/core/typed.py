"""Decorators of functions of arrays: overloads for the type checker, and NumPy's own function for plain arrays.

`def f(a: Operand, ...) -> Array` computes with Variables and arrays alike. These decorators give it the overloads that
say so: Variable to Variable, array to array. At run time they return it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable

if TYPE_CHECKING:
    from pydezero.core.function_types import (
        ArrayFunction,
        BinaryArrayFunction,
        BinaryFunction,
        JoiningFunction,
        UnaryFunction,
    )

P = ParamSpec("P")
_R = TypeVar("_R")


def without_variables(numpys: Callable[..., Any]) -> Callable[[Callable[P, _R]], Callable[P, _R]]:
    """A decorator for a function that is composed of others: without a Variable, NumPy's own function computes."""

    def decorate(function: Callable[P, _R]) -> Callable[P, _R]:
        @wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> _R:
            if Variable in map(type, args) or any(map(has_variable, (*args, *kwargs.values()))):
                return function(*args, **kwargs)
            return cast(_R, numpys(*args, **kwargs))  # cast: NumPy's own gives the same type of result

        return decorated

    return decorate


def has_variable(x: object) -> bool:
    """Whether x is a Variable, or there is one in nested lists, tuples and dicts."""
    if isinstance(x, list | tuple | dict):
        items: Iterable[object] = x.values() if isinstance(x, dict) else x
        return any(map(has_variable, items))
    return type(x) is Variable


def array_function(function: Callable[Concatenate[Operand, P], Array]) -> ArrayFunction[P]:
    """A function of one array and parameters."""
    return cast("ArrayFunction[P]", function)  # cast: a checker cannot derive overloads


def binary_array_function(function: Callable[Concatenate[Operand, Operand, P], Array]) -> BinaryArrayFunction[P]:
    """A function of two arrays and parameters."""
    return cast("BinaryArrayFunction[P]", function)  # cast: a checker cannot derive overloads


def joining_function(function: Callable[Concatenate[Sequence[Operand], P], Array]) -> JoiningFunction[P]:
    """A function of a sequence of arrays and parameters."""
    return cast("JoiningFunction[P]", function)  # cast: a checker cannot derive overloads


def unary_function(function: Callable[[Operand], Array]) -> UnaryFunction:
    """A function of one array."""
    return cast("UnaryFunction", function)  # cast: a checker cannot derive overloads


def binary_function(function: Callable[[Operand, Operand], Array]) -> BinaryFunction:
    """A function of two arrays."""
    return cast("BinaryFunction", function)  # cast: a checker cannot derive overloads
