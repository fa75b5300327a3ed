"""Clipping: an array limited to an interval."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Node, Operand, Variable, new_node, new_variable, reverse_node, undifferentiated
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.extremes import maximum, minimum, of_larger, of_smaller, slope_of_choice

__all__ = [
    "clip",
]


def _clip_rule_x(t: Array, x: Array, y: Array, z: Array) -> Array:
    at_bounds = np.equal(x, y) | np.equal(x, z)
    if type(at_bounds) is np.ndarray and not at_bounds.any():
        return t * (np.greater(x, y) & np.less(x, z))
    return of_smaller(of_larger(t, x, y), np.maximum(x, y), z)


def _clip(x: Array, y: Array, z: Array) -> Array:
    # The method finds NumPy's loop in a quarter of the time.
    return x.clip(y, z) if type(x) is np.ndarray else np.clip(x, y, z)


def _clip_rule_low(t: Array, x: Array, y: Array, z: Array) -> Array:
    return of_smaller(of_larger(t, y, x), np.maximum(x, y), z)


def _clip_rule_high(t: Array, x: Array, y: Array, z: Array) -> Array:
    return of_larger(t, np.maximum(x, y), z)


def _power_of_clip(x: Array, y: Array, z: Array, n: float) -> Array:
    return _clip(x, y, z) ** n


def _slope_of_clip(chosen: Array, x: Array, y: Array, z: Array, n: float) -> Array:
    """The derivative of a power of the clipped value, for the elements where it is `chosen`, one of the operands."""
    return slope_of_choice(chosen, np.clip(undifferentiated(x), undifferentiated(y), undifferentiated(z)), n)


_power_of_clip_p: Final = define(
    Elementwise,
    "clip.power",
    _power_of_clip,
    lambda t, x, y, z, n: _clip_rule_x(t * _slope_of_clip(x, x, y, z, n), x, y, z),
    lambda t, x, y, z, n: _clip_rule_low(t * _slope_of_clip(y, x, y, z, n), x, y, z),
    lambda t, x, y, z, n: _clip_rule_high(t * _slope_of_clip(z, x, y, z, n), x, y, z),
)
# np.minimum(np.maximum(x, y), z) in one operation.
_clip_p: Final = define(
    Elementwise,
    "clip",
    _clip,
    _clip_rule_x,
    _clip_rule_low,
    _clip_rule_high,
    chooses=True,
    power=_power_of_clip_p,
)


def _clip_between(x: Variable, low: float, high: float) -> Variable:
    """The result of `bind` for two numbers, without its questions."""
    value = x._value
    out = clip(value, low, high) if type(value) is Variable else _clip(value, low, high)
    residual = _clip_p.arguments[0].pick((value, low, high), out, {}, 0)
    return new_variable(out, new_node(_clip_p, reverse_node(x), residual, level=x.node.level))


@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    low: Any = a_min  # Any: a checker takes no number for a float by its type alone
    high: Any = a_max
    if type(low) is float and type(high) is float and type(a) is Variable and type(a.node) is Node:
        return _clip_between(a, low, high)
    if a_min is not None and a_max is not None:
        return bind(_clip_p, a, a_min, a_max)
    if a_min is not None:
        return maximum(a, a_min)
    return positive(a) if a_max is None else minimum(a, a_max)
