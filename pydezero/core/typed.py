"""Decorators of functions of arrays: overloads for the type checker, and NumPy's own function for plain arrays.

`def f(a: Operand, ...) -> Array` computes with Variables and arrays alike. These decorators give it the overloads that
say so: Variable to Variable, array to array. At run time they return it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import numpy as np

from pydezero.core.foreign import OPERAND_ERRORS, is_delayed, placed, raise_mixed
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, handed_out

if TYPE_CHECKING:
    from pydezero.core.function_types import (
        ArrayFunction,
        BinaryArrayFunction,
        BinaryFunction,
        JoiningFunction,
        UnaryFunction,
    )

# What is no array that is computed later.
_OTHERS: Final = frozenset({Variable, np.ndarray, np.float64, bool, complex, float, int, str, type(None)})

P = ParamSpec("P")
_R = TypeVar("_R")


def without_variables(numpys: Callable[..., Any]) -> Callable[[Callable[P, _R]], Callable[P, _R]]:
    """A decorator for a function that is composed of others: without a Variable, NumPy's own function computes."""

    def decorate(function: Callable[P, _R]) -> Callable[P, _R]:
        @wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> _R:
            if Variable in map(type, args) or any(map(has_variable, (*args, *kwargs.values()))):
                return function(*args, **kwargs)
            if _has_delayed(args, kwargs):
                return cast(_R, _handed_out(function(*_placed(args), **_placed(kwargs))))  # cast: of the same type
            try:
                return cast(_R, numpys(*args, **kwargs))  # cast: NumPy's own gives the same type of result
            except OPERAND_ERRORS as error:
                raise_mixed(error, function.__name__, args)
                raise

        return decorated

    return decorate


def has_variable(x: object) -> bool:
    """Whether x is a Variable, or there is one in nested lists, tuples and dicts."""
    if isinstance(x, list | tuple | dict):
        items: Iterable[object] = x.values() if isinstance(x, dict) else x
        return any(map(has_variable, items))
    return type(x) is Variable


def takes_delayed(function: Callable[P, _R]) -> Callable[P, _R]:
    """A function to which arrays that are computed later are Variables of the lowest level, and which returns them so.

    It then computes nothing. Without it, one that hands what is no Variable to NumPy would have NumPy compute it.
    """

    @wraps(function)
    def decorated(*args: P.args, **kwargs: P.kwargs) -> _R:
        if _has_delayed(args, kwargs):
            return cast(_R, _handed_out(function(*_placed(args), **_placed(kwargs))))  # cast: of the same type
        return function(*args, **kwargs)

    return decorated


def _has_delayed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return not _OTHERS.issuperset(map(type, (*args, *kwargs.values()))) and any(
        map(_is_or_has_delayed, (*args, *kwargs.values()))
    )


def _is_or_has_delayed(x: object) -> bool:
    if isinstance(x, list | tuple):
        return not _OTHERS.issuperset(map(type, x)) and any(map(_is_or_has_delayed, x))
    return type(x) not in _OTHERS and is_delayed(x)


def _placed(x: Any) -> Any:
    """The arrays that are computed later in nested lists, tuples and dicts as Variables."""
    return _each(placed, x)


def _handed_out(x: Any) -> Any:
    """The values of such Variables again."""
    return _each(handed_out, x)


def _each(function: Callable[[Any], Any], x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _each(function, value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        items = [_each(function, item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    return function(x)


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
