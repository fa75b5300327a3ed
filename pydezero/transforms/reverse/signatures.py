"""The types of `grad(f)` and `value_and_grad(f)`.

Where a differentiated argument of f is a Variable, the gradient may be asked for at a Variable, which gives a Variable,
at a Python number, which gives a NumPy scalar, and at arrays, which gives arrays. Where it is anything else (an
`NDArray[np.float64]`, a float, a container of arrays), the gradient has the type of the argument; that of an int is a
float. The arguments that are not differentiated stay what they are, but arrays may stand for further Variables.
"""

from __future__ import annotations

from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.positions import OfBoth, OfSecond
from pydezero.transforms.boundary.signatures import CalledLike

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)

Floats: TypeAlias = NDArray[np.floating[Any]]

# The value of a function of Variables: of whichever precision.
Scalar: TypeAlias = np.floating[Any]


class Grad(CalledLike[T, P, Variable, Floats, T, np.float64, Scalar | Any], Generic[T, P]):
    """`grad(f)`."""


class GradWithAux(
    CalledLike[
        T,
        P,
        tuple[Variable, Aux_co],
        tuple[Floats, Aux_co],
        tuple[T, Aux_co],
        tuple[np.float64, Aux_co],
        tuple[Scalar | Any, Aux_co],
    ],
    Generic[T, P, Aux_co],
):
    """`grad(f, has_aux=True)`."""


class ValueAndGrad(
    CalledLike[
        T,
        P,
        tuple[Variable, Variable],
        tuple[Scalar, Floats],
        tuple[R_co, T],
        tuple[Scalar, np.float64],
        tuple[Scalar, Scalar | Any],
    ],
    Generic[T, P, R_co],
):
    """`value_and_grad(f)`."""


class ValueAndGradWithAux(
    CalledLike[
        T,
        P,
        tuple[tuple[Variable, Aux_co], Variable],
        tuple[tuple[Scalar, Aux_co], Floats],
        tuple[tuple[R_co, Aux_co], T],
        tuple[tuple[Scalar, Aux_co], np.float64],
        tuple[tuple[Scalar, Aux_co], Scalar | Any],
    ],
    Generic[T, P, R_co, Aux_co],
):
    """`value_and_grad(f, has_aux=True)`."""


class GradOfSecond(OfSecond[T, U, P, Variable, Floats, U, np.float64, Scalar | Any], Generic[T, U, P]):
    """`grad(f, argnums=1)`."""


class GradOfBoth(
    OfBoth[
        T,
        U,
        P,
        tuple[Variable, Variable],
        tuple[Floats, Floats],
        tuple[T, U],
        tuple[np.float64, np.float64],
        tuple[np.float64, Floats],
        tuple[Floats, np.float64],
    ],
    Generic[T, U, P],
):
    """`grad(f, argnums=(0, 1))`."""


class ValueAndGradOfSecond(
    OfSecond[
        T,
        U,
        P,
        tuple[Variable, Variable],
        tuple[Scalar, Floats],
        tuple[R_co, U],
        tuple[Scalar, np.float64],
        tuple[Scalar, Scalar | Any],
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
        tuple[Scalar, tuple[Floats, Floats]],
        tuple[R_co, tuple[T, U]],
        tuple[Scalar, tuple[np.float64, np.float64]],
        tuple[Scalar, tuple[np.float64, Floats]],
        tuple[Scalar, tuple[Floats, np.float64]],
    ],
    Generic[T, U, P, R_co],
):
    """`value_and_grad(f, argnums=(0, 1))`."""
