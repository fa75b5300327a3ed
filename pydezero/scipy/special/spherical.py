"""Spherical Bessel functions, spherical harmonics, and Airy functions.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 10.51, 14.30 and 9.2
(https://dlmf.nist.gov/10), in the form that holds at 0, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.shapes.shape import as_operand, in_common_dtype, in_dtype
from pydezero.scipy.operands import check_given, takes_lists
from pydezero.scipy.signatures import takes_scipys_arguments
from pydezero.scipy.special.definition import elementwise, named, one_output
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import UnaryFunction

__all__ = [
    "airy",
    "sph_harm_y",
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


class HarmonicFunction(Protocol):
    """A spherical harmonic of given degree and order."""

    def __call__(self, n: Any, m: Any, theta: Any, phi: Any, /) -> Any: ...  # Any: Variables, arrays or numbers


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

    @takes_lists
    def apply(n: Array, z: Array, derivative: bool = False) -> Array:
        if Variable not in (type(n), type(z)):
            return f(n, z, derivative)
        n = as_operand(n)
        n = np.trunc(n) if n.dtype.kind == "f" else n  # as SciPy takes the order
        n = in_dtype(n, np.dtype(np.float64 if n.dtype.kind == "f" else np.int64))  # n - 1 of a uint8 may wrap around
        return slope(n, z) if derivative else function(n, z)

    return cast(SphericalFunction, named(apply, f.__name__, summary))  # cast: overloads cannot be derived


spherical_jn: SphericalFunction = _spherical(
    special.spherical_jn,
    1,
    -1,
    "The spherical Bessel function of the first kind, sqrt(pi / (2 z)) jv(n + 1/2, z) (DLMF 10.47.3).",
)
spherical_yn: SphericalFunction = _spherical(
    special.spherical_yn,
    1,
    -1,
    "The spherical Bessel function of the second kind, sqrt(pi / (2 z)) yv(n + 1/2, z) (DLMF 10.47.4).",
)
spherical_in: SphericalFunction = _spherical(
    special.spherical_in,
    1,
    1,
    "The modified spherical Bessel function, sqrt(pi / (2 z)) iv(n + 1/2, z) (DLMF 10.47.7).",
)
spherical_kn: SphericalFunction = _spherical(
    special.spherical_kn,
    -1,
    -1,
    "The modified spherical Bessel function, sqrt(pi / (2 z)) kv(n + 1/2, z) (DLMF 10.47.9).",
)


_airy_ai = one_output(special.airy, 0, "_airy_ai")
_airy_aip = one_output(special.airy, 1, "_airy_aip")
_airy_bi = one_output(special.airy, 2, "_airy_bi")
_airy_bip = one_output(special.airy, 3, "_airy_bip")
_ai: UnaryFunction = elementwise(_airy_ai, {"z": lambda t, x: t * _aip(x)}, "", "airy.ai")
_aip: UnaryFunction = elementwise(_airy_aip, {"z": lambda t, x: t * x * _ai(x)}, "", "airy.aip")
_bi: UnaryFunction = elementwise(_airy_bi, {"z": lambda t, x: t * _bip(x)}, "", "airy.bi")
_bip: UnaryFunction = elementwise(_airy_bip, {"z": lambda t, x: t * x * _bi(x)}, "", "airy.bip")
_AIRY: Final = (_ai, _aip, _bi, _bip)


@overload
def airy(z: Variable, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def airy(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@takes_lists
def airy(z: Any, /) -> tuple[Any, ...]:
    """The Airy functions and their derivatives, Ai, Ai', Bi, Bi', solutions of w'' = z w (DLMF 9.2.1).

    >>> from pydezero import grad
    >>> round(grad(lambda z: airy(z)[0])(0.0), 6)
    np.float64(-0.258819)
    """
    return tuple([f(z) for f in _AIRY]) if type(z) is Variable else special.airy(z)


def _harmonic(n: Array, m: Array, theta: Array, phi: Array) -> Array:
    scipys: Any = special  # its stubs have one of the two names
    if hasattr(special, "sph_harm_y"):
        return scipys.sph_harm_y(n, m, theta, phi)
    return scipys.sph_harm(m, n, phi, theta)  # before 1.15


def _harmonic_rule_theta(t: Array, xs: tuple[Array, ...]) -> Array:
    # Half the difference of what raises and what lowers m, which holds at the poles, too.
    n, m, theta, phi = xs
    dtype = np.finfo(t.dtype).dtype
    up, down = (np.sqrt(np.maximum(c, 0)).astype(dtype) for c in ((n - m) * (n + m + 1), (n + m) * (n - m + 1)))
    raised = np.exp(-1j * phi) * _harmonic_p(n, np.minimum(m + 1, n), theta, phi)
    lowered = np.exp(1j * phi) * _harmonic_p(n, np.maximum(m - 1, -n), theta, phi)
    # SciPy takes the sine of theta for a square root, which has no sign.
    return t * np.where(np.sin(theta) < 0, -0.5, 0.5).astype(dtype) * (up * raised - down * lowered)


_harmonic_p: HarmonicFunction = elementwise(
    _harmonic,
    {
        "n": None,
        "m": None,
        "theta": _harmonic_rule_theta,
        "phi": lambda t, xs, out: t * (1j * xs[1] * out),
    },
    "",
    "sph_harm_y",
    keeps_dtype=False,
)


@overload
def sph_harm_y(n: Operand, m: Operand, theta: Variable, phi: Operand) -> Variable: ...
@overload
def sph_harm_y(n: Operand, m: Operand, theta: ArrayOrNumber, phi: Variable) -> Variable: ...
@overload
def sph_harm_y(
    n: ArrayOrNumber, m: ArrayOrNumber, theta: ArrayOrNumber, phi: ArrayOrNumber
) -> NDArray[np.complex128]: ...
@takes_scipys_arguments(getattr(special, "sph_harm_y", _harmonic))
@takes_lists
def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any) -> Any:
    """The spherical harmonic Y of degree n and order m, at the polar angle theta and azimuth phi (DLMF 14.30.1).

    It is complex, and differentiated in both angles; n and m are integers that are given. (The derivatives that SciPy's
    function gives for `diff_n` are those that `jvp` and `jacfwd` give of this one.)

    >>> from pydezero import grad
    >>> round(grad(lambda theta: sph_harm_y(1, 0, theta, 0.0).real)(0.5), 6)
    np.float64(-0.234249)
    """
    if Variable not in map(type, (n, m, theta, phi)):
        return _harmonic(n, m, theta, phi)
    check_given("scipy.special.sph_harm_y", "n", n)
    check_given("scipy.special.sph_harm_y", "m", m)
    return _harmonic_p(as_operand(n), as_operand(m), *in_common_dtype(theta, phi))
