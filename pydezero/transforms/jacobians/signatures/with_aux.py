"""The type of `jacobian` and its siblings with the options `has_aux` and `holomorphic`.

`has_aux` cannot be one of the options that a ParamSpec holds, since its value chooses the overload.
"""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, Protocol, TypeVar, cast, overload

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
    OfFirstWithAux,
    OfNumber,
    P,
    Pair,
    Plain,
    S,
    X,
)

Aux = TypeVar("Aux")


class TransformWithAux(Protocol):
    """A transform of a function f to its first derivatives, with the options `has_aux` and `holomorphic`."""

    __name__: str

    @overload
    def __call__(
        self,
        f: Fun[Traced, P, Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self,
        f: Fun[Traced, P, tuple[Result, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[Variable, P, Arrays, Aux]: ...
    @overload
    def __call__(
        self,
        f: Fun[Number, P, OfNumber],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Number, P, OfNumber]: ...
    @overload
    def __call__(
        self,
        f: Fun[NDArray[Inexact], P, NDArray[Inexact] | Inexact | float],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
    @overload
    def __call__(
        self,
        f: Fun[Plain, P, Result],
        argnums: Literal[0] = ...,
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfFirst[Plain, P, Arrays]: ...
    @overload
    def __call__(
        self, f: Fun[X, P, Outcome], argnums: Literal[0] = ..., has_aux: Literal[False] = ..., holomorphic: bool = ...
    ) -> OfFirst[X, P, Any]: ...
    @overload
    def __call__(
        self,
        f: Fun[X, P, tuple[Outcome, Aux]],
        argnums: Literal[0] = ...,
        *,
        has_aux: Literal[True],
        holomorphic: bool = ...,
    ) -> OfFirstWithAux[X, P, Any, Aux]: ...
    @overload
    def __call__(
        self,
        f: Fun2[Traced, Traced, P, Result],
        argnums: Literal[1],
        has_aux: Literal[False] = ...,
        holomorphic: bool = ...,
    ) -> OfSecond[Variable, Variable, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Result], argnums: Both, has_aux: Literal[False] = ..., holomorphic: bool = ...
    ) -> OfBoth[
        Variable, Variable, P, Pair[Variable], Pair[Arrays], Any, Pair[OfPython], Pair[Arrays], Pair[Arrays]
    ]: ...
    @overload
    def __call__(
        self, f: Fun2[S, X2, P, Result], argnums: Literal[1], has_aux: Literal[False] = ..., holomorphic: bool = ...
    ) -> OfSecond[S, X2, P, Variable, Arrays, Any, OfPython, OfNumPy]: ...
    @overload
    def __call__(
        self, f: Fun2[X, X2, P, Result], argnums: Both, has_aux: Literal[False] = ..., holomorphic: bool = ...
    ) -> OfBoth[X, X2, P, Pair[Variable], Pair[Arrays], Any, Pair[OfPython], Pair[Arrays], Pair[Arrays]]: ...
    @overload
    def __call__(
        self, f: Fun3[Traced, Traced, Traced, P, Any], argnums: Literal[2], has_aux: bool = ..., holomorphic: bool = ...
    ) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun3[S, S2, X2, P, Any], argnums: Literal[2], has_aux: bool = ..., holomorphic: bool = ...
    ) -> Returning[S, Concatenate[S2, X2, P], Any]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[S, S2, S3, X2, P], Any],
        argnums: Literal[3],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[S, Concatenate[S2, S3, X2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Literal[2, 3], has_aux: bool = ..., holomorphic: bool = ...
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self,
        f: Fun2[Traced, Traced, P, Any],
        argnums: int | Sequence[int],
        has_aux: bool = ...,
        holomorphic: bool = ...,
    ) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, X2, P, Result], argnums: int, has_aux: bool = ..., holomorphic: bool = ...
    ) -> Returning[X, Concatenate[X2, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Sequence[int], has_aux: bool = ..., holomorphic: bool = ...
    ) -> Returning[X, Concatenate[S, P], Any]: ...
    @overload
    def __call__(
        self, f: Fun[X, P, Any], argnums: OtherwiseFirst, has_aux: bool = ..., holomorphic: bool = ...
    ) -> Returning[X, P, Any]: ...


def first_order_with_aux(transform: Callable[..., Any]) -> TransformWithAux:
    """Type a transform to first derivatives, with the options `has_aux` and `holomorphic`."""
    # cast: a checker cannot derive overloads
    return cast(TransformWithAux, names_argnums(transform))
