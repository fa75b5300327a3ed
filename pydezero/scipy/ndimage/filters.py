"""Linear filters: an array, continued beyond its ends, times a kernel at every place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.shapes.shape import astype, reshape
from pydezero.scipy.ndimage.arguments import Axes, check_constant, correlated, floating, normalized_axes, per_axis
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "convolve",
    "correlate",
]


@overload
def correlate(
    input: Variable,
    weights: Operand,
    output: Any = None,
    mode: str = "reflect",
    cval: Operand = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Variable: ...
@overload
def correlate(
    input: ArrayOrNumber,
    weights: Variable,
    output: Any = None,
    mode: str = "reflect",
    cval: Operand = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Variable: ...
@overload
def correlate(
    input: ArrayOrNumber,
    weights: ArrayOrNumber,
    output: Any = None,
    mode: str = "reflect",
    cval: ArrayOrNumber = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.ndimage.correlate)
def correlate(
    input: Any,
    weights: Any,
    output: Any = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Any:
    """The sums of an array around each element, weighted by a kernel whose middle is at the element.

    `weights` has an axis for each axis that is filtered: of the input, or those of `axes`. `mode` says how the input
    goes on beyond its ends, and "constant" that it is `cval` there. `origin` moves the kernel, by one number or by one
    for each axis. Complex weights are conjugated, as in SciPy.

    It is differentiated with respect to the input, the weights and `cval`.

    Raises:
        TypeError: the input has integers, so that SciPy's result would be rounded; `output` is an array.
        ValueError: the weights, `mode`, `origin` or `axes` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> correlate(Variable(np.array([1.0, 2.0, 4.0])), np.array([1.0, 0.0, -1.0]))
    variable([-1. -3. -2.])
    """
    kernel = as_operand(weights)
    kernel = conjugate(kernel) if kernel.dtype.kind == "c" else kernel
    return _filtered("correlate", input, kernel, output, mode, cval, origin, axes)


@overload
def convolve(
    input: Variable,
    weights: Operand,
    output: Any = None,
    mode: str = "reflect",
    cval: Operand = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Variable: ...
@overload
def convolve(
    input: ArrayOrNumber,
    weights: Variable,
    output: Any = None,
    mode: str = "reflect",
    cval: Operand = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Variable: ...
@overload
def convolve(
    input: ArrayOrNumber,
    weights: ArrayOrNumber,
    output: Any = None,
    mode: str = "reflect",
    cval: ArrayOrNumber = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.ndimage.convolve)
def convolve(
    input: Any,
    weights: Any,
    output: Any = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int | Sequence[int] = 0,
    *,
    axes: Axes = None,
) -> Any:
    """The convolution of an array with a kernel: `correlate` with the kernel reversed, and not conjugated.

    Raises:
        TypeError: the input has integers, so that SciPy's result would be rounded; `output` is an array.
        ValueError: the weights, `mode`, `origin` or `axes` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolve(Variable(np.array([1.0, 2.0, 4.0])), np.array([1.0, 0.0, -1.0]))
    variable([1. 3. 2.])
    """
    return _filtered("convolve", input, as_operand(weights), output, mode, cval, origin, axes)


def _filtered(
    name: str, input: Any, kernel: Array, output: Any, mode: Any, cval: Any, origin: Any, axes: Axes
) -> Array:
    x, dtype = floating(name, input, output)
    filtered = normalized_axes(name, axes, x.ndim)
    if kernel.ndim != len(filtered):
        raise ValueError(
            f"scipy.ndimage.{name}: weights has the shape {kernel.shape}; it must have one axis for each axis that is "
            f"filtered, of which there are {len(filtered)}"
        )
    origins = per_axis(name, "origin", origin, len(filtered))
    # SciPy takes the axes of the kernel in the order of those of the input. So it does with origins, if there is one
    # for each axis of the input; otherwise each is that of its axis.
    of_axes = sorted(filtered) if len(filtered) == x.ndim else filtered
    moved = dict(zip(of_axes, origins, strict=True))
    lengths = dict(zip(sorted(filtered), kernel.shape, strict=True))
    shape = [lengths.get(axis, 1) for axis in range(x.ndim)]
    kernel = reshape(kernel, shape)
    every = [moved.get(axis, 0) for axis in range(x.ndim)]
    if name == "convolve":
        kernel = kernel[(slice(None, None, -1),) * x.ndim]
        every = [-origin - (n + 1) % 2 for origin, n in zip(every, shape, strict=True)]
    check_constant(name, cval, x.dtype.kind == "c")
    return astype(correlated(name, x, kernel, mode, cval, every), _result(dtype, x, kernel))


def _result(dtype: np.dtype[Any], x: Array, kernel: Array) -> np.dtype[Any]:
    return np.result_type(dtype, np.complex64) if "c" in (x.dtype.kind, kernel.dtype.kind) else dtype
