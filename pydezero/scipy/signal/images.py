"""Convolution and correlation of matrices, with what lies beyond the edges.

With a boundary that is not zero the first matrix is extended by what the second one reaches, and the products that are
complete are those of the extended one.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import numpy as np
from scipy import signal

from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.scipy.operands import as_operand, check_given, takes_lists
from pydezero.scipy.signal.convolution import convolve
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["convolve2d", "correlate2d"]

Mode: TypeAlias = Literal["full", "valid", "same"]
Boundary: TypeAlias = Literal["fill", "wrap", "symm"]

# The modes of `np.pad`.
_EXTENSIONS: Final[dict[str, Literal["constant", "wrap", "symmetric"]]] = {
    "fill": "constant",
    "wrap": "wrap",
    "symm": "symmetric",
}


@binary_array_function
@as_in_scipy(signal.convolve2d)
@takes_lists
def convolve2d(
    in1: Operand, in2: Operand, mode: Mode = "full", boundary: Boundary = "fill", fillvalue: complex = 0
) -> Array:
    """The convolution of two matrices, with the modes of `convolve`.

    Beyond its edges in1 is `fillvalue` ("fill"), is repeated ("wrap") or is reflected ("symm"). The products of "valid"
    do not reach beyond them.

    Raises:
        TypeError: `fillvalue` is a Variable.
        ValueError: an array is no matrix; for "valid" neither is the larger one along both axes; or there is no such
            mode or boundary.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> edges = np.array([[1.0, -1.0]])
    >>> convolve2d(Variable(np.array([[1.0, 3.0, 4.0]])), edges, mode="same", boundary="symm")
    variable([[0. 2. 1.]])
    """
    x, y = _checked("convolve2d", in1, in2, mode, boundary, fillvalue)
    starts = [(n - 1) // 2 for n in y.shape]
    return _product(x, y, mode, boundary, fillvalue, starts)


@binary_array_function
@as_in_scipy(signal.correlate2d)
@takes_lists
def correlate2d(
    in1: Operand, in2: Operand, mode: Mode = "full", boundary: Boundary = "fill", fillvalue: complex = 0
) -> Array:
    """The correlation of two matrices, with the modes of `correlate` and the boundaries of `convolve2d`.

    It raises what `convolve2d` raises.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> edges = np.array([[-1.0, 1.0]])
    >>> correlate2d(Variable(np.array([[1.0, 3.0, 4.0]])), edges, mode="valid")
    variable([[2. 1.]])
    """
    x, y = _checked("correlate2d", in1, in2, mode, boundary, fillvalue)
    # Where in2 is the larger one, SciPy takes the conjugate of in1.
    is_larger = mode == "valid" and any(n > m for m, n in zip(x.shape, y.shape, strict=True))
    x, y = (np.conjugate(x), y) if is_larger else (x, np.conjugate(y))
    y = np.flip(y)
    starts = [n // 2 for n in y.shape]
    return _product(x, y, mode, boundary, fillvalue, starts)


def _product(x: Array, y: Array, mode: Mode, boundary: Boundary, fillvalue: complex, starts: list[int]) -> Array:
    """The convolution; that of mode "same" starts at a place of the full one."""
    if mode == "valid":
        return convolve(x, y, "valid", "direct")
    if boundary == "fill" and not fillvalue:
        full = convolve(x, y, "full", "direct")
    else:
        filling: dict[str, Any] = {"constant_values": fillvalue} if boundary == "fill" else {}
        beyond = [(n - 1, n - 1) for n in y.shape]
        extended = np.pad(x, beyond, _EXTENSIONS[boundary], **filling)
        full = convolve(extended, y, "valid", "direct")
    if mode == "full":
        return full
    (i, j), (m, n) = starts, x.shape
    return full[i : i + m, j : j + n]


def _checked(name: str, in1: Operand, in2: Operand, mode: str, boundary: str, fillvalue: object) -> tuple[Array, Array]:
    x, y = as_operand(in1), as_operand(in2)
    where = f"scipy.signal.{name}"
    check_given(where, "fillvalue", fillvalue)
    if len(x.shape) != 2 or len(y.shape) != 2:
        raise ValueError(f"{where}: in1 and in2 must be matrices, got the shapes {x.shape} and {y.shape}")
    if mode not in ("full", "valid", "same"):
        raise ValueError(f"{where}: mode is {mode!r}; it must be 'full', 'valid' or 'same'")
    if boundary not in _EXTENSIONS:
        raise ValueError(f"{where}: boundary is {boundary!r}; it must be 'fill', 'wrap' or 'symm'")
    return x, y
