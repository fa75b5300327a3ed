"""The types of `grad(f)` and `value_and_grad(f)`.

Where a differentiated argument of f is a Variable, the gradient may be asked for at a Variable, which gives a Variable,
at a Python number, which gives a NumPy scalar, and at arrays, which gives arrays. Where it is anything else (an
`NDArray[np.float64]`, a float, a container of arrays), the gradient has the type of the argument; that of an int is a
float. The arguments that are not differentiated stay what they are, but arrays may stand for further Variables.
"""

from __future__ import annotations

from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.signatures import CalledLike

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
T_contra = TypeVar("T_contra", contravariant=True)
U_contra = TypeVar("U_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
G_co = TypeVar("G_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)

Floats: TypeAlias = NDArray[np.floating[Any]]

# The value of a function of Variables: of whichever precision.
Scalar: TypeAlias = np.floating[Any]


class Grad(CalledLike[T, P, Variable, Floats, T, np.float64], Generic[T, P]):
    """`grad(f)`."""


class GradWithAux(
    CalledLike[T, P, tuple[Variable, Aux_co], tuple[Floats, Aux_co], tuple[T, Aux_co], tuple[np.float64, Aux_co]],
    Generic[T, P, Aux_co],
):
    """`grad(f, has_aux=True)`."""


class ValueAndGrad(
    CalledLike[
        T,
        P,
        tuple[Variable, Variable],
        tuple[np.floating[Any], Floats],
        tuple[R_co, T],
        tuple[np.floating[Any], np.float64],
    ],
    Generic[T, P, R_co],
):
    """`value_and_grad(f)`."""


class ValueAndGradWithAux(
    CalledLike[
        T,
        P,
        tuple[tuple[Variable, Aux_co], Variable],
        tuple[tuple[np.floating[Any], Aux_co], Floats],
        tuple[tuple[R_co, Aux_co], T],
        tuple[tuple[np.floating[Any], Aux_co], np.float64],
    ],
    Generic[T, P, R_co, Aux_co],
):
    """`value_and_grad(f, has_aux=True)`."""


class OfSecond(Generic[T_contra, U_contra, P, V_co, A_co, G_co, N_co]):
    """A transform with `argnums=1` of a function of a T and a U.

    If both are Variables, its result for Variables is V, for arrays A; if U alone is, likewise; otherwise it is G.
    """

    @overload
    def __call__(
        self: OfSecond[T_contra, Variable, P, V_co, A_co, G_co, N_co],
        x: T_contra,
        y: float,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(
        self: OfSecond[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: Operand,
        y: Variable,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfSecond[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: Operand,
        y: ArrayOrNumber,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfSecond[Variable, Variable, [Variable], V_co, A_co, G_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        /,
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfSecond[Variable, Variable, [Variable], V_co, A_co, G_co, N_co],
        x: Operand,
        y: Operand,
        z: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfSecond[T_contra, Variable, P, V_co, A_co, G_co, N_co],
        x: T_contra,
        y: Variable,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfSecond[T_contra, Variable, P, V_co, A_co, G_co, N_co],
        x: T_contra,
        y: ArrayOrNumber,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfSecond[T_contra, int, P, V_co, A_co, G_co, N_co],
        x: T_contra,
        y: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, y: U_contra, /, *args: P.args, **kwargs: P.kwargs) -> G_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function


class OfBoth(Generic[T_contra, U_contra, P, V_co, A_co, G_co, N_co]):
    """A transform with `argnums=(0, 1)` of a function of a T and a U: as `OfSecond`."""

    @overload
    def __call__(
        self: OfBoth[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: float,
        y: float,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(
        self: OfBoth[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: Variable,
        y: Operand,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfBoth[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfBoth[Variable, Variable, [Variable], V_co, A_co, G_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        /,
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfBoth[Variable, Variable, [Variable], V_co, A_co, G_co, N_co],
        x: Operand,
        y: Operand,
        z: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfBoth[Variable, Variable, P, V_co, A_co, G_co, N_co],
        x: Operand,
        y: Operand,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfBoth[int, int, P, V_co, A_co, G_co, N_co], x: int, y: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, y: U_contra, /, *args: P.args, **kwargs: P.kwargs) -> G_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function


class GradOfSecond(OfSecond[T, U, P, Variable, Floats, U, np.float64], Generic[T, U, P]):
    """`grad(f, argnums=1)`."""


class GradOfBoth(
    OfBoth[T, U, P, tuple[Variable, Variable], tuple[Floats, Floats], tuple[T, U], tuple[np.float64, np.float64]],
    Generic[T, U, P],
):
    """`grad(f, argnums=(0, 1))`."""


class ValueAndGradOfSecond(
    OfSecond[
        T,
        U,
        P,
        tuple[Variable, Variable],
        tuple[np.floating[Any], Floats],
        tuple[R_co, U],
        tuple[np.floating[Any], np.float64],
    ],
    Generic[T, U, P, R_co],
):
    """`value_and_grad(f, argnums=1)`."""


class ValueAndGradOfBoth(
    OfBoth[
        T,
        U,
        P,
        tuple[Variable, tuple[Variable, Variable]],
        tuple[np.floating[Any], tuple[Floats, Floats]],
        tuple[R_co, tuple[T, U]],
        tuple[np.floating[Any], tuple[np.float64, np.float64]],
    ],
    Generic[T, U, P, R_co],
):
    """`value_and_grad(f, argnums=(0, 1))`."""
