"""The types of `jacobian`, `hessian` and their siblings, and of the functions that they return.

Where a differentiated argument of f is a Variable, the derivative takes a Variable and returns Variables, or takes an
array or a number and returns arrays. With respect to several arguments its result is a tuple, or a tuple of tuples: V
is the type of that result for Variables, A for arrays.

The decorators at the end give each transform its overloads, which are written once. At run time it stays a plain
function with its own docstring and signature, which also answers to another library's name of `argnums`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import names_argnums

P = ParamSpec("P")
Options = ParamSpec("Options")
T = TypeVar("T")
R = TypeVar("R")
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

# The result of a function of Variables; NumPy's stubs say that np.stack and its like return arrays.
Result: TypeAlias = Variable | NDArray[Any] | np.number[Any] | complex

Both: TypeAlias = tuple[Literal[0], Literal[1]]
Pair: TypeAlias = tuple[S, S]


class OfFirst(Protocol[T_contra, P, R_co]):
    """The derivative of a function from T to R with respect to its first argument.

    A type cannot say how containers nest: where T or R is one, the result is Any. One class serves all T and R, so that
    a checker knows the class of the derivative of a lambda even where it does not know the lambda's type.
    """

    @overload
    def __call__(self: OfFirst[Variable, P, Result], x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self: OfFirst[Variable, P, Result], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Arrays: ...
    @overload
    def __call__(self: OfFirst[Plain, P, Result], x: Plain, /, *args: P.args, **kwargs: P.kwargs) -> Arrays: ...
    @overload
    def __call__(self, x: T_contra, /, *args: P.args, **kwargs: P.kwargs) -> Any: ...


class OfFirstWithAux(Protocol[T_contra, P, R_co, Aux_co]):
    """The derivative with respect to the first argument, of a function with has_aux."""

    @overload
    def __call__(
        self: OfFirstWithAux[Variable, P, Result, Aux_co], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Variable, Aux_co]: ...
    @overload
    def __call__(
        self: OfFirstWithAux[Variable, P, Result, Aux_co], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Arrays, Aux_co]: ...
    @overload
    def __call__(
        self: OfFirstWithAux[Plain, P, Result, Aux_co], x: Plain, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Arrays, Aux_co]: ...
    @overload
    def __call__(self, x: T_contra, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Any, Aux_co]: ...


class OfSecond(Protocol[T_contra, P, V_co, A_co]):
    """The derivative with respect to the second argument."""

    @overload
    def __call__(self, x: T_contra, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> V_co: ...
    @overload
    def __call__(self, x: T_contra, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


class OfBoth(Protocol[P, V_co, A_co]):
    """The derivative with respect to the first two arguments."""

    @overload
    def __call__(self, x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> V_co: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


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
        f: Callable[Concatenate[Variable, P], Result],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[Variable, P, Result]: ...
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
    def __call__(  # type: ignore[overload-overlap]  # argnums tells them apart
        self,
        f: Callable[Concatenate[T, P], R],
        argnums: Literal[0] = ...,
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfFirst[T, P, R]: ...
    @overload
    def __call__(
        self, f: Callable[P, Any], argnums: int | Sequence[int], *args: Options.args, **kwargs: Options.kwargs
    ) -> Callable[P, Other_co]: ...


class TransformWithAux(Protocol):
    """A transform of a function f to its first derivatives, with the options `has_aux` and `holomorphic`."""

    __name__: str

    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self,
        f: Callable[Concatenate[Variable, P], Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Variable, P, Result]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self,
        f: Callable[Concatenate[Variable, P], tuple[Result, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[Variable, P, Result, Aux]: ...
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
    def __call__(  # type: ignore[overload-overlap]  # argnums tells them apart
        self,
        f: Callable[Concatenate[T, P], R],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[T, P, R]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[T, P], tuple[R, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[T, P, R, Aux]: ...
    @overload
    def __call__(
        self, f: Callable[P, Any], argnums: int | Sequence[int], has_aux: bool = ..., holomorphic: bool = ...
    ) -> Callable[P, Any]: ...


Untyped: TypeAlias = Callable[Concatenate[Callable[..., Any], int | Sequence[int], Options], Any]
FirstOrder: TypeAlias = Transform[Options, Pair[Variable], Pair[Arrays], Any]
SecondOrder: TypeAlias = Transform[Options, Pair[Pair[Variable]], Pair[Pair[Arrays]], Any]
Summed: TypeAlias = Transform[Options, Variable, Arrays, Arrays]


# cast: a checker cannot derive overloads
def first_order(transform: Untyped[Options]) -> FirstOrder[Options]:
    """Type a transform to first derivatives: one result for each of several arguments."""
    return cast(FirstOrder[Options], names_argnums(transform))


def first_order_with_aux(transform: Callable[..., Any]) -> TransformWithAux:
    """Type a transform to first derivatives, with the options `has_aux` and `holomorphic`."""
    return cast(TransformWithAux, names_argnums(transform))


def second_order(transform: Untyped[Options]) -> SecondOrder[Options]:
    """Type a transform to second derivatives: one result for each pair of several arguments."""
    return cast(SecondOrder[Options], names_argnums(transform))


def summed(transform: Untyped[Options]) -> Summed[Options]:
    """Type a transform to a sum of derivatives: one result for all arguments together."""
    return cast(Summed[Options], names_argnums(transform))
