"""The Gaussian filter: a convolution with a Gaussian, or a derivative of one, in each axis."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, TypeAlias, overload

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.shapes.shape import astype, reshape
from pydezero.scipy.ndimage.arguments import Axes, check_constant, correlated, floating, normalized_axes, per_axis
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "gaussian_filter",
]

# One for all axes, or one for each axis that is filtered.
_PerAxis: TypeAlias = Any  # Any: a number or a sequence of numbers or Variables, as in SciPy


@overload
def gaussian_filter(
    input: Variable,
    sigma: _PerAxis,
    order: int | Sequence[int] = 0,
    output: Any = None,
    mode: str | Sequence[str] = "reflect",
    cval: Operand = 0.0,
    truncate: float = 4.0,
    *,
    radius: int | Sequence[int] | None = None,
    axes: Axes = None,
) -> Variable: ...
@overload
def gaussian_filter(
    input: ArrayOrNumber,
    sigma: Variable | Sequence[Variable],
    order: int | Sequence[int] = 0,
    output: Any = None,
    mode: str | Sequence[str] = "reflect",
    cval: Operand = 0.0,
    truncate: float = 4.0,
    *,
    radius: int | Sequence[int] | None = None,
    axes: Axes = None,
) -> Variable: ...
@overload
def gaussian_filter(
    input: ArrayOrNumber,
    sigma: ArrayOrNumber | Sequence[float],
    order: int | Sequence[int] = 0,
    output: Any = None,
    mode: str | Sequence[str] = "reflect",
    cval: ArrayOrNumber = 0.0,
    truncate: float = 4.0,
    *,
    radius: int | Sequence[int] | None = None,
    axes: Axes = None,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.ndimage.gaussian_filter)
def gaussian_filter(
    input: Any,
    sigma: Any,
    order: int | Sequence[int] = 0,
    output: Any = None,
    mode: str | Sequence[str] = "reflect",
    cval: Any = 0.0,
    truncate: float = 4.0,
    *,
    radius: int | Sequence[int] | None = None,
    axes: Axes = None,
) -> Any:
    """An array filtered along its axes, or those of `axes`, by a Gaussian of standard deviation `sigma`.

    `sigma`, `order`, `mode` and `radius` are one for all axes, or one for each. With an `order` the kernel is that
    derivative of the Gaussian. It ends at `radius` elements, by default at `truncate * sigma` rounded.

    It is differentiated with respect to the input, `cval` and `sigma`: the radius counts as constant, although by
    default it grows by one now and then with sigma. Under vmap over sigma, and in a trace of it, give `radius=`.

    Raises:
        TypeError: the input has integers, so that SciPy's result would be rounded; `output` is an array; sigma has not
            one value, and there is no `radius`.
        ValueError: a sequence has another length than there are axes; `mode`, `order`, `radius` or `axes` do not fit.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> impulse = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
    >>> gaussian_filter(Variable(impulse), 0.5)
    variable([2.63865083e-04 1.06450772e-01 7.86570726e-01 1.06450772e-01
              2.63865083e-04])
    >>> grad(lambda sigma: gaussian_filter(impulse, sigma)[2])(0.5)  # doctest: +ELLIPSIS
    np.float64(-1.3529...)
    """
    name = "gaussian_filter"
    x, dtype = floating(name, input, output)
    filtered = normalized_axes(name, axes, x.ndim)
    of_axes = [
        per_axis(name, parameter, value, len(filtered))
        for parameter, value in (("sigma", sigma), ("order", order), ("mode", mode), ("radius", radius))
    ]
    check_constant(name, cval, x.dtype.kind == "c")
    y = astype(x, dtype)
    for axis, width, n, continued, reach in zip(filtered, *of_axes, strict=True):
        value = undifferentiated(width)
        if type(value) is Variable or value > 1e-15:
            kernel = _gaussian(width, index(n), _radius(value, truncate, reach))
            kernel = reshape(kernel, [-1 if i == axis else 1 for i in range(x.ndim)])
            y = correlated(name, y, kernel, continued, cval, [0] * x.ndim)
    return positive(y)


def _radius(sigma: Any, truncate: float, radius: int | None) -> int:
    if radius is not None:
        if index(radius) < 0:
            raise ValueError(f"scipy.ndimage.gaussian_filter: radius is {radius}; it must not be negative")
        return index(radius)
    if type(sigma) is Variable:
        raise TypeError(
            "scipy.ndimage.gaussian_filter: the length of the kernel depends on sigma, which is batched or traced and "
            "has not one value; give radius="
        )
    return int(truncate * float(sigma) + 0.5)


def _gaussian(sigma: Any, order: int, radius: int) -> Array:
    """The kernel as `correlate` takes it: q(-x) exp(-x^2 / (2 sigma^2)) / sum, with the polynomial q of a derivative.

    As the derivative of exp(p) q is exp(p) (q' + p' q), and p' is -x / sigma^2, each q follows from the one before.
    """
    if order < 0:
        raise ValueError(f"scipy.ndimage.gaussian_filter: order is {order}; it must not be negative")
    x = np.arange(-radius, radius + 1)
    precision = 1.0 / (sigma * sigma)
    kernel = np.exp(-0.5 * precision * x**2)
    kernel = kernel / np.sum(kernel)
    q: list[Any] = [1.0]
    for _ in range(order):
        slopes = [(j + 1) * q[j + 1] for j in range(len(q) - 1)] + [0.0, 0.0]
        q = [slope - (q[j - 1] * precision if j else 0.0) for j, slope in enumerate(slopes)]
    return kernel * sum(coefficient * (-x) ** j for j, coefficient in enumerate(q)) if order else kernel
