"""Reductions: in a tree, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import DaskArray, reshaped
from pydezero.arrays.dask.table import INSTRUCTIONS, by_elements, instruction
from pydezero.core.types import Array, Axis
from pydezero.functions.reductions.sums import kept

_SINGLE: Final = np.dtype(np.float32)
_HALF: Final = np.dtype(np.float16)


def _reduced(name: str) -> Callable[..., DaskArray]:
    function = getattr(da, name)

    def reduce(x: DaskArray, axis: Axis = None, keepdims: Any = False, **params: Any) -> DaskArray:
        found: DaskArray = function(x, axis=axis, keepdims=bool(keepdims), **params)
        return found

    return reduce


INSTRUCTIONS.update(
    {
        **{name: _reduced(name) for name in ("sum", "prod", "max", "min", "var", "std", "any", "all", "mean")},
        "nanmax": _reduced("nanmax"),
        "nanmin": _reduced("nanmin"),
        "cumsum": lambda x, axis: _cumulated(da.cumsum, x, axis),
        "cumprod": lambda x, axis: _cumulated(da.cumprod, x, axis),
    }
)


def _cumulated(function: Callable[..., DaskArray], x: DaskArray, axis: int | None) -> DaskArray:
    return function(reshaped(x, (-1,)), 0) if axis is None else function(x, axis)


@instruction("count_nonzero")
def _count_nonzero(x: DaskArray, axis: Axis = None, keepdims: bool = False) -> DaskArray:
    return da.sum(x != 0, axis=axis, keepdims=keepdims, dtype=np.intp)


def _power_of(name: str) -> Callable[..., DaskArray]:
    reduce = _reduced(name)

    def power(x: DaskArray, n: float, **params: Any) -> DaskArray:
        return reduce(x, **params) ** n

    return power


for _name in ("max", "min", "std"):
    INSTRUCTIONS[f"{_name}.power"] = _power_of(_name)


@instruction("shares")
def _shares(x: Array, extreme: Array, axis: Axis, dtype: Any) -> DaskArray:
    chosen = by_elements(_equals_or_nan, x, kept(extreme, x.shape, axis))
    return by_elements(np.divide, chosen, da.sum(chosen, axis=axis, keepdims=True, dtype=dtype))


def _equals_or_nan(x: Array, extreme: Array) -> Array:
    return np.equal(x, extreme) | (np.isnan(x) & np.isnan(extreme))


@instruction("nan_shares")
def _nan_shares(x: Array, extreme: Array, axis: Axis, dtype: Any) -> DaskArray:
    chosen = by_elements(np.equal, x, kept(extreme, x.shape, axis))
    ties = da.sum(chosen, axis=axis, keepdims=True, dtype=dtype)
    return by_elements(_divided, chosen, ties)


def _divided(chosen: Array, ties: Array) -> Array:
    return chosen / np.where(ties == 0, np.ones_like(ties), ties)
