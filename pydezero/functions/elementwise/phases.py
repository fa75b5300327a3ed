"""Angles of complex numbers, and functions that need them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.bind import bind
from pydezero.core.elementwise import unary
from pydezero.core.primitive import General, define, same, zero
from pydezero.core.typed import array_function, takes_delayed, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.complex import real
from pydezero.functions.elementwise.slopes import may_hold, no_slope, no_slope_of_tangent

if TYPE_CHECKING:
    from pydezero.core.function_types import UnaryFunction

__all__ = [
    "angle",
    "real_if_close",
    "unwrap",
]


# With z = x + iy: d angle / dx - i d angle / dy = (-y - ix) / |z|^2 = -i / z.
def _angle_rule(g: Array, x: Array) -> Array:
    at_zero = np.equal(x, 0)
    found = np.where(at_zero, 0, -1j * g / np.where(at_zero, 1, x))
    return found + no_slope(x, at_zero) if may_hold(at_zero) else found


def _angle_tangent(ts: list[Array], x: Array) -> Array:
    at_zero = np.equal(x, 0)
    found = np.where(at_zero, 0, np.imag(ts[0] / np.where(at_zero, 1, x)))
    return found + np.real(no_slope_of_tangent(x, ts[0], at_zero)) if may_hold(at_zero) else found


_angle_p: Final[General] = define(
    General,
    "complex_angle",
    np.angle,
    _angle_rule,
    batch=lambda _, x: bind(_angle_p, x),
    tangent=_angle_tangent,
)
# np.angle is no ufunc, but elementwise like one.
_real_angle: UnaryFunction = unary(cast(np.ufunc, np.angle), zero, "The angle of a real x: 0 or pi.")


def _unwrap_batched(_: Sequence[bool], p: Array, discont: float | None, axis: int, period: float) -> Array:
    return bind(_unwrap_p, p, discont=discont, axis=axis + 1, period=period)


# The multiples of the period that are added are constant between the steps.
_unwrap_p: Final[General] = define(
    General,
    "unwrap",
    np.unwrap,
    same,
    batch=_unwrap_batched,
)


@array_function
@without_variables(np.angle)
def angle(z: Operand, deg: bool = False) -> Array:
    """The angle of a complex number with the positive real axis, in (-pi, pi], or in degrees.

    The derivative at 0 is taken to be 0, like that of `absolute`. For a real z the angle is 0 or pi, with derivative 0.

    >>> from pydezero import as_variable
    >>> angle(as_variable(2j), deg=True)
    variable(90.0)
    """
    assert isinstance(z, Variable)
    radians = bind(_angle_p, z) if z.dtype.kind == "c" else _real_angle(z)
    return radians * (180 / math.pi) if deg else radians


@array_function
@takes_delayed
def real_if_close(a: Operand, tol: float = 100) -> Array:
    """The real part of a if all imaginary parts are close to 0, else a.

    Close is up to `tol` times the distance from 1 to the next number, or up to `tol` itself if it is at most 1.

    Raises:
        TypeError: a is complex and stands for many values, under vmap or in a trace: then it is not known which of the
            two the result is. Write np.real(a).

    >>> from pydezero import as_variable
    >>> real_if_close(as_variable(2 + 1e-15j))
    variable(2.0)
    """
    if type(a) is not Variable:
        return np.real_if_close(a, tol)
    value = undifferentiated(a)
    if a.dtype.kind == "c":
        if type(value) is Variable:
            raise TypeError(
                "real_if_close of a complex batch or trace: whether its result is real depends on the values; "
                "write np.real(a)"
            )
        if not np.iscomplexobj(np.real_if_close(value, tol)):
            return real(a)
    return positive(a)


@array_function
def unwrap(p: Operand, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Array:
    """p with multiples of the period added, such that no step along the axis is longer than half of the period.

    A step is left as it is up to a length of `discont`, if that is more than half of the period. The multiples are
    constant between the steps of p, so the derivative is 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unwrap(Variable(np.array([0.0, 3.0, 5.0])), period=4)
    variable([ 0. -1.  1.])
    """
    return bind(_unwrap_p, p, discont=discont, axis=normalize_axis_index(axis, len(shape_of(p))), period=period)
