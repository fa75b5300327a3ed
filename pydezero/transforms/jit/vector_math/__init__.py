"""Functions of floats in plain Python that `machine` translates and LLVM turns into SIMD: none has a branch.

Each takes and gives float64: float32 is to be computed in float64 and rounded. `LIMITS` names those that give nan for
larger arguments. They run as plain Python too, slowly, with the same results. `docs/vector_math.md` has the measured
errors and speeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pydezero.transforms.jit.vector_math.exponentials import exp, exp2, expit, expm1
from pydezero.transforms.jit.vector_math.hyperbolic import arccosh, arcsinh, arctanh, cosh, sinh, tanh
from pydezero.transforms.jit.vector_math.logarithms import log, log1p, log2, log10, log_expit, logaddexp
from pydezero.transforms.jit.vector_math.powers import cbrt, hypot, power
from pydezero.transforms.jit.vector_math.special import digamma, erf, erfc, gammaln
from pydezero.transforms.jit.vector_math.trigonometric import (
    LIMIT,
    arccos,
    arcsin,
    arctan,
    arctan2,
    cos,
    sin,
    tan,
)

UNARY: Final[Mapping[str, Callable[[float], float]]] = {
    f.__name__: f
    for f in (
        exp, exp2, expm1, log, log2, log10, log1p, sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, arcsinh,
        arccosh, arctanh, cbrt, erf, erfc, expit, log_expit, gammaln, digamma,
    )
}  # fmt: skip
"""The functions of one argument, by the names of the ufuncs."""

BINARY: Final[Mapping[str, Callable[[float, float], float]]] = {
    f.__name__: f for f in (arctan2, power, logaddexp, hypot)
}
"""The functions of two arguments, by the names of the ufuncs."""

LIMITS: Final[Mapping[str, float]] = {"sin": LIMIT, "cos": LIMIT, "tan": LIMIT}
"""The largest size of an argument for which a function is right; beyond it the result is nan."""
