"""NumPy's other names for functions that are defined elsewhere."""

from __future__ import annotations

from pydezero.functions.arithmetic import divide, power, remainder
from pydezero.functions.complex import conjugate
from pydezero.functions.floating import round
from pydezero.functions.joining import concatenate, vstack
from pydezero.functions.piecewise import absolute, trunc
from pydezero.functions.reductions import max, min
from pydezero.functions.shape import transpose
from pydezero.functions.trigonometric import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    deg2rad,
    rad2deg,
)

__all__ = [
    "abs",
    "acos",
    "acosh",
    "amax",
    "amin",
    "around",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "concat",
    "conj",
    "degrees",
    "fix",
    "mod",
    "permute_dims",
    "pow",
    "radians",
    "row_stack",
    "true_divide",
]

abs = absolute
acos = arccos
acosh = arccosh
amax = max
amin = min
around = round
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
concat = concatenate
conj = conjugate
degrees = rad2deg
fix = trunc
mod = remainder
permute_dims = transpose
pow = power
radians = deg2rad
row_stack = vstack
true_divide = divide
