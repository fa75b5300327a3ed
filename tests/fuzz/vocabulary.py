"""The names that random programs use."""

from __future__ import annotations

import numpy as np

from pydezero import (
    associative_scan,
    check_finite,
    checkpoint,
    cond,
    derivative,
    fori_loop,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jvp,
    laplacian,
    linearize,
    map,  # noqa: A004  # the programs use this one
    nth_derivative,
    scan,
    taylor,
    value_and_grad,
    vjp,
    vmap,
    while_loop,
)
from pydezero.scipy import special
from tests.fuzz.layouts import laid_out, numbers
from tests.fuzz.packing import leaves_of, packed
from tests.fuzz.rows import row, total

__all__ = [
    "associative_scan",
    "check_finite",
    "checkpoint",
    "cond",
    "derivative",
    "fori_loop",
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
    "map",
    "np",
    "nth_derivative",
    "numbers",
    "packed",
    "row",
    "scan",
    "special",
    "taylor",
    "total",
    "value_and_grad",
    "vjp",
    "vmap",
    "while_loop",
]
