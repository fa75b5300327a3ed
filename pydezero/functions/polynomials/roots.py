"""The roots of a polynomial from its coefficients, and the coefficients from the roots."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.placing import beside, like
from pydezero.core.primitive import General, define, real_or_complex
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, bottom, shape_of, undifferentiated
from pydezero.functions.elementwise.complex import real
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import stack
from pydezero.functions.linalg.matrices import zero_tolerance
from pydezero.functions.polynomials.polynomials import coefficients
from pydezero.functions.sampled.convolution import convolve
from pydezero.functions.shapes.shape import astype

__all__ = [
    "poly",
    "roots",
]


def _roots(p: Array) -> Array:
    """The roots of the polynomials along the last axis: the eigenvalues of companion matrices."""
    if p.ndim == 1:
        return np.roots(p)
    if not np.all(p[..., 0]):
        raise ValueError("roots of a batch: a leading coefficient is 0; its polynomial has less roots than others")
    n = p.shape[-1] - 1
    if n < 1:
        return np.zeros_like(p, shape=(*p.shape[:-1], 0))
    if not np.all(p[..., -1]):  # the roots at 0 come last
        return np.reshape(np.stack([np.roots(row) for row in np.reshape(p, (-1, n + 1))]), (*p.shape[:-1], n))
    below = np.broadcast_to(beside(np.eye(n - 1, n, dtype=p.dtype), p), (*p.shape[:-1], n - 1, n))
    first = -p[..., np.newaxis, 1:] / p[..., np.newaxis, :1]
    return np.linalg.eigvals(np.concatenate([first, below], axis=-2))


def _roots_rule(g: Array, x: Array, out: Array) -> Array:
    # From p(r) = 0 for the root r of a changing p: dr/dp[k] = -r^(n-k) / p'(r). This holds for coefficients at either
    # end that are 0, too.
    length = x.shape[-1]
    powers = np.vander(np.reshape(out, (-1,)), length).astype(out.dtype)
    powers = np.reshape(powers, (*out.shape, length))
    derivative = x[..., :-1] * beside(np.arange(length - 1, 0, -1).astype(x.dtype), x)
    slopes = np.sum(powers[..., 1:] * derivative[..., np.newaxis, :], axis=-1)
    lost = _are_repeated(*map(undifferentiated, (x, powers, slopes))) & (undifferentiated(g) != 0)
    slopes = np.where(lost, 0, slopes)
    return -np.sum((g / slopes)[..., np.newaxis] * powers, axis=-2)


def _are_repeated(x: Array, powers: Array, slopes: Array) -> Array:
    """A mask of the roots that occur more than once, up to rounding.

    Rounding of p(r) moves a root by itself divided by p'(r), and p'(r) by p''(r) times that: as much as it is large.
    """
    n = x.shape[-1]
    factors = np.arange(n - 1, 1, -1) * np.arange(n - 2, 0, -1)
    second = x[..., :-2] * beside(factors.astype(x.dtype), x)
    curvatures = np.sum(powers[..., 2:] * second[..., np.newaxis, :], axis=-1)
    sizes = np.sum(np.abs(powers) * np.abs(x)[..., np.newaxis, :], axis=-1)
    repeated: Array = zero_tolerance(x, n) * sizes * np.abs(curvatures) >= np.square(np.abs(slopes))
    return repeated


_roots_p: Final[General] = define(
    General,
    "roots",
    _roots,
    _roots_rule,
    batch=lambda _, x: bind(_roots_p, x),
    keeps_dtype=False,
    dynamic_dtype=real_or_complex,
)


@array_function
@without_variables(np.roots)
def roots(p: Operand) -> Array:
    """The roots of a polynomial, in the order in which NumPy finds them; complex unless all of them are real.

    Leading coefficients that are 0 make the polynomial one of a lower degree, and those at the end give roots at 0;
    their derivatives are right too. At a root that occurs more than once, up to rounding, the derivative is infinite:
    it is inf or nan, with NumPy's warning of a division by zero.

    The derivative is that of the implicit function p(r) = 0.

    Raises:
        ValueError: p has several axes; in a batch, a leading coefficient is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> roots(Variable(np.array([1.0, -3.0, 2.0])))
    variable([2. 1.])
    """
    values = coefficients(p)
    if len(values.shape) != 1:
        raise ValueError(f"roots: p must have one axis, got the shape {values.shape}")
    if values.dtype.kind not in "fc":
        values = astype(values, np.float64)
    return bind(_roots_p, values)


@array_function
@without_variables(np.poly)
def poly(seq_of_zeros: Array) -> Array:
    """The coefficients of the polynomial with these roots and the leading coefficient 1.

    For a square matrix it is the characteristic polynomial, computed from the eigenvalues, which must be distinct for a
    derivative. If the conjugate of every complex root is a root too, the coefficients are real; in a batch or a trace,
    where that is not known, the coefficients of complex roots are complex.

    Raises:
        ValueError: the argument has neither one axis, nor two of the same length.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> poly(Variable(np.array([1.0, 2.0])))
    variable([ 1. -3.  2.])
    """
    zeros: Array = stack(seq_of_zeros) if isinstance(seq_of_zeros, list | tuple) else coefficients(seq_of_zeros)
    shape = shape_of(zeros)
    if len(shape) == 2 and shape[0] == shape[1] != 0:
        zeros = np.linalg.eigvals(zeros)
    elif len(shape) == 1:
        zeros = _as_float(zeros)
    else:
        raise ValueError(f"poly: needs roots in one axis or a square matrix, got the shape {shape}")
    product: Array = np.ones_like(bottom(zeros), shape=1)
    one = like(np.ones_like, zeros, ())
    for i in range(len(zeros)):
        product = convolve(product, stack([one, -getitem(zeros, i)]))
    return real(product) if _are_conjugates(undifferentiated(zeros)) else product


def _as_float(zeros: Array) -> Array:
    """The roots in the dtype in which NumPy computes with them."""
    dtype: np.dtype[Any] = np.dtype(np.mintypecode(zeros.dtype.char))
    return zeros if zeros.dtype == dtype else astype(zeros, dtype)


def _are_conjugates(zeros: Array) -> bool:
    """Whether the conjugates of complex numbers are the same numbers, in some order."""
    if type(zeros) is Variable or zeros.dtype.kind != "c":
        return False
    return bool(np.all(np.sort(zeros) == np.sort(np.conjugate(zeros))))
