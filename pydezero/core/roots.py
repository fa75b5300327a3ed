"""Powers of what is like a norm: smooth functions of the arguments, although the norm has a kink at 0.

The derivative of a norm at 0 is taken to be 0, and its second derivative is not known there. But its square is smooth,
and what the rules of a norm would make of it is a quotient 0 / 0. So a power of a norm, with an exponent of 2 or more,
is recorded as one operation on the arguments of the norm, with a rule of its own. A primitive that has such a rule
names it as its `power`: another primitive, whose rules keep what its own rules keep, and the exponent n.
"""

from __future__ import annotations

from typing import Any

from pydezero.core.types import Array, Residual
from pydezero.core.variable import Node, Variable, new_node, new_variable


def is_smooth(exponent: Any) -> bool:
    """Whether a power of a norm with this exponent has a derivative of second order where the norm is 0."""
    return isinstance(exponent, int | float) and exponent >= 2


def recorded_power(root: Node, out: Array, exponent: Any) -> Variable | None:
    """The power of the value of a node, recorded on its arguments; None if its primitive has no rule for that."""
    assert root.primitive is not None
    power = root.primitive.power
    if power is None or not is_smooth(exponent):
        return None
    x = None if root.x_parent is None else _with(root.x_residual, exponent)
    y = None if root.y_parent is None else _with(root.y_residual, exponent)
    others = tuple(
        [(parent, residual if parent is None else _with(residual, exponent)) for parent, residual in root.others]
    )
    return new_variable(out, new_node(power, root.x_parent, x, root.y_parent, y, others, level=root.level))


def _with(residual: Residual, exponent: Any) -> Residual:
    return (*residual, exponent) if type(residual) is tuple else (residual, exponent)


def of_square(t: Array, out: Array, n: float) -> Array:
    """The derivative of out ** n with respect to out ** 2, times 2 t."""
    return n * t if n == 2 else n * t * out ** (n - 2)
