"""What the type checker knows of `jacobian(f)`, `hessian(f)` and their siblings.

Where a differentiated argument of f is a Variable, the derivative may be asked for at a Variable, which gives one, and
at numbers and arrays, which gives arrays. Where several arguments are differentiated, V and A stand for what comes out
in these two cases: a tuple of them, or a tuple of tuples.
"""

from __future__ import annotations

from typing import Any, Literal, ParamSpec, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.variable import Variable

P = ParamSpec("P")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
S = TypeVar("S")

# Any: the dtype, which is that of the argument or of the result.
Arrays: TypeAlias = NDArray[Any]

# A type of the user's for an array or a number, from which plain arrays come out.
Plain = TypeVar("Plain", bound="NDArray[Any] | np.number[Any] | complex")

# What a function of Variables returns: to NumPy's stubs the result of np.stack and its like is an array.
Result: TypeAlias = Variable | NDArray[Any] | np.number[Any] | complex

Both: TypeAlias = tuple[Literal[0], Literal[1]]
Pair: TypeAlias = tuple[S, S]


class OfFirst(Protocol[T_contra, P, R_co]):
    """The derivative of a function from T to R. Where one of them is a container the nesting is beyond a type: Any.

    It is one class for all functions, so that a checker is sure of it where it is not of the type of a lambda.
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
    """The derivative of a function with has_aux."""

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
