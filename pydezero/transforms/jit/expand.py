"""Operations that are written as others: composed functions, and the library's own elementwise ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from pydezero.core.primitive import Elementwise
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.functions.reductions.softmax import log_softmax_of_array, softmax_of_array
from pydezero.functions.shapes.shape import axes_of_reduction
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.trace import trace


def _mean(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / _count(x, axis)


def _count(x: Array, axis: Axis) -> float:
    count = 1
    for i in axes_of_reduction(axis, len(x.shape)):
        count *= x.shape[i]
    return float(count)


def _var(x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    deviation = x - _mean(x, axis, True)
    return np.sum(deviation * deviation, axis=axis, keepdims=keepdims) / max(_count(x, axis) - ddof, 0.0)


def _std(x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    return np.sqrt(_var(x, axis, ddof, keepdims))


def _shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[Any]) -> Array:
    axes = axes_of_reduction(axis, len(x.shape))
    kept = np.reshape(extreme, tuple([1 if i in axes else n for i, n in enumerate(x.shape)]))
    # Where the extreme is nan, so is an element, which is not equal to itself.
    chosen = (np.equal(x, kept) | (np.isnan(x) & np.isnan(kept))).astype(dtype)
    return chosen / np.sum(chosen, axis=axes, keepdims=True)


def _roll(x: Array, shift: tuple[int, ...], axis: tuple[int, ...]) -> Array:
    for by, i in zip(shift, axis, strict=True):
        n = x.shape[i]
        cut = n - by % n if n else 0
        if cut < n:
            before = (slice(None),) * i
            x = np.concatenate([x[(*before, slice(cut, None))], x[(*before, slice(None, cut))]], axis=i)
    return x


_FUNCTIONS: Final[Mapping[str, Callable[..., Array]]] = MappingProxyType(
    {
        "log_softmax": log_softmax_of_array,
        "mean": _mean,
        "roll": _roll,
        "shares": _shares,
        "softmax": softmax_of_array,
        "std": _std,
        "var": _var,
    }
)


def expansion(equation: Equation) -> Graph[..., Any] | None:
    """The graph of other operations that gives the same as an equation; None if there is none.

    Its inputs are the references among the inputs of the equation; numbers are part of it.
    """
    primitive = equation.primitive
    function = _FUNCTIONS.get(primitive.name)
    if function is None:
        if not isinstance(primitive, Elementwise) or isinstance(primitive.raw, np.ufunc):
            return None
        if not hasattr(primitive.raw, "__code__"):
            return None
        function = primitive.raw
    (y,) = equation.outputs
    if primitive.name in _FUNCTIONS and not all(
        x.dtype == y.dtype and x.dtype.kind == "f" for x in equation.references
    ):
        return None

    def of_arrays(*arrays: Array) -> Array:
        rest = iter(arrays)
        inputs = [next(rest) if type(x) is Reference else x for x in equation.inputs]
        return function(*inputs, **equation.parameters)

    examples = [np.ones(x.shape, x.dtype)[()] for x in equation.references]
    try:
        with np.errstate(all="ignore"):
            graph = simplify(trace(of_arrays)(*examples))
    except Exception:  # whatever it is, the function is called as it is
        return None
    if len(graph.outputs) != 1 or (graph.outputs[0].shape, graph.outputs[0].dtype) != (y.shape, y.dtype):
        return None
    return graph
