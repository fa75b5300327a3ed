"""The types of `grad(f)` and `value_and_grad(f)`.

Where a differentiated argument of f is a Variable, the gradient may be asked for at a Variable, which gives a Variable,
at a Python number, which gives a NumPy scalar, and at arrays, which gives arrays. Where it is anything else (an
`NDArray[np.float64]`, a float, a container of arrays), the gradient has the type of the argument; that of an int is a
float. The arguments that are not differentiated stay what they are.
"""

from __future__ import annotations

from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.variable import Variable

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)

Floats: TypeAlias = NDArray[np.floating[Any]]

# The value of a function of Variables: of whichever precision.
Scalar: TypeAlias = np.floating[Any]


class Grad(Protocol[T, P]):
    """`grad(f)`."""

    @overload
    def __call__(self: Grad[Variable, P], x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self: Grad[Variable, P], x: float, /, *args: P.args, **kwargs: P.kwargs) -> np.float64: ...
    @overload
    def __call__(self: Grad[Variable, P], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Floats: ...
    @overload
    def __call__(self: Grad[int, P] | Grad[bool, P], x: int, /, *args: P.args, **kwargs: P.kwargs) -> np.float64: ...
    @overload
    def __call__(self, x: T, /, *args: P.args, **kwargs: P.kwargs) -> T: ...


class GradWithAux(Protocol[T, P, Aux_co]):
    """`grad(f, has_aux=True)`."""

    @overload
    def __call__(
        self: GradWithAux[Variable, P, Aux_co], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Variable, Aux_co]: ...
    @overload
    def __call__(
        self: GradWithAux[Variable, P, Aux_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[np.float64, Aux_co]: ...
    @overload
    def __call__(
        self: GradWithAux[Variable, P, Aux_co], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Floats, Aux_co]: ...
    @overload
    def __call__(
        self: GradWithAux[int, P, Aux_co] | GradWithAux[bool, P, Aux_co], x: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[np.float64, Aux_co]: ...
    @overload
    def __call__(self, x: T, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, Aux_co]: ...


class GradOfSecond(Protocol[T_contra, U, P]):
    """`grad(f, argnums=1)`."""

    @overload
    def __call__(
        self: GradOfSecond[T_contra, Variable, P], x: T_contra, y: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> Variable: ...
    @overload
    def __call__(
        self: GradOfSecond[T_contra, Variable, P], x: T_contra, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> np.float64: ...
    @overload
    def __call__(
        self: GradOfSecond[T_contra, Variable, P], x: T_contra, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> Floats: ...
    @overload
    def __call__(
        self: GradOfSecond[T_contra, int, P] | GradOfSecond[T_contra, bool, P],
        x: T_contra,
        y: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> np.float64: ...
    @overload
    def __call__(self, x: T_contra, y: U, /, *args: P.args, **kwargs: P.kwargs) -> U: ...


class GradOfBoth(Protocol[T, U, P]):
    """`grad(f, argnums=(0, 1))`."""

    @overload
    def __call__(
        self: GradOfBoth[Variable, Variable, P], x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(
        self: GradOfBoth[Variable, Variable, P], x: float, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(
        self: GradOfBoth[Variable, Variable, P], x: ArrayLike, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Floats, Floats]: ...
    @overload
    def __call__(
        self: GradOfBoth[int, int, P], x: int, y: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[np.float64, np.float64]: ...
    @overload
    def __call__(self, x: T, y: U, /, *args: P.args, **kwargs: P.kwargs) -> tuple[T, U]: ...


class ValueAndGrad(Protocol[T, P, R_co]):
    """`value_and_grad(f)`."""

    @overload
    def __call__(
        self: ValueAndGrad[Variable, P, Variable], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(
        self: ValueAndGrad[Variable, P, Variable], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Scalar, np.float64]: ...
    @overload
    def __call__(
        self: ValueAndGrad[Variable, P, Variable], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Scalar, Floats]: ...
    @overload
    def __call__(
        self: ValueAndGrad[int, P, R_co] | ValueAndGrad[bool, P, R_co], x: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[R_co, np.float64]: ...
    @overload
    def __call__(self, x: T, /, *args: P.args, **kwargs: P.kwargs) -> tuple[R_co, T]: ...


class ValueAndGradWithAux(Protocol[T, P, R_co, Aux_co]):
    """`value_and_grad(f, has_aux=True)`."""

    @overload
    def __call__(
        self: ValueAndGradWithAux[Variable, P, Variable, Aux_co], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[Variable, Aux_co], Variable]: ...
    @overload
    def __call__(
        self: ValueAndGradWithAux[Variable, P, Variable, Aux_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[Scalar, Aux_co], np.float64]: ...
    @overload
    def __call__(
        self: ValueAndGradWithAux[Variable, P, Variable, Aux_co], x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[Scalar, Aux_co], Floats]: ...
    @overload
    def __call__(
        self: ValueAndGradWithAux[int, P, R_co, Aux_co] | ValueAndGradWithAux[bool, P, R_co, Aux_co],
        x: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[tuple[R_co, Aux_co], np.float64]: ...
    @overload
    def __call__(self, x: T, /, *args: P.args, **kwargs: P.kwargs) -> tuple[tuple[R_co, Aux_co], T]: ...


class ValueAndGradOfSecond(Protocol[T_contra, U, P, R_co]):
    """`value_and_grad(f, argnums=1)`."""

    @overload
    def __call__(
        self: ValueAndGradOfSecond[T_contra, Variable, P, Variable],
        x: T_contra,
        y: Variable,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(
        self: ValueAndGradOfSecond[T_contra, Variable, P, Variable],
        x: T_contra,
        y: float,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Scalar, np.float64]: ...
    @overload
    def __call__(
        self: ValueAndGradOfSecond[T_contra, Variable, P, Variable],
        x: T_contra,
        y: ArrayLike,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Scalar, Floats]: ...
    @overload
    def __call__(
        self: ValueAndGradOfSecond[T_contra, int, P, R_co] | ValueAndGradOfSecond[T_contra, bool, P, R_co],
        x: T_contra,
        y: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[R_co, np.float64]: ...
    @overload
    def __call__(self, x: T_contra, y: U, /, *args: P.args, **kwargs: P.kwargs) -> tuple[R_co, U]: ...


class ValueAndGradOfBoth(Protocol[T, U, P, R_co]):
    """`value_and_grad(f, argnums=(0, 1))`."""

    @overload
    def __call__(
        self: ValueAndGradOfBoth[Variable, Variable, P, Variable],
        x: Variable,
        y: Variable,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Variable, tuple[Variable, Variable]]: ...
    @overload
    def __call__(
        self: ValueAndGradOfBoth[Variable, Variable, P, Variable],
        x: float,
        y: float,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Scalar, tuple[np.float64, np.float64]]: ...
    @overload
    def __call__(
        self: ValueAndGradOfBoth[Variable, Variable, P, Variable],
        x: ArrayLike,
        y: ArrayLike,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Scalar, tuple[Floats, Floats]]: ...
    @overload
    def __call__(
        self: ValueAndGradOfBoth[int, int, P, R_co], x: int, y: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[R_co, tuple[np.float64, np.float64]]: ...
    @overload
    def __call__(self, x: T, y: U, /, *args: P.args, **kwargs: P.kwargs) -> tuple[R_co, tuple[T, U]]: ...
