"""Spherical Bessel functions, and Airy functions.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 10.51 and 9.2 (https://dlmf.nist.gov/10),
in the form that holds at 0, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol, cast, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pydezero.core.types import Array, Operand, UnaryFunction
from pydezero.core.variable import Variable
from pydezero.scipy.special.definition import elementwise, named

__all__ = [
    "airy",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
]


class SphericalFunction(Protocol):
    """A spherical Bessel function of order n, which is given, or its derivative."""

    __name__: str

    @overload
    def __call__(self, n: Operand, z: Variable, derivative: bool = False) -> Variable: ...
    @overload
    def __call__(self, n: ArrayLike, z: ArrayLike, derivative: bool = False) -> NDArray[Any]: ...


def _spherical(f: Callable[..., Array], below: int, above: int, summary: str) -> SphericalFunction:
    """A function whose derivative is made of those of the orders below and above, with these signs."""
    function: Callable[..., Any]

    def slope(n: Array, z: Array) -> Array:
        # There is none below order 0, and no need for it.
        first, second = function(np.maximum(n - 1, 0), z), function(n + 1, z)
        dtype = np.finfo(first.dtype).dtype
        return (below * n / (2 * n + 1)).astype(dtype) * first + (above * (n + 1) / (2 * n + 1)).astype(dtype) * second

    function = elementwise(f, {"n": None, "z": lambda t, x, y: t * slope(x, y)}, summary)

    def apply(n: Array, z: Array, derivative: bool = False) -> Array:
        if Variable not in (type(n), type(z)):
            return f(n, z, derivative)
        n = n if type(n) is Variable else np.asarray(n)
        return slope(n, z) if derivative else function(n, z)

    return cast(SphericalFunction, named(apply, f.__name__, summary))  # cast: overloads cannot be derived


spherical_jn: SphericalFunction = _spherical(
    special.spherical_jn, 1, -1, "The spherical Bessel function of the first kind of order n."
)
spherical_yn: SphericalFunction = _spherical(
    special.spherical_yn, 1, -1, "The spherical Bessel function of the second kind of order n."
)
spherical_in: SphericalFunction = _spherical(
    special.spherical_in, 1, 1, "The modified spherical Bessel function of the first kind of order n."
)
spherical_kn: SphericalFunction = _spherical(
    special.spherical_kn, -1, -1, "The modified spherical Bessel function of the second kind of order n."
)


def _output_of_airy(i: int, z: Array) -> Array:
    return special.airy(z)[i]


_ai: UnaryFunction = elementwise(partial(_output_of_airy, 0), {"z": lambda t, x: t * _ai_slope(x)}, "", "airy")
_ai_slope: UnaryFunction = elementwise(partial(_output_of_airy, 1), {"z": lambda t, x: t * x * _ai(x)}, "", "airy")
_bi: UnaryFunction = elementwise(partial(_output_of_airy, 2), {"z": lambda t, x: t * _bi_slope(x)}, "", "airy")
_bi_slope: UnaryFunction = elementwise(partial(_output_of_airy, 3), {"z": lambda t, x: t * x * _bi(x)}, "", "airy")
_AIRY: Final = (_ai, _ai_slope, _bi, _bi_slope)


@overload
def airy(z: Variable, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def airy(z: ArrayLike, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
def airy(z: Any, /) -> tuple[Any, ...]:
    """The Airy functions and their derivatives: Ai, Ai', Bi, Bi'.

    >>> from pydezero import grad
    >>> grad(lambda z: airy(z)[0])(0.0)
    array(-0.2588194)
    """
    return tuple([f(z) for f in _AIRY]) if type(z) is Variable else special.airy(z)
