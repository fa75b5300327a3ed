"""Polynomials, as arrays of their coefficients with that of the highest power first.

Together with a Variable an `np.poly1d` is taken for its coefficients, and the result is an array of coefficients too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import batch_size, repeated, with_ndim
from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.placing import beside, like, operand_beside
from pydezero.core.primitive import General, define
from pydezero.core.typed import array_function, binary_array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, bottom, shape_of, undifferentiated
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import concatenate, stack
from pydezero.functions.sampled.convolution import convolve
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, moveaxis, ravel, reshape

__all__ = [
    "polyadd",
    "polyder",
    "polydiv",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]


def coefficients(p: Operand) -> Array:
    """The coefficients of a polynomial, in one axis where they are a single number."""
    values = as_operand(p)
    return values if values.shape else reshape(values, (1,))


def _powers_down_from(n: int, ndim: int, g: Array) -> Array:
    """n, n - 1, ..., 1 along the first of so many axes."""
    return beside(np.reshape(np.arange(n, 0, -1).astype(g.dtype), (n, *(1,) * (ndim - 1))), g)


def _polyval_rule_p(g: Array, y: Array, x_shape: tuple[int, ...]) -> Array:
    if not x_shape[0]:
        return like(np.zeros_like, g, x_shape)
    parts = [unbroadcast(g, x_shape[1:])]
    for _ in range(x_shape[0] - 1):
        g = g * y
        parts.append(unbroadcast(g, x_shape[1:]))
    return np.stack(parts[::-1])


def _polyval_rule_x(g: Array, x: Array, y: Array) -> Array:
    n = x.shape[0] - 1
    if n < 1:
        return like(np.zeros_like, g, y.shape)
    derivative = x[:-1] * _powers_down_from(n, len(x.shape), g)
    slope = derivative[0] if n == 1 else np.polyval(derivative, y)  # that of a line does not depend on y
    return unbroadcast(g * slope, y.shape)


def _polyval_batched(batched: Sequence[bool], p: Array, x: Array) -> Array:
    if not shape_of(p)[batched[0]]:  # without coefficients NumPy does not look at the other axes of p
        nothing = np.zeros_like(x)
        return nothing if batched[1] else repeated(nothing, batch_size(batched, (p, x)))
    p_ndim, x_ndim = len(shape_of(p)) - 1 - batched[0], len(shape_of(x)) - batched[1]
    most = max(p_ndim, x_ndim)
    if batched[0]:
        p = moveaxis(p, 0, 1)
        p = reshape(p, (*p.shape[:2], *(1,) * (most - p_ndim), *p.shape[2:]))
    return bind(_polyval_p, p, with_ndim(x, x.shape, most) if batched[1] else x)


_polyval_p: Final[General] = define(
    General,
    "polyval",
    np.polyval,
    _polyval_rule_p,
    _polyval_rule_x,
    batch=_polyval_batched,
)


@binary_array_function
@without_variables(np.polyval)
def polyval(p: Operand, x: Operand) -> Array:
    """The values of a polynomial at x: the sum of `p[k] * x ** (len(p) - 1 - k)`, by Horner's rule.

    A p of several axes holds the coefficients of several polynomials, along its first axis; the others broadcast
    against x.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyval(np.array([1.0, 0.0, -1.0]), Variable(np.array([2.0, 3.0])))
    variable([3. 8.])
    """
    if isinstance(x, np.poly1d):
        raise TypeError("polyval: a polynomial of a polynomial does not take Variables; use np.polymul and np.polyadd")
    return bind(_polyval_p, coefficients(operand_beside(p, x)), as_operand(operand_beside(x, p)))


@binary_array_function
@without_variables(np.polyadd)
def polyadd(a1: Operand, a2: Operand) -> Array:
    """The sum of two polynomials.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyadd(Variable(np.array([1.0, 2.0])), np.array([3.0]))
    variable([1. 5.])
    """
    a, b = _of_one_length(a1, a2)
    return a + b


@binary_array_function
@without_variables(np.polysub)
def polysub(a1: Operand, a2: Operand) -> Array:
    """The difference of two polynomials.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polysub(Variable(np.array([1.0, 2.0])), np.array([3.0]))
    variable([ 1. -1.])
    """
    a, b = _of_one_length(a1, a2)
    return a - b


def _of_one_length(a1: Operand, a2: Operand) -> tuple[Array, Array]:
    """The coefficients of two polynomials, of which the shorter one gets zeros before its own."""
    a, b = coefficients(operand_beside(a1, a2)), coefficients(operand_beside(a2, a1))
    missing = len(b) - len(a)
    if missing > 0:
        a = concatenate([np.zeros_like(bottom(a), shape=missing), a])
    elif missing < 0:
        b = concatenate([np.zeros_like(bottom(b), shape=-missing), b])
    return a, b


@binary_array_function
@without_variables(np.polymul)
def polymul(a1: Operand, a2: Operand) -> Array:
    """The product of two polynomials, with the leading zeros of both left out, as in NumPy.

    Coefficients that are 0 are differentiated with the rest, but a coefficient of the product that is left out has no
    derivative; `np.convolve(a1, a2)` keeps all. In a batch or a trace, where a coefficient stands for more
    than one number, it counts as different from 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polymul(Variable(np.array([1.0, 2.0])), np.array([1.0, -2.0]))
    variable([ 1.  0. -4.])
    """
    # A polynomial without coefficients is 0, as in NumPy.
    both = coefficients(operand_beside(a1, a2)), coefficients(operand_beside(a2, a1))
    a, b = (p if p.shape[0] else concatenate([p, np.zeros_like(bottom(p), shape=1)]) for p in both)
    return getitem(convolve(a, b), slice(_zeros_at_start(a) + _zeros_at_start(b), None))


def _zeros_at_start(p: Array) -> int:
    """The number of leading coefficients that are 0, not counting the last one."""
    values = undifferentiated(p)
    if type(values) is Variable:
        return 0
    return next((i for i, differs in enumerate(np.not_equal(values[:-1], 0)) if differs), max(len(values) - 1, 0))


@overload
def polydiv(u: Variable, v: Operand) -> tuple[Variable, Variable]: ...
@overload
def polydiv(u: ArrayOrNumber, v: Variable) -> tuple[Variable, Variable]: ...
@overload
def polydiv(u: ArrayOrNumber, v: ArrayOrNumber) -> tuple[NDArray[Any], NDArray[Any]]: ...
@without_variables(np.polydiv)
def polydiv(u: Operand, v: Operand) -> Any:
    """The quotient and the remainder of the division of a polynomial u by a polynomial v.

    The remainder loses the leading coefficients that are 0 (up to 1e-8), but keeps at least one. In a batch or a trace,
    where a coefficient stands for more than one number, it has as many as v, less one.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polydiv(Variable(np.array([1.0, 0.0, -1.0])), np.array([1.0, 2.0]))
    (variable([ 1. -2.]), variable([3.]))
    """
    numerator, divisor = coefficients(operand_beside(u, v)) + 0.0, coefficients(operand_beside(v, u)) + 0.0
    m, n = len(numerator) - 1, len(divisor) - 1
    dtype = np.result_type(numerator.dtype, divisor.dtype)
    rest = astype(numerator, dtype)
    scale = 1.0 / divisor[0]
    quotient = []
    for k in range(m - n + 1):
        factor = scale * rest[k]
        quotient.append(factor)
        rest = concatenate([rest[:k], rest[k : k + n + 1] - factor * divisor, rest[k + n + 1 :]])
    steps = min(len(quotient), m)
    return stack(quotient or [0 * scale]), getitem(rest, slice(_negligible_at_start(rest, steps), None))


def _negligible_at_start(rest: Array, steps: int) -> int:
    """The number of leading coefficients of a remainder that are 0 up to rounding, not counting the last one."""
    values = undifferentiated(rest)
    if type(values) is Variable:
        return steps
    return next((i for i, close in enumerate(np.isclose(values[:-1], 0)) if not close), max(len(values) - 1, 0))


@array_function
@without_variables(np.polyder)
def polyder(p: Operand, m: int = 1) -> Array:
    """The m-th derivative of a polynomial.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyder(Variable(np.array([1.0, 2.0, 3.0])))
    variable([2. 2.])
    """
    m = int(m)
    if m < 0:
        raise ValueError(f"polyder: m must not be negative, got {m}; np.polyint integrates")
    derivative = coefficients(p)
    for _ in range(m):
        derivative = derivative[:-1] * beside(np.arange(len(derivative) - 1, 0, -1), derivative)
    return derivative


@array_function
@without_variables(np.polyint)
def polyint(p: Operand, m: int = 1, k: Operand | None = None) -> Array:
    """The m-th integral of a polynomial, with the constants of integration k: all 0, one for all, or m of them.

    Both p and k are differentiated. `np.polyint` itself finds a Variable in k only if p is one too; this function finds
    it in any case.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyint(Variable(np.array([2.0, 2.0])), k=3.0)
    variable([1. 2. 3.])
    """
    m = int(m)
    if m < 0:
        raise ValueError(f"polyint: m must not be negative, got {m}; np.polyder differentiates")
    constants = beside(np.zeros(m), p) if k is None else coefficients(operand_beside(k, p))
    if len(constants) == 1 and m > 1:
        constants = broadcast_to(constants, (m,))
    if len(constants) < m:
        raise ValueError(f"polyint: k must be one number or at least m={m} of them, got {len(constants)}")
    integral = coefficients(p)
    for i in range(m):
        integral = concatenate([integral / beside(np.arange(len(integral), 0, -1), integral), constants[i : i + 1]])
    return integral


def _vander_rule(g: Array, out: Array, increasing: bool) -> Array:
    if not increasing:
        g, out = g[:, ::-1], out[:, ::-1]
    n = out.shape[1]
    if not n:
        return np.zeros_like(g, shape=out.shape[:1])
    return np.sum(g[:, 1:] * (out[:, :-1] * beside(np.arange(1, n), out)), axis=1)


def _vander_batched(_batched: Sequence[bool], x: Array, N: int, increasing: bool) -> Array:  # noqa: N803  # NumPy's name
    return reshape(bind(_vander_p, ravel(x), N=N, increasing=increasing), (*x.shape, N))


_vander_p: Final[General] = define(
    General,
    "vander",
    np.vander,
    _vander_rule,
    batch=_vander_batched,
)


@array_function
@without_variables(np.vander)
def vander(x: Operand, N: int | None = None, increasing: bool = False) -> Array:  # noqa: N803  # NumPy's name
    """The matrix of the first N powers of x: a row for each element of x, which has one axis and by default N elements.

    The powers go from the highest to the zeroth, or the other way round if they are `increasing`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vander(Variable(np.array([2.0, 3.0])), 3)
    variable([[4. 2. 1.]
              [9. 3. 1.]])
    """
    shape = shape_of(x)
    if len(shape) != 1:
        raise ValueError(f"vander: x must have one axis, got the shape {shape}")
    return bind(_vander_p, x, N=shape[0] if N is None else N, increasing=increasing)
