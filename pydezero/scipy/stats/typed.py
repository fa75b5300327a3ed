"""Makers of the methods of distributions, with their types: a Variable among the arguments gives a Variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable

__all__ = [
    "DistributionFunction",
    "Frozen",
    "FrozenFunction",
    "FrozenMethod",
    "Method",
    "frozen_method",
    "method",
    "without_method",
]

_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)
_F = TypeVar("_F", bound=Callable[..., Any])


class DistributionFunction(Protocol):
    """A function of points and of the parameters of a distribution; of numbers alone it gives a number."""

    @overload
    def __call__(self, x: Variable, *args: Operand | None, **kwds: Operand | None) -> Variable: ...
    @overload
    def __call__(self, x: float, *args: float | None, **kwds: float | None) -> np.float64: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self, x: ArrayOrNumber, *args: ArrayOrNumber | None, **kwds: ArrayOrNumber | None
    ) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, x: ArrayOrNumber, *args: Operand | None, **kwds: Operand | None) -> Variable: ...


class FrozenFunction(Protocol[_R_co]):
    """A function of points alone; of an array it gives an array, or a Variable where a parameter is one."""

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber) -> _R_co: ...


def without_method(owner: object, scipys: Any, of: str, name: str) -> AttributeError:
    """The error for a method that a distribution does not have, which names SciPy's if there is one."""
    if name.startswith("_") or not hasattr(scipys, name):
        return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")
    return AttributeError(
        f"pydezero.scipy.stats.{of} has no method {name!r}, as that of SciPy has no derivative here; on plain numbers "
        f"and arrays it is scipy.stats.{of}.{name}"
    )


@attrs.frozen(eq=False)
class Frozen(Generic[_R]):
    """A distribution with its parameters, whose methods take points alone.

    Attributes:
        distribution: the distribution.
        parameters: the parameters by their names.
    """

    distribution: Any  # of one variable or of several
    parameters: Mapping[str, Any]

    if not TYPE_CHECKING:  # a checker knows that there is no such attribute

        def __getattr__(self, name: str) -> Any:
            scipys = None if name.startswith("_") else self.distribution.scipys
            raise without_method(self, scipys, "" if scipys is None else self.distribution.name, name)


class Method(Protocol):
    """The descriptor of a function of a distribution, to a type checker."""

    def __get__(self, instance: object, owner: Any) -> DistributionFunction: ...


class FrozenMethod(Protocol):
    """The descriptor of a function of a distribution with its parameters, to a type checker."""

    def __get__(self, instance: Frozen[_R], owner: Any) -> FrozenFunction[_R]: ...


def method(name: str, summary: str) -> Method:
    """The method of a distribution that computes the function of a name."""

    def apply(self: Any, x: Operand, *args: Operand, **kwds: Operand) -> Array:
        return self.function(name, x, args, kwds)

    return cast(Method, _named(apply, name, summary))  # cast: a checker cannot derive overloads


def frozen_method(name: str) -> FrozenMethod:
    """The method of a distribution with its parameters that computes the function of a name."""

    def apply(self: Frozen[Any], x: Operand) -> Array:
        return self.distribution.function(name, x, (), self.parameters)

    summary = f"`{name}` of the distribution, for its parameters."
    return cast(FrozenMethod, _named(apply, name, summary))  # cast: a checker cannot derive overloads


def _named(function: _F, name: str, summary: str) -> _F:
    function.__name__ = name
    function.__doc__ = summary
    return function
