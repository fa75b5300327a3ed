"""The types of `jacobian`, `hessian` and their siblings, and of the functions that they return.

Where a differentiated argument of f is a Variable, the derivative takes a Variable and returns Variables, or takes an
array and returns arrays, or takes a number and returns what f returns for it. With respect to several arguments its
result is a tuple, or a tuple of tuples: V is the type of that result for Variables, A for arrays, N for numbers.

The decorators at the end give each transform its overloads, which are written once. At run time it stays a plain
function with its own docstring and signature, which also answers to another library's name of `argnums`.
"""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import names_argnums
from pydezero.transforms.boundary.positions import Both, OfBoth, OfSecond
from pydezero.transforms.boundary.signatures import (
    CalledLike,
    Differentiable,
    NoSuchArgument,
    OfNumPy,
    OfPython,
    Outcome,
    Result,
    Returning,
    Traced,
)
from pydezero.transforms.reverse.signatures import Scalar

P = ParamSpec("P")
Options = ParamSpec("Options")
Aux = TypeVar("Aux")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)
S = TypeVar("S")
S2 = TypeVar("S2")

# What a derivative is taken with respect to: anything, or no container.
X = TypeVar("X", bound=Differentiable)
X2 = TypeVar("X2", bound=Differentiable)
T = TypeVar("T", bound="Variable | NDArray[Any] | np.number[Any] | complex")
T2 = TypeVar("T2", bound="Variable | NDArray[Any] | np.number[Any] | complex")

# The dtype is that of the argument or of the result: Any.
Arrays: TypeAlias = NDArray[Any]

# The user's type for a number, and the derivative with respect to it of a function to numbers.
Number = TypeVar("Number", bound="np.number[Any] | complex")
OfNumber = TypeVar("OfNumber", bound="np.number[Any] | complex")

# The user's type for an array or a number; the derivative with respect to it is a plain array.
Plain = TypeVar("Plain", bound="NDArray[Any] | np.number[Any] | complex")

# Of an array of floats or complex numbers, whose dtype the derivative has.
Inexact = TypeVar("Inexact", bound=np.inexact[Any])

Pair: TypeAlias = tuple[S, S]


class OfFirst(CalledLike[T_contra, P, Variable, Arrays, R_co, OfPython, OfNumPy], Generic[T_contra, P, R_co]):
    """The derivative with respect to the first argument; where that is no Variable, the derivative is an R."""


class OfFirstWithAux(
    CalledLike[
        T_contra,
        P,
        tuple[Variable, Aux_co],
        tuple[Arrays, Aux_co],
        tuple[R_co, Aux_co],
        tuple[OfPython, Aux_co],
        tuple[OfNumPy, Aux_co],
    ],
    Generic[T_contra, P, R_co, Aux_co],
):
    """The derivative with respect to the first argument, of a function with has_aux."""


class OfSum(CalledLike[T_contra, P, Variable, Scalar, R_co, np.float64, Scalar], Generic[T_contra, P, R_co]):
    """A sum of derivatives: a scalar, an R where the first argument is no Variable."""


# Two protocols: `has_aux` cannot be one of the options that a ParamSpec holds, since its value chooses the overload.
class Transform(Protocol[Options, V_co, A_co, N_co]):
    """A transform of a function f to its derivative, with options after `argnums`.

    Functions of a Variable have overloads of their own; because of them a checker takes the argument of a lambda for a
    Variable.
    """

    __name__: str

    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Number, P], OfNumber],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Number, P, OfNumber]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Plain, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Outcome],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[X, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[Variable, Variable, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[Variable, Variable, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[X, X2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[X, X2, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, Traced, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, X2, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[X, Concatenate[S, X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, S2, X2, P], Any],
        argnums: Literal[3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[X, Concatenate[S, S2, X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Literal[2, 3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: int | Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: int,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[X, Concatenate[X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[X, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Any],
        argnums: tuple[Literal[0]] | Literal[-1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[X, P, Any]: ...


class Elementwise(Protocol[Options, V_co, A_co, N_co]):
    """A transform of an elementwise function: as `Transform`, but for functions of arrays and numbers alone."""

    __name__: str

    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Number, P], OfNumber],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Number, P, OfNumber]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Plain, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Outcome],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[T, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[Variable, Variable, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[Variable, Variable, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, T2, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[T, T2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, T2, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[T, T2, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, Traced, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, T2, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[T, Concatenate[S, T2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, S2, T2, P], Any],
        argnums: Literal[3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[T, Concatenate[S, S2, T2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, P], Any],
        argnums: Literal[2, 3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: int | Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, T2, P], Result],
        argnums: int,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[T, Concatenate[T2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, P], Any],
        argnums: Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[T, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Any],
        argnums: tuple[Literal[0]] | Literal[-1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Returning[T, P, Any]: ...


class TransformWithAux(Protocol):
    """A transform of a function f to its first derivatives, with the options `has_aux` and `holomorphic`."""

    __name__: str

    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, P], tuple[Result, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[Variable, P, Arrays, Aux]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Number, P], OfNumber],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Number, P, OfNumber]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Plain, P], Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Outcome],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[X, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], tuple[Outcome, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[X, P, Any, Aux]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Literal[1],
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfSecond[Variable, Variable, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Both,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfBoth[
        Variable, Variable, P, Pair[Variable], Pair[Arrays], Any, Pair[OfPython], Pair[Arrays], Pair[Arrays]
    ]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: Literal[1],
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfSecond[X, X2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: Both,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfBoth[X, X2, P, Pair[Variable], Pair[Arrays], Any, Pair[OfPython], Pair[Arrays], Pair[Arrays]]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, Traced, P], Any],
        argnums: Literal[2],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, X2, P], Any],
        argnums: Literal[2],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[X, Concatenate[S, X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, S2, X2, P], Any],
        argnums: Literal[3],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[X, Concatenate[S, S2, X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Literal[2, 3],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: int | Sequence[int],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: int,
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[X, Concatenate[X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Sequence[int],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[X, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Any],
        argnums: tuple[Literal[0]] | Literal[-1],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[X, P, Any]: ...


class Summed(Protocol[Options]):
    """A transform of a function f to a sum of derivatives."""

    __name__: str

    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Number, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[Number, P, Number]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[NDArray[Inexact], P, Inexact]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, P, Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, Traced, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[Variable, Concatenate[Variable, Variable, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, X2, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, Concatenate[S, X2, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, S2, X2, P], Any],
        argnums: Literal[3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, Concatenate[S, S2, X2, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Literal[2, 3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: int | Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[Variable, Concatenate[Variable, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, X2, P], Result],
        argnums: int,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, Concatenate[X2, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, S, P], Any],
        argnums: Sequence[int],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, Concatenate[S, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[X, P], Any],
        argnums: tuple[Literal[0]] | Literal[-1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[X, P, Scalar]: ...


Untyped: TypeAlias = Callable[Concatenate[Callable[..., Any], int | Sequence[int], Options], Any]
FirstOrder: TypeAlias = Transform[Options, Pair[Variable], Pair[Arrays], Pair[OfPython]]
OfElements: TypeAlias = Elementwise[Options, Pair[Variable], Pair[Arrays], Pair[OfPython]]
SecondOrder: TypeAlias = Transform[Options, Pair[Pair[Variable]], Pair[Pair[Arrays]], Pair[Pair[OfPython]]]


# cast: a checker cannot derive overloads
def first_order(transform: Untyped[Options]) -> FirstOrder[Options]:
    """Type a transform to first derivatives: one result for each of several arguments."""
    return cast(FirstOrder[Options], names_argnums(transform))


def elementwise(transform: Untyped[Options]) -> OfElements[Options]:
    """Type a transform of elementwise functions to first derivatives: one result for each of several arguments."""
    return cast(OfElements[Options], names_argnums(transform))


def first_order_with_aux(transform: Callable[..., Any]) -> TransformWithAux:
    """Type a transform to first derivatives, with the options `has_aux` and `holomorphic`."""
    return cast(TransformWithAux, names_argnums(transform))


def second_order(transform: Untyped[Options]) -> SecondOrder[Options]:
    """Type a transform to second derivatives: one result for each pair of several arguments."""
    return cast(SecondOrder[Options], names_argnums(transform))


def summed(transform: Untyped[Options]) -> Summed[Options]:
    """Type a transform to a sum of derivatives: one result for all arguments together."""
    return cast(Summed[Options], names_argnums(transform))
