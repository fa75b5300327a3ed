"""sinh, cosh, tanh by expm1 and exp, and their inverses by log1p, each with what the steps have lost."""

from __future__ import annotations

import math
from typing import Final

from pydezero.transforms.jit.vector_math.bits import copysign, divide, fma, ordered_sum, quotient, select, sqrt, two_sum
from pydezero.transforms.jit.vector_math.exponentials import clamped, exp_scaled, quarter_expm1_parts
from pydezero.transforms.jit.vector_math.logarithms import at_edges, log1p_parts

_LN2: Final = 0.6931471805599453
_LN2_LOW: Final = 2.3190468138462996e-17


def sinh(x: float) -> float:
    """The hyperbolic sine."""
    size = abs(x)
    q, low = quarter_expm1_parts(clamped(size, 0.0, 710.6))  # sinh = 2 (q + q / (4 q + 1))
    q, low = ordered_sum(q, low)
    below, lost = two_sum(1.0, select(size > 40.0, 1.0, 4.0 * q))
    ratio, rest = quotient(q, low, below, lost + 4.0 * low)
    total, lost = ordered_sum(q, ratio)
    y = 2.0 * select(size > 40.0, q, total + (lost + (low + rest)))
    return select(size < 1e-10, x, copysign(y, x))


def cosh(x: float) -> float:
    """The hyperbolic cosine."""
    half = exp_scaled(abs(x), 0.0, -1)
    return half + 0.25 / half


def tanh(x: float) -> float:
    """The hyperbolic tangent."""
    q, low = quarter_expm1_parts(clamped(-2.0 * abs(x), -50.0, 0.0))  # tanh = -h / (h + 1)
    h, low = ordered_sum(2.0 * q, 2.0 * low)
    below, lost = ordered_sum(1.0, h)
    y, rest = quotient(-h, -low, below, lost + low)
    return select(abs(x) < 1e-10, x, copysign(y + rest, x))


def arcsinh(x: float) -> float:
    """The inverse hyperbolic sine."""
    size = abs(x)
    huge = size > 1e9
    a = select(huge, 1.0, size)
    square = a * a
    # sqrt(x ** 2 + 1) - 1 = x ** 2 / (1 + sqrt(x ** 2 + 1))
    w, lost = two_sum(a, square / (1.0 + sqrt(square + 1.0)))
    high, low = log1p_parts(select(huge, select(size < math.inf, size, 1e9) - 1.0, w), select(huge, 0.0, lost))
    total, rest = two_sum(high, select(huge, _LN2, 0.0))
    y = total + (rest + (low + select(huge, _LN2_LOW, 0.0)))
    y = select(size < 1e-10, x, copysign(y, x))
    return select(size == math.inf, x, y)


def arccosh(x: float) -> float:
    """The inverse hyperbolic cosine."""
    huge = x > 1e9
    t = select(huge, 1.0, x) - 1.0
    square = t * (t + 2.0)
    root = sqrt(square)
    square_low = fma(t, t, fma(2.0, t, -square))
    w, lost = two_sum(t, root)
    lost += divide(0.5 * (square_low + fma(-root, root, square)), select(root == 0.0, 1.0, root))
    high, low = log1p_parts(select(huge, select(x < math.inf, x, 1e9) - 1.0, w), select(huge, 0.0, lost))
    total, rest = two_sum(high, select(huge, _LN2, 0.0))
    y = total + (rest + (low + select(huge, _LN2_LOW, 0.0)))
    y = select(x == math.inf, math.inf, y)
    return select(x >= 1.0, y, math.nan)


def arctanh(x: float) -> float:
    """The inverse hyperbolic tangent."""
    size = abs(x)
    below, lost = ordered_sum(1.0, -size)
    w, rest = quotient(2.0 * size, 0.0, below, lost)  # arctanh = log1p(2 x / (1 - x)) / 2
    high, low = log1p_parts(select(size < 1.0, w, 1.0), select(size < 1.0, rest, 0.0))
    y = at_edges(select(size < 1.0, 1.0, select(size == 1.0, math.inf, math.nan)), 0.5 * (high + low))
    return select(size < 1e-10, x, copysign(y, x))
