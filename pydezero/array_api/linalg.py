"""The extension `linalg` of the array API standard: linear algebra of arrays and Variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pydezero import functions as F
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.linalg import cholesky as cholesky
from pydezero.functions.linalg import cross as cross
from pydezero.functions.linalg import det as det
from pydezero.functions.linalg import diagonal as diagonal
from pydezero.functions.linalg import eigh as eigh
from pydezero.functions.linalg import eigvalsh as eigvalsh
from pydezero.functions.linalg import inv as inv
from pydezero.functions.linalg import matmul as matmul
from pydezero.functions.linalg import matrix_norm as matrix_norm
from pydezero.functions.linalg import matrix_power as matrix_power
from pydezero.functions.linalg import matrix_transpose as matrix_transpose
from pydezero.functions.linalg import outer as outer
from pydezero.functions.linalg import pinv as pinv
from pydezero.functions.linalg import qr as qr
from pydezero.functions.linalg import slogdet as slogdet
from pydezero.functions.linalg import solve as solve
from pydezero.functions.linalg import svd as svd
from pydezero.functions.linalg import svdvals as svdvals
from pydezero.functions.linalg import tensordot as tensordot
from pydezero.functions.linalg import vecdot as vecdot
from pydezero.functions.linalg import vector_norm as vector_norm

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


def matrix_rank(x: Operand, /, *, rtol: Operand | None = None) -> NDArray[np.intp]:
    """The number of singular values of matrices that are above `rtol` times the largest one.

    By default rtol is that of `numpy.linalg.matrix_rank`.

    >>> import numpy as np
    >>> matrix_rank(np.ones((3, 3)))
    np.int64(1)
    """
    given: dict[str, Any] = {} if rtol is None else {"rtol": rtol}
    found: NDArray[np.intp] = np.linalg.matrix_rank(x, **given)  # type: ignore[arg-type]  # Variables too
    return found


@array_function
def trace(x: Operand, /, *, offset: int = 0, dtype: DTypeLike | None = None) -> Array:
    """The sum of the elements on a diagonal of matrices, the last two axes of x; computed in `dtype`, if one is given.

    >>> import numpy as np
    >>> trace(np.arange(4.0).reshape(2, 2))
    np.float64(3.0)
    """
    if dtype is not None:
        return F.sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)
    return F.linalg.trace(x, offset=offset)
