"""Parts of complex numbers. For a real x they are x, zeros and x.

The convention of derivatives is that of JAX and HIPS autograd: for f: C -> R the gradient is df/dRe(z) - i df/dIm(z),
so that the rules of holomorphic functions need no conjugate, and a step against the gradient is `z - rate *
np.conj(gradient)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import unary
from pydezero.core.primitive import Elementwise, Linear, define, zero
from pydezero.core.typed import unary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable

if TYPE_CHECKING:
    from pydezero.core.function_types import UnaryFunction

__all__ = [
    "conj",
    "conjugate",
    "imag",
    "real",
]

_real_p: Final[Linear] = define(
    Linear, "real", np.real, lambda g: g, batch=lambda _, x: bind(_real_p, x), keeps_dtype=False
)
_imag_p: Final[Linear] = define(
    Linear, "imag", np.imag, lambda g: g * -1j, batch=lambda _, x: bind(_imag_p, x), keeps_dtype=False
)

_no_imag_p: Final = define(Elementwise, "imag_of_real", np.zeros_like, zero)

conjugate: UnaryFunction = unary(
    np.conjugate, lambda t: np.conjugate(t), "The complex conjugate, which is linear in x only over the real numbers."
)


@unary_function
def real(x: Operand, /) -> Array:
    """The real part of x, elementwise.

    >>> from pydezero import as_variable
    >>> real(as_variable(1.0 + 2.0j))
    variable(1.0)
    """
    if type(x) is Variable:
        return bind(_real_p, x) if x.dtype.kind == "c" else x
    return np.real(x)


@unary_function
def imag(x: Operand, /) -> Array:
    """The imaginary part of x, elementwise; zeros for a real x.

    >>> from pydezero import as_variable
    >>> imag(as_variable(1.0 + 2.0j))
    variable(2.0)
    """
    if type(x) is Variable:
        return bind(_imag_p, x) if x.dtype.kind == "c" else bind(_no_imag_p, x)
    return np.imag(x)


# NumPy's other names.
conj = conjugate
