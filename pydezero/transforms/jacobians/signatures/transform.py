"""The types of transforms to first and to second derivatives.

With respect to several arguments the result is a tuple, or a tuple of tuples: V is the type of that result for
Variables, A for arrays, N for numbers.
"""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, Protocol, TypeAlias, TypeVar, cast, overload

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
    X2,
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
    X,
)

V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)


class Transform(Protocol[Q, V_co, A_co, N_co]):
    """A transform of a function f to its derivative, with options after `argnums`.

    Functions of a Variable have overloads of their own; because of them a checker takes the argument of a lambda for a
    Variable.
    """

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
        self, f: Fun[X, P, Outcome], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfFirst[X, P, Any]: ...
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
        self, f: Fun2[S, X2, P, Result], argnums: Literal[1], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSecond[S, X2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self, f: Fun2[X, X2, P, Result], argnums: Both, *args: Q.args, **kwargs: Q.kwargs
    ) -> OfBoth[X, X2, P, V_co, A_co, Any, N_co, A_co, A_co]: ...
    @overload
    def __call__(
        self, f: Fun3[Traced, Traced, Traced, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun3[S, S2, X2, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[S, Concatenate[S2, X2, P], Any]: ...
    @overload
    def __call__(
        self, f: Callable[Concatenate[S, S2, S3, X2, P], Any], argnums: Literal[3], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[S, Concatenate[S2, S3, X2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Literal[2, 3], *args: Q.args, **kwargs: Q.kwargs
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Any], argnums: int | Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, X2, P, Result], argnums: int, *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[X, Concatenate[X2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[X, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun[X, P, Any], argnums: OtherwiseFirst, *args: Q.args, **kwargs: Q.kwargs
    ) -> Returning[X, P, Any]: ...


FirstOrder: TypeAlias = Transform[Q, Pair[Variable], Pair[Arrays], Pair[OfPython]]
SecondOrder: TypeAlias = Transform[Q, Pair[Pair[Variable]], Pair[Pair[Arrays]], Pair[Pair[OfPython]]]


# cast: a checker cannot derive overloads
def first_order(transform: Untyped[Q]) -> FirstOrder[Q]:
    """Type a transform to first derivatives: one result for each of several arguments."""
    return cast(FirstOrder[Q], names_argnums(transform))


def second_order(transform: Untyped[Q]) -> SecondOrder[Q]:
    """Type a transform to second derivatives: one result for each pair of several arguments."""
    return cast(SecondOrder[Q], names_argnums(transform))
