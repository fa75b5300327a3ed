"""Second derivatives that are not known: where the first derivative of a norm is taken to be 0, at its kink.

What is computed there is 0, recorded in such a way that its derivative is nan. A power of a norm does not come here:
see `pydezero.core.roots`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable, undifferentiated


def _zeros(x: Array) -> Array:
    return np.zeros_like(x)


def unknown(t: Array) -> Array:
    """The product of a (co)tangent with a derivative that is not known: nan where it is not 0."""
    return np.where(undifferentiated(t) == 0, t, np.nan)


# Elementwise, so that elements of a branch that was not taken are told from the others.
_no_slope_p: Final = define(Elementwise, "no_slope", _zeros, unknown, tangent=lambda ts: unknown(ts[0]))
# That of a tangent is nan in reverse mode whatever its cotangent is: inside a smooth function (the square of a norm)
# that is the norm times something, and so 0.
_no_slope_of_tangent_p: Final = define(
    Elementwise,
    "no_slope_of_tangent",
    _zeros,
    lambda g: np.full_like(g, np.nan),
    tangent=lambda ts: unknown(ts[0]),
)


def times_steep(t: Array, slope: Array) -> Array:
    """The product of a (co)tangent with a slope that may be infinite: 0 where the (co)tangent is 0."""
    found = t * slope
    lost = np.isinf(slope) & (undifferentiated(t) == 0)
    return np.where(lost, no_slope(t, lost), found) if may_hold(lost) else found


def may_hold(condition: Array) -> bool:
    """Whether a condition holds somewhere, for some example of a batch; of a trace that is not known."""
    condition = _differentiated(condition)
    if type(condition) is np.bool or type(condition) is np.ndarray:
        return bool(condition.any())
    return type(condition) is Variable or bool(np.any(condition))


def are_positive(*xs: Array) -> bool:
    """Whether all elements are known to be positive; of complex numbers, not to be 0."""
    return not any(may_hold(np.equal(x, 0) if _is_complex(x) else np.less_equal(x, 0)) for x in xs)


def _is_complex(x: Array) -> bool:
    return x.dtype.kind == "c" if hasattr(x, "dtype") else isinstance(x, complex)


def _differentiated(x: Array) -> Array:
    """A value without the transforms above it that do not differentiate: the array, if there are no others."""
    while type(x) is Variable and not x.node.differentiates:
        x = x._value
    return x


def varies(x: Array) -> bool:
    """Whether a value is differentiated again, by a transform above the one whose rule has it."""
    return type(_differentiated(x)) is Variable


def kinks(g: Array, at_zero: Array) -> Array | None:
    """A mask of where a cotangent of a norm may be of a smooth function, from where the norm is 0; None if nowhere.

    Such a cotangent is 0: of the square of a norm it is twice the norm. The constant 0, of a branch that was not taken,
    is not such a cotangent. Where it is not 0 the function has a kink, and its second derivative is taken to be 0, like
    that of `absolute`.
    """
    if type(g) is not Variable or not varies(g) or not may_hold(at_zero):
        return None
    met: Array = at_zero & (undifferentiated(g) == 0)
    return met if may_hold(met) else None


def no_slope(x: Array, at: Array) -> Array:
    """Zeros, with a derivative with respect to x that is not known where `at` holds."""
    return np.where(at, bind(_no_slope_p, x), 0)


def no_slope_of_tangent(x: Array, t: Array, at: Array) -> Array:
    """Zeros for a tangent t of x, with a derivative with respect to x that is not known where `at` holds."""
    return bind(_no_slope_of_tangent_p, np.where(at & (undifferentiated(t) != 0), x, 0))
