"""Decorators of functions of arrays: what the type checker is told, and when NumPy's own function does.

`def f(a: Operand, ...) -> Array` computes with Variables and arrays alike. These decorators give it the overloads that
say so: Variable to Variable, array to array. At run time they return it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable

# A result that has a Variable for each Variable among the arguments, and an array for each array.
Mixed: TypeAlias = tuple[Variable | NDArray[Any], ...]

P = ParamSpec("P")
_R = TypeVar("_R")


class UnaryFunction(Protocol):
    """A function of one array: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, x: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: float, /) -> float: ...
    @overload
    def __call__(self, x: ArrayOrNumber, /) -> NDArray[Any]: ...


class BinaryFunction(Protocol):
    """A function of two arrays: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, x1: Variable, x2: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x1: ArrayOrNumber, x2: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x1: float, x2: float, /) -> float: ...
    @overload
    def __call__(self, x1: ArrayOrNumber, x2: ArrayOrNumber, /) -> NDArray[Any]: ...


class ArrayFunction(Protocol[P]):
    """A function of an array and parameters: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, a: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> NDArray[Any]: ...


class BinaryArrayFunction(Protocol[P]):
    """A function of two arrays and parameters: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, a: Variable, b: Operand | Listed, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayOrNumber | Listed, b: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(
        self, a: ArrayOrNumber, b: ArrayOrNumber | Listed, /, *args: P.args, **kwargs: P.kwargs
    ) -> NDArray[Any]: ...


class JoiningFunction(Protocol[P]):
    """A function of a sequence of arrays: one Variable among them makes the result a Variable."""

    __name__: str

    @overload
    def __call__(self, arrays: Sequence[Variable], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
        self, arrays: Sequence[ArrayOrNumber], /, *args: P.args, **kwargs: P.kwargs
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, arrays: Sequence[Operand], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...


def without_variables(numpys: Callable[..., Any]) -> Callable[[Callable[P, _R]], Callable[P, _R]]:
    """A decorator for a function that is composed of others: where there is no Variable, it is NumPy's own."""

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
    return cast(ArrayFunction[P], function)  # cast: a checker cannot derive overloads


def binary_array_function(function: Callable[Concatenate[Operand, Operand, P], Array]) -> BinaryArrayFunction[P]:
    """A function of two arrays and parameters."""
    return cast(BinaryArrayFunction[P], function)  # cast: a checker cannot derive overloads


def joining_function(function: Callable[Concatenate[Sequence[Operand], P], Array]) -> JoiningFunction[P]:
    """A function of a sequence of arrays and parameters."""
    return cast(JoiningFunction[P], function)  # cast: a checker cannot derive overloads


def unary_function(function: Callable[[Operand], Array]) -> UnaryFunction:
    """A function of one array."""
    return cast(UnaryFunction, function)  # cast: a checker cannot derive overloads


def binary_function(function: Callable[[Operand, Operand], Array]) -> BinaryFunction:
    """A function of two arrays."""
    return cast(BinaryFunction, function)  # cast: a checker cannot derive overloads
