"""The differentiable functions of `numpy.linalg`, with NumPy's names, arguments and results.

Conventions that they share:

- Functions of stacks of matrices work on the last two axes, as in NumPy.
- In no rule is a cotangent conjugated: for f: C -> R the gradient is df/dRe(z) - i df/dIm(z).
- What reads one triangle of a Hermitian matrix (`cholesky`, `eigh`, `eigvalsh`; `svd` and `pinv` with `hermitian`)
  gives the derivative to that triangle alone: it is the derivative of what NumPy computes.
- Where there is no derivative (eigenvectors of equal eigenvalues, a defective matrix, ...) a LinAlgError says so.
"""

from __future__ import annotations

from pydezero.functions.linalg.decompositions import QRResult as QRResult
from pydezero.functions.linalg.decompositions import cholesky, qr
from pydezero.functions.linalg.determinants import SlogdetResult as SlogdetResult
from pydezero.functions.linalg.determinants import det, slogdet
from pydezero.functions.linalg.least_squares import LstsqResult as LstsqResult
from pydezero.functions.linalg.least_squares import lstsq, pinv
from pydezero.functions.linalg.norms import cond, matrix_norm, norm, vector_norm
from pydezero.functions.linalg.products import (
    cross,
    diagonal,
    matmul,
    matrix_power,
    matrix_transpose,
    multi_dot,
    outer,
    tensordot,
    trace,
    vecdot,
)
from pydezero.functions.linalg.singular_values import SVDResult as SVDResult
from pydezero.functions.linalg.singular_values import svd, svdvals
from pydezero.functions.linalg.solving import inv, solve, tensorinv, tensorsolve
from pydezero.functions.linalg.spectra import EighResult as EighResult
from pydezero.functions.linalg.spectra import EigResult as EigResult
from pydezero.functions.linalg.spectra import eig, eigh, eigvals, eigvalsh

__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]
