"""The names that random programs use."""

from __future__ import annotations

import numpy as np

from pydezero import (
    check_finite,
    checkpoint,
    derivative,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jvp,
    laplacian,
    linearize,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.scipy import special
from tests.fuzz.layouts import laid_out, numbers
from tests.fuzz.packing import leaves_of, packed
from tests.fuzz.rows import row, total

__all__ = [
    "check_finite",
    "checkpoint",
    "derivative",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jvp",
    "laid_out",
    "laplacian",
    "leaves_of",
    "linearize",
    "np",
    "numbers",
    "packed",
    "row",
    "special",
    "total",
    "value_and_grad",
    "vjp",
    "vmap",
]
