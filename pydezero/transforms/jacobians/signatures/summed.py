"""The type of `laplacian`, a transform to a sum of derivatives."""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, Protocol, cast, overload

from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import names_argnums
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
    Inexact,
    Number,
    OfSum,
    Options,
    P,
    S,
    Untyped,
    X,
)
from pydezero.transforms.reverse.signatures import Scalar


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
        f: Callable[Concatenate[S, S2, X2, P], Any],
        argnums: Literal[2],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[S, Concatenate[S2, X2, P], Scalar]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[S, S2, S3, X2, P], Any],
        argnums: Literal[3],
        *args: Options.args,
        **kwargs: Options.kwargs,
    ) -> OfSum[S, Concatenate[S2, S3, X2, P], Scalar]: ...
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
        self, f: Callable[Concatenate[X, X2, P], Result], argnums: int, *args: Options.args, **kwargs: Options.kwargs
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


def summed(transform: Untyped[Options]) -> Summed[Options]:
    """Type a transform to a sum of derivatives: one result for all arguments together."""
    # cast: a checker cannot derive overloads
    return cast(Summed[Options], names_argnums(transform))
