"""The functions that `jacobian`, `hessian` and their siblings return, and the type variables of their signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.signatures import CalledLike, Differentiable, OfNumPy, OfPython
from pydezero.transforms.reverse.signatures import Scalar

T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Aux_co = TypeVar("Aux_co", covariant=True)

P = ParamSpec("P")
Q = ParamSpec("Q")
S = TypeVar("S")
S2 = TypeVar("S2")
S3 = TypeVar("S3")
R = TypeVar("R")

# What a derivative is taken with respect to, be it a container.
X = TypeVar("X", bound=Differentiable)
X2 = TypeVar("X2", bound=Differentiable)

# The dtype is that of the argument or of the result: Any.
Arrays: TypeAlias = NDArray[Any]

# The user's type for a number, and the derivative with respect to it of a function to numbers.
Number = TypeVar("Number", bound="np.number[Any] | complex")
OfNumber = TypeVar("OfNumber", bound="np.number[Any] | complex")

# The user's type for an array or a number; the derivative with respect to it is a plain array.
Plain = TypeVar("Plain", bound="NDArray[Any] | np.number[Any] | complex")

# Of an array of floats or complex numbers, whose dtype the derivative has.
Inexact = TypeVar("Inexact", bound=np.inexact[Any])

Pair: TypeAlias = tuple[S, S]

# A function of an S, of an S and an S2, and so on, and of what P has, that gives an R.
Fun: TypeAlias = Callable[Concatenate[S, P], R]
Fun2: TypeAlias = Callable[Concatenate[S, S2, P], R]
Fun3: TypeAlias = Callable[Concatenate[S, S2, S3, P], R]

# A transform as it runs.
Untyped: TypeAlias = Callable[Concatenate[Callable[..., Any], int | Sequence[int], Q], Any]


class OfFirst(CalledLike[T_contra, P, Variable, Arrays, R_co, OfPython, OfNumPy], Generic[T_contra, P, R_co]):
    """The derivative with respect to the first argument; where that is no Variable, the derivative is an R."""


class OfFirstWithAux(
    CalledLike[
        T_contra,
        P,
        tuple[Variable, Aux_co],
        tuple[Arrays, Aux_co],
        tuple[R_co, Aux_co],
        tuple[OfPython, Aux_co],
        tuple[OfNumPy, Aux_co],
    ],
    Generic[T_contra, P, R_co, Aux_co],
):
    """The derivative with respect to the first argument, of a function with has_aux."""


class OfSum(CalledLike[T_contra, P, Variable, Scalar, R_co, np.float64, Scalar], Generic[T_contra, P, R_co]):
    """A sum of derivatives: a scalar, an R where the first argument is no Variable."""
