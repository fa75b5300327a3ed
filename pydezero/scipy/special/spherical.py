"""Spherical Bessel functions, and Airy functions.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 10.51 and 9.2 (https://dlmf.nist.gov/10),
in the form that holds at 0, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, cast, overload

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pydezero.core.typed import UnaryFunction
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import as_operand, in_dtype
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
    def __call__(self, n: ArrayOrNumber, z: ArrayOrNumber, derivative: bool = False) -> NDArray[Any]: ...


def _spherical(f: Callable[..., Array], below: int, above: int, summary: str) -> SphericalFunction:
    """A function whose derivative is made of the functions of the orders below and above, with these signs."""
    function: Callable[..., Any]

    def slope(n: Array, z: Array) -> Array:
        # Order 0 has none below it; there the factor is 0.
        first, second = function(np.maximum(n - 1, 0), z), function(n + 1, z)
        dtype = np.finfo(first.dtype).dtype
        return (below * n / (2 * n + 1)).astype(dtype) * first + (above * (n + 1) / (2 * n + 1)).astype(dtype) * second

    # Most of them are computed in double precision, whatever the dtype of z.
    function = elementwise(f, {"n": None, "z": lambda t, x, y: t * slope(x, y)}, summary, keeps_dtype=False)

    def apply(n: Array, z: Array, derivative: bool = False) -> Array:
        if Variable not in (type(n), type(z)):
            return f(n, z, derivative)
        n = as_operand(n)
        n = in_dtype(n, np.dtype(np.float64 if n.dtype.kind == "f" else np.int64))  # n - 1 of a uint8 may wrap around
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


def _airy_ai(z: Array) -> Array:
    return special.airy(z)[0]


def _airy_aip(z: Array) -> Array:
    return special.airy(z)[1]


def _airy_bi(z: Array) -> Array:
    return special.airy(z)[2]


def _airy_bip(z: Array) -> Array:
    return special.airy(z)[3]


_ai: UnaryFunction = elementwise(_airy_ai, {"z": lambda t, x: t * _aip(x)}, "", "airy.ai")
_aip: UnaryFunction = elementwise(_airy_aip, {"z": lambda t, x: t * x * _ai(x)}, "", "airy.aip")
_bi: UnaryFunction = elementwise(_airy_bi, {"z": lambda t, x: t * _bip(x)}, "", "airy.bi")
_bip: UnaryFunction = elementwise(_airy_bip, {"z": lambda t, x: t * x * _bi(x)}, "", "airy.bip")
_AIRY: Final = (_ai, _aip, _bi, _bip)


@overload
def airy(z: Variable, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def airy(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
def airy(z: Any, /) -> tuple[Any, ...]:
    """The Airy functions and their derivatives: Ai, Ai', Bi, Bi'.

    >>> from pydezero import grad
    >>> round(grad(lambda z: airy(z)[0])(0.0), 6)
    np.float64(-0.258819)
    """
    return tuple([f(z) for f in _AIRY]) if type(z) is Variable else special.airy(z)
