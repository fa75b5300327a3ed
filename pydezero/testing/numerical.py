"""Numerical differentiation."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pydezero.core.foreign import arrayed
from pydezero.core.snapshot import as_array, check_numeric
from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Variable, as_variable, undifferentiated


def check_step(where: str, eps: object) -> None:
    """Raise unless eps is a step that differences can be taken with.

    Raises:
        TypeError: it is no real number.
        ValueError: it is not positive, or not finite.
    """
    if isinstance(eps, bool | np.bool) or not isinstance(eps, Real):
        raise TypeError(f"{where}: eps must be a number, got {eps!r}")
    if not 0 < float(eps) < math.inf:
        raise ValueError(f"{where}: eps, the step of the differences, must be positive and finite, got {eps}")


def numerical_diff(f: Callable[[Any], Any], x: Variable | ArrayOrNumber, eps: float = 1e-4) -> NDArray[Any]:
    """The derivative of the sum of f(x) with respect to each element of x, by central differences.

    That is what `gradients(f(x), x)` gives with its default seed. The error is of the order of eps ** 2; computed in
    float64.

    Args:
        f: a function of one array that returns an array.
        x: a Variable, an array or a number, of any shape; f is called with a Variable if x is one, else with an array.
            x is never written into.
        eps: the step to either side.

    Returns:
        An array of the shape of x. For a complex x the derivative of the real part of f with respect to the real part
        of x, less i times that with respect to the imaginary part (the convention of `grad`).

    Raises:
        TypeError: x is no array and no number, or eps is no real number.
        ValueError: eps is not positive, or not finite.

    >>> import numpy as np
    >>> numerical_diff(np.square, np.array([1.0, 2.0])).round(6)
    array([2., 4.])
    """
    check_step("numerical_diff", eps)
    at = as_array(undifferentiated(arrayed(x)), "numerical_diff")
    check_numeric(at, "numerical_diff")
    at = at.astype(np.complex128 if at.dtype.kind == "c" else np.float64)

    def slope(i: tuple[int, ...], step: complex) -> float:
        ahead, behind = at.copy(), at.copy()
        ahead[i] += step
        behind[i] -= step
        return (total(ahead) - total(behind)) / (2 * eps)

    def total(value: NDArray[Any]) -> float:
        y = f(as_variable(value) if isinstance(x, Variable) else value)
        return float(np.sum(np.real(undifferentiated(y))))

    result = np.empty_like(at)
    for i in np.ndindex(at.shape):
        result[i] = slope(i, eps)
        if at.dtype.kind == "c":
            result[i] -= 1j * slope(i, 1j * eps)
    return result
