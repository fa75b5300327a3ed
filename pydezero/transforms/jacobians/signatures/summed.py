"""The type of `laplacian`, a transform to a sum of derivatives."""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, Protocol, cast, overload

from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import names_argnums
from pydezero.transforms.boundary.positions import OtherwiseFirst
from pydezero.transforms.boundary.signatures import (
    NoSuchArgument,
    Result,
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
    OfSum,
    P,
    Q,
    S,
    Untyped,
    X,
)
from pydezero.transforms.reverse.signatures import Scalar


class Summed(Protocol[Q]):
    """A transform of a function f to a sum of derivatives."""

    __name__: str

    @overload
    def __call__(
        self, f: Fun[Traced, P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[Variable, P, Arrays]: ...
    @overload
    def __call__(
        self, f: Fun[Number, P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[Number, P, Number]: ...
    @overload
    def __call__(
        self, f: Fun[NDArray[Inexact], P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[NDArray[Inexact], P, Inexact]: ...
    @overload
    def __call__(
        self, f: Fun[X, P, Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[X, P, Scalar]: ...
    @overload
    def __call__(
        self, f: Fun3[Traced, Traced, Traced, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[Variable, Concatenate[Variable, Variable, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Fun3[S, S2, X2, P, Any], argnums: Literal[2], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[S, Concatenate[S2, X2, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Callable[Concatenate[S, S2, S3, X2, P], Any], argnums: Literal[3], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[S, Concatenate[S2, S3, X2, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Literal[2, 3], *args: Q.args, **kwargs: Q.kwargs
    ) -> NoSuchArgument: ...
    @overload
    def __call__(
        self, f: Fun2[Traced, Traced, P, Any], argnums: int | Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[Variable, Concatenate[Variable, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Fun2[X, X2, P, Result], argnums: int, *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[X, Concatenate[X2, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Fun2[X, S, P, Any], argnums: Sequence[int], *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[X, Concatenate[S, P], Scalar]: ...
    @overload
    def __call__(
        self, f: Fun[X, P, Any], argnums: OtherwiseFirst, *args: Q.args, **kwargs: Q.kwargs
    ) -> OfSum[X, P, Scalar]: ...


def summed(transform: Untyped[Q]) -> Summed[Q]:
    """Type a transform to a sum of derivatives: one result for all arguments together."""
    # cast: a checker cannot derive overloads
    return cast(Summed[Q], names_argnums(transform))
