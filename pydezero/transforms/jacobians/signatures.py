"""The types of `jacobian`, `hessian` and their siblings, and of the functions that they return.

Where a differentiated argument of f is a Variable, the derivative takes a Variable and returns Variables, or takes an
array or a number and returns arrays. With respect to several arguments its result is a tuple, or a tuple of tuples: V
is the type of that result for Variables, A for arrays.

The decorators at the end give each transform its overloads, which are written once. At run time it stays a plain
function with its own docstring and signature, which also answers to another library's name of `argnums`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.arguments import names_argnums
from pydezero.transforms.boundary.signatures import CalledLike, Differentiable, Result, Traced

P = ParamSpec("P")
Options = ParamSpec("Options")
T = TypeVar("T", bound=Differentiable)
Aux = TypeVar("Aux")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
Other_co = TypeVar("Other_co", covariant=True)
S = TypeVar("S")

# The dtype is that of the argument or of the result: Any.
Arrays: TypeAlias = NDArray[Any]

# The user's type for an array or a number; the derivative with respect to it is a plain array.
Plain = TypeVar("Plain", bound="NDArray[Any] | np.number[Any] | complex")

# Of an array of floats or complex numbers, whose dtype the derivative has.
Inexact = TypeVar("Inexact", bound=np.inexact[Any])

# Positions whose derivatives have no types of their own.
Later: TypeAlias = Literal[-1, 2, 3] | Sequence[int]
Both: TypeAlias = tuple[Literal[0], Literal[1]]
Pair: TypeAlias = tuple[S, S]


class OfFirst(CalledLike[T_contra, P, Variable, Arrays, R_co, Arrays], Generic[T_contra, P, R_co]):
    """The derivative with respect to the first argument; where that is no Variable, the derivative is an R."""


class OfFirstWithAux(
    CalledLike[T_contra, P, tuple[Variable, Aux_co], tuple[Arrays, Aux_co], tuple[R_co, Aux_co], tuple[Arrays, Aux_co]],
    Generic[T_contra, P, R_co, Aux_co],
):
    """The derivative with respect to the first argument, of a function with has_aux."""


class OfSecond(Protocol[T_contra, P, V_co, A_co]):
    """The derivative with respect to the second argument."""

    @overload
    def __call__(self, x: T_contra, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> V_co: ...
    @overload
    def __call__(self, x: T_contra, y: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


class OfBoth(Protocol[P, V_co, A_co]):
    """The derivative with respect to the first two arguments."""

    @overload
    def __call__(self, x: Variable, y: Operand, /, *args: P.args, **kwargs: P.kwargs) -> V_co: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


# Two protocols: `has_aux` cannot be one of the options that a ParamSpec holds, since its value chooses the overload.
class Transform(Protocol[Options, V_co, A_co, Other_co]):
    """A transform of a function f to its derivative, with options after `argnums`.

    Functions of a Variable have overloads of their own; because of them a checker takes the argument of a lambda for a
    Variable.
    """

    __name__: str

    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, Variable, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[T, P, Variable, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Variable, Variable, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[P, V_co, A_co]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # then what may be a container
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # then what may be a container
        self,
        f: Callable[Concatenate[Plain, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Differentiable],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[T, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: Later,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> CalledLike[Variable, Concatenate[Variable, P], Other_co, Other_co, Other_co, Other_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, P], Any],
        argnums: Later,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Callable[Concatenate[T, S, P], Other_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Any],
        argnums: tuple[Literal[0]],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Callable[Concatenate[T, P], Other_co]: ...


class Elementwise(Protocol[Options, V_co, A_co, Other_co]):
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
        f: Callable[Concatenate[T, Variable, P], Result],
        argnums: Literal[1],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSecond[T, P, Variable, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Variable, Variable, P], Result],
        argnums: Both,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfBoth[P, V_co, A_co]: ...
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
        f: Callable[Concatenate[Plain, P], Differentiable],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Plain, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: Later,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> CalledLike[Variable, Concatenate[Variable, P], Other_co, Other_co, Other_co, Other_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, P], Any],
        argnums: Later,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Callable[Concatenate[T, S, P], Other_co]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Any],
        argnums: tuple[Literal[0]],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> Callable[Concatenate[T, P], Other_co]: ...


class TransformWithAux(Protocol):
    """A transform of a function f to its first derivatives, with the options `has_aux` and `holomorphic`."""

    __name__: str

    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self,
        f: Callable[Concatenate[Traced, P], Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
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
        f: Callable[Concatenate[T, Variable, P], Result],
        argnums: Literal[1],
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfSecond[T, P, Variable, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Variable, Variable, P], Result],
        argnums: Both,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfBoth[P, Pair[Variable], Pair[Arrays]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # then what may be a container
        self,
        f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # then what may be a container
        self,
        f: Callable[Concatenate[Plain, P], Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Differentiable],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[T, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], tuple[Differentiable, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[T, P, Any, Aux]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Any],
        argnums: Later,
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> CalledLike[Variable, Concatenate[Variable, P], Any, Any, Any, Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, S, P], Any],
        argnums: Later,
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Callable[Concatenate[T, S, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], Any],
        argnums: tuple[Literal[0]],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Callable[Concatenate[T, P], Any]: ...


Untyped: TypeAlias = Callable[Concatenate[Callable[..., Any], int | Sequence[int], Options], Any]
FirstOrder: TypeAlias = Transform[Options, Pair[Variable], Pair[Arrays], Any]
OfElements: TypeAlias = Elementwise[Options, Pair[Variable], Pair[Arrays], Any]
SecondOrder: TypeAlias = Transform[Options, Pair[Pair[Variable]], Pair[Pair[Arrays]], Any]
Summed: TypeAlias = Transform[Options, Variable, Arrays, Arrays]


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
