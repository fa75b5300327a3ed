"""The types of `sparse_jacobian` and `sparse_hessian`, and of what they return."""

# The overloads overlap on purpose, and stand in order: Variables before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.arguments import names_argnums
from pydezero.transforms.boundary.signatures import Outcome, Result, Traced
from pydezero.transforms.jacobians.signatures.results import Untyped
from pydezero.transforms.sparse.layout import Matrix
from pydezero.transforms.sparse.prepared import PreparedDerivative

P = ParamSpec("P")
Q = ParamSpec("Q")
R_co = TypeVar("R_co", covariant=True)
Plain = TypeVar("Plain", bound="NDArray[Any] | np.number[Any] | complex")


class SparseDerivative(Protocol[P, R_co]):
    """A function that returns a derivative as sparse arrays."""

    __name__: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    def prepare(self, *args: P.args, **kwargs: P.kwargs) -> PreparedDerivative[P, R_co]:
        """The function with a pattern and a colouring that are found once, at arguments like these.

        Raises:
            Exception: what a call with these arguments raises.
        """
        ...


class PreparedOfVariable(PreparedDerivative[Concatenate[ArrayOrNumber, P], Matrix], Generic[P]):
    """The type of a prepared derivative of a function of Variables, which takes them inside of other transforms.

    It returns a `pydezero.scipy.sparse.SparseArray` there, which is defined above this room.
    """

    if TYPE_CHECKING:

        @overload
        def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Any: ...
        @overload
        def __call__(self, x: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> Matrix: ...
        def __call__(self, x: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any: ...


class DerivativeOfVariable(Protocol[P]):
    """A function that returns a derivative of a function of Variables as a sparse array."""

    __name__: str

    @overload
    def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Any: ...
    @overload
    def __call__(self, x: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> Matrix: ...
    def prepare(self, x: Operand, /, *args: P.args, **kwargs: P.kwargs) -> PreparedOfVariable[P]:
        """The function with its pattern and colouring found once, as of `SparseDerivative`."""
        ...


class SparseTransform(Protocol[Q]):
    """A transform of a function to a sparse derivative, with options after `argnums`.

    The functions of Variables come first; because of them a checker takes the arguments of a lambda for Variables.
    What a function of several Variables is called with is not checked: a function without a type passes for one. Where
    the derivative is that of a container, or with respect to several arguments, it may be a container.
    """

    __name__: str

    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Result],
        argnums: Literal[0, 1] = ...,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> SparseDerivative[..., Matrix]: ...
    @overload
    def __call__(
        self, f: Callable[Concatenate[Traced, P], Result], argnums: Literal[0] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> DerivativeOfVariable[P]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Plain, P], NDArray[Any] | np.number[Any] | complex],
        argnums: Literal[0] = ...,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> SparseDerivative[Concatenate[Plain, P], Matrix]: ...
    @overload
    def __call__(
        self,
        f: Callable[Concatenate[Traced, Traced, P], Outcome],
        argnums: int | Sequence[int],
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> SparseDerivative[Concatenate[ArrayOrNumber, ArrayOrNumber, P], Any]: ...
    @overload
    def __call__(
        self, f: Callable[P, Outcome], argnums: int | Sequence[int] = ..., *args: Q.args, **kwargs: Q.kwargs
    ) -> SparseDerivative[P, Any]: ...


def sparse_derivative(transform: Untyped[Q]) -> SparseTransform[Q]:
    """Type a transform to sparse derivatives."""
    return cast(SparseTransform[Q], names_argnums(transform))  # cast: a checker cannot derive overloads
