"""The arguments that the filters and interpolations have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import index
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.functions.shapes.padding import pad
from pydezero.functions.shapes.shape import astype
from pydezero.scipy.ndimage.windows import windows_p
from pydezero.scipy.operands import as_operand

Axes: TypeAlias = int | Iterable[int] | None

# How `pad` calls the continuations of an array.
PAD_MODES: Final[dict[str, Any]] = {  # Any: the literals of `pad`
    "constant": "constant",
    "grid-constant": "constant",
    "grid-mirror": "symmetric",
    "grid-wrap": "wrap",
    "mirror": "reflect",
    "nearest": "edge",
    "reflect": "symmetric",
    "wrap": "wrap",
}


def floating(name: str, input: Any, output: Any) -> tuple[Array, np.dtype[Any]]:
    """The input as an array or Variable, and the dtype of the result.

    Raises:
        TypeError: the result would have an integer dtype, or is to be written into an array.
    """
    x = as_operand(input)
    if output is not None and not isinstance(output, type | np.dtype | str):
        raise TypeError(f"scipy.ndimage.{name}: output is an array, but of Variables nothing is written; give a dtype")
    dtype = x.dtype if output is None else np.dtype(output)
    if x.dtype.kind == "c" and dtype.kind == "f":
        dtype = np.result_type(dtype, np.complex64)
    if dtype.kind not in "fc":
        what = "input" if output is None else "output"
        raise TypeError(
            f"scipy.ndimage.{name}: {what} has the dtype {dtype}, to which SciPy rounds the result; "
            "a rounded result has no derivative: convert the input to float, or give output=float"
        )
    return astype(x, x.dtype if x.dtype.kind in "fc" else dtype), dtype


def check_constant(name: str, cval: Any, is_complex: bool) -> None:
    """Raise if the constant beyond the ends of a real array is complex, or is no number."""
    if shape_of(cval) != ():
        raise ValueError(f"scipy.ndimage.{name}: cval has the shape {shape_of(cval)}; it must be a number")
    if not is_complex and np.iscomplexobj(cval):
        raise ValueError(f"scipy.ndimage.{name}: cval is complex, and the input is real")


def normalized_axes(name: str, axes: Axes, ndim: int) -> list[int]:
    """The axes that are filtered, counted from the front."""
    if axes is None:
        return list(range(ndim))
    given = [index(axis) for axis in axes] if isinstance(axes, Iterable) else [index(axes)]
    if any(not -ndim <= axis < ndim for axis in given) or len({axis % ndim for axis in given}) < len(given):
        raise ValueError(
            f"scipy.ndimage.{name}: axes is {axes}; it must be different axes of an input with {ndim} axes"
        )
    return [axis % ndim for axis in given]


def per_axis(name: str, parameter: str, value: Any, count: int) -> list[Any]:
    """One value for each axis that is filtered; a single one is for all."""
    if isinstance(value, str) or _shape(value) == ():
        return [value] * count
    values = list(value)
    if len(values) != count:
        raise ValueError(
            f"scipy.ndimage.{name}: {parameter} has {len(values)} elements; it must have one for each axis that is "
            f"filtered, of which there are {count}"
        )
    return values


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of an operand, () of None."""
    if value is None:
        return ()
    return (len(value),) if isinstance(value, list | tuple) else shape_of(value)


def correlated(name: str, x: Array, kernel: Array, mode: str, cval: Any, origins: Sequence[int]) -> Array:
    """The correlation with a kernel of as many axes as the array."""
    if mode not in PAD_MODES:
        raise ValueError(f"scipy.ndimage.{name}: mode is {mode!r}; it must be one of {', '.join(sorted(PAD_MODES))}")
    widths = []
    for n, origin in zip(kernel.shape, origins, strict=True):
        if not n or not -(n // 2) <= origin <= (n - 1) // 2:
            raise ValueError(
                f"scipy.ndimage.{name}: origin is {origin} for an axis of length {n} of the kernel, which it must not "
                "move off the element"
            )
        widths.append((n // 2 + origin, n - 1 - n // 2 - origin))
    if not x.size:
        return x
    padding = PAD_MODES[mode]
    if padding == "constant":
        return bind(windows_p, pad(x, np.array(widths), constant_values=cval), kernel)
    return bind(windows_p, pad(x, np.array(widths), padding), kernel)
