"""Parts of rules that programs define: `unbroadcast_f` and its like sum a cotangent over the axes of broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from pydezero.core.broadcasting import unbroadcast as summed
from pydezero.core.variable import bottom, shape_of

__all__ = [
    "balanced_eq",
    "match_complex",
    "metadata",
    "repeat_to_match_shape",
    "replace_zero",
    "unbroadcast",
    "unbroadcast_f",
]

# The shape, the number of axes, the dtype, and whether it is complex.
Metadata: TypeAlias = tuple[tuple[int, ...], int, np.dtype[Any], bool]


def metadata(x: Any) -> Metadata:
    """The shape of an array, its number of axes, its dtype, and whether it is complex."""
    dtype = np.result_type(getattr(x, "dtype", x))
    return shape_of(x), len(shape_of(x)), dtype, dtype.kind == "c"


def unbroadcast(x: Any, target_meta: Metadata, broadcast_idx: int = 0) -> Any:  # noqa: ARG001  # autograd has it
    """A cotangent of the result of broadcasting as one of an operand with this metadata."""
    shape, _, _, is_complex = target_meta
    found = summed(x, shape)
    return found if is_complex or found.dtype.kind != "c" else np.real(found)


def unbroadcast_f(target: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A rule f whose cotangent has the shape of its result, as one whose cotangent has the shape of an operand."""
    target_meta = metadata(target)
    return lambda g: unbroadcast(f(g), target_meta)


def repeat_to_match_shape(
    g: Any,
    shape: tuple[int, ...],
    dtype: Any,  # noqa: ARG001  # autograd has it
    axis: int | tuple[int, ...] | None,
    keepdims: bool,  # noqa: ARG001  # autograd has it
) -> tuple[Any, int]:
    """A cotangent of a reduction over `axis`, repeated to the operand's shape, and how often each element is there."""
    axes = normalize_axis_tuple(range(len(shape)) if axis is None else axis, len(shape))
    kept = tuple([1 if i in axes else size for i, size in enumerate(shape)])
    repeated = np.broadcast_to(np.reshape(g, kept), shape)
    return repeated, prod([shape[i] for i in axes])


def replace_zero(x: Any, val: Any) -> Any:
    """An array with `val` in place of its zeros."""
    return np.where(bottom(x) != 0, x, val)


def match_complex(target: Any, x: Any) -> Any:
    """An array as complex numbers if the target has complex numbers, otherwise its real part."""
    is_complex, found = (np.result_type(getattr(y, "dtype", y)).kind == "c" for y in (target, x))
    if is_complex and not found:
        return x + 0j
    return np.real(x) if found and not is_complex else x


def balanced_eq(x: Any, z: Any, y: Any) -> Any:
    """The share of x in a maximum or minimum z of x and y: 1 where it is x alone, 0.5 at a tie, otherwise 0."""
    return (bottom(x) == bottom(z)) / (1.0 + (bottom(x) == bottom(y)))
