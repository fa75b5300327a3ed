"""The type of `derivative`, a transform of elementwise functions: V, A and N are as those of `transform.py`."""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, Protocol, TypeAlias, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import names_argnums
from pydezero.transforms.boundary.positions import Both, OfBoth, OfSecond, OtherwiseFirst
from pydezero.transforms.boundary.signatures import (
    NoSuchArgument,
    OfNumPy,
    OfPython,
    Outcome,
    Result,
    Returning,
    Traced,
)
from pydezero.transforms.jacobians.signatures.results import (
    S2,
    S3,
    Arrays,
    Fun,
    Fun2,
    Fun3,
    Inexact,
    Number,
    OfFirst,
    OfNumber,
    P,
    Pair,
    Plain,
    Q,
    S,
    Untyped,
)

# What a derivative is taken with respect to: no container.
T = TypeVar("T", bound="Variable | NDArray[Any] | np.number[Any] | complex")
T2 = TypeVar("T2", bound="Variable | NDArray[Any] | np.number[Any] | complex")
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)


class Elementwise(Protocol[Q, V_co, A_co, N_co]):
    """A transform of an elementwise function: as `Transform`, but for functions of arrays and numbers alone."""

    __name__: str

    @overload
    def __call__(
        self, f: Fun[Traced, P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self, f: Fun[Number, P, OfNumber], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfFirst[Number, P, OfNumber]: ...
    @overload
    def __call__(
        self,
        f: Fun[NDArray[Inexact], P, NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(
        self, f: Fun[Plain, P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self, f: Fun[T, P, Outcome], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfFirst[T, P, Any]: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Result], argnums: Literal[1], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSecond[Variable, Variable, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Result], argnums: Both, *args: Q.args, **kwargs: Q.kwargs
    ) -> OfBoth[Variable, Variable, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self, f: Fun2[S, T2, P, Result], argnums: Literal[1], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSecond[S, T2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self, f: Fun2[T, T2, P, Result], argnums: Both, *args: Q.args, **kwargs: Q.kwargs
    ) -> OfBoth[T, T2, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self, f: Fun3[Traced, Traced, Traced, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun3[S, S2, T2, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[S, Concatenate[S2, T2, P], Any]: ...
    @overload
    def __call__(
        self, f: Callable[Concatenate[S, S2, S3, T2, P], Any], argnums: Literal[3], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[S, Concatenate[S2, S3, T2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[T, S, P, Any], argnums: Literal[2, 3], *args: Q.args, **kwargs: Q.kwargs
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Any], argnums: int | Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[T, T2, P, Result], argnums: int, *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[T, Concatenate[T2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[T, S, P, Any], argnums: Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[T, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun[T, P, Any], argnums: OtherwiseFirst, *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[T, P, Any]: ...


OfElements: TypeAlias = Elementwise[Q, Pair[Variable], Pair[Arrays], Pair[OfPython]]


def elementwise(transform: Untyped[Q]) -> OfElements[Q]:
    """Type a transform of elementwise functions to first derivatives: one result for each of several arguments."""
    # cast: a checker cannot derive overloads
    return cast(OfElements[Q], names_argnums(transform))
