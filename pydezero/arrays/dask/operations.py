"""The computations of Dask for each primitive.

An elementwise primitive is one task for each chunk, whatever it consists of. For the others there is a table of
functions of Dask arrays. What is in no table is one task for the whole arrays, which must fit into the memory of one
worker then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import dask.array as da
import numpy as np

from pydezero.arrays.dask import rearranging, reductions  # noqa: F401  # they fill the table
from pydezero.arrays.dask.axes import WITH_WHOLE, is_of_rows, of_axes, of_rows, with_whole
from pydezero.arrays.dask.chunks import without_empty
from pydezero.arrays.dask.gathering import gathered, plan_of, scattered_at
from pydezero.arrays.dask.matrices import factors, is_of_matrices, of_matrices
from pydezero.arrays.dask.table import INSTRUCTIONS, blockwise, by_elements, several_blockwise
from pydezero.core.operation import Operation
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.types import Array, Index
from pydezero.functions.indexing.indices_as_arguments import filled_index
from pydezero.functions.linalg.factorization import Factorization

# Primitives that work element by element, though their rules are of another kind.
_ELEMENTWISE: Final = frozenset(
    {
        "complex_absolute",
        "complex_absolute.power",
        "complex_angle",
        "frexp",
        "imag",
        "in_bounds",
        "choose",
        "iscomplex",
        "isclose",
        "isneginf",
        "isposinf",
        "isreal",
        "real",
        "ravel_multi_index",
        "sign_at_ends",
        "unravel_index",
        "where",
    }
)

# The largest array, in elements, that one task may get as a whole. The shape of the result is that for a stand-in.
_AT_ONCE: Final = 1 << 20

# Equations of which a stand-in may have no solution: how their names begin, and the argument shaped like the solution.
_SHAPED_LIKE: Final = {"solve_banded": 1, "solveh_banded": 1, "solve_continuous_are": 0, "solve_discrete_are": 0}


def outputs(primitive: Primitive, values: Sequence[Array], params: Mapping[str, Any]) -> Any:
    """The outputs of a primitive for arguments of which one at least is a Dask array."""
    function = INSTRUCTIONS.get(primitive.name)
    if function is None and _is_elementwise(primitive):
        return by_elements(primitive.raw, *values, **params)
    values = [without_empty(x) if isinstance(x, da.Array) else x for x in values]
    if function is not None:
        return function(*values, **params)
    if isinstance(primitive, Factorization):
        return factors(primitive, values[0])
    if is_of_matrices(primitive.name):
        return of_matrices(primitive.name, primitive.raw, values, params)
    if is_of_rows(primitive.name):
        return of_rows(primitive.raw, values, params)
    if primitive.name in WITH_WHOLE:
        return with_whole(partial(primitive.raw, **params), values, WITH_WHOLE[primitive.name])
    if primitive.name == "logsumexp.scaled":
        return of_axes(primitive.raw, values, **params)
    if primitive.name in ("gather", "scatter_at"):
        found = _at_places(*values, **params)
        if found is not None:
            return found
    return _at_once(primitive, values, params)


def _is_elementwise(primitive: Primitive) -> bool:
    if isinstance(primitive, Elementwise) or primitive.name in _ELEMENTWISE:
        return True
    raw = primitive.raw
    return isinstance(raw, np.ufunc) and raw.signature is None and raw.nout == 1


def _at_places(x: Array, *indices: Array, template: Index, shape: Sequence[int] | None = None) -> Any:
    """The elements of x at an index with Dask arrays, or zeros of a shape with x added there; None if too large."""
    plan = plan_of(filled_index(template, indices), x.shape if shape is None else shape, _AT_ONCE)
    if plan is None:
        return None
    return gathered(plan, x) if shape is None else scattered_at(plan, x, shape)


def _at_once(primitive: Primitive, values: Sequence[Array], params: Mapping[str, Any]) -> Any:
    """The outputs, computed by one task that gets the whole arrays.

    Raises:
        TypeError: the arrays are too large for that.
    """
    large = [x.shape for x in values if isinstance(x, da.Array) and x.size > _AT_ONCE]
    if large:
        raise TypeError(
            f"{primitive.name} of a Dask array of shape {large[0]}: it is computed at once, not chunk by chunk, for "
            f"arrays of up to {_AT_ONCE} elements; compute it of parts of the array, as by vmap over its first axis"
        )
    if isinstance(primitive, Operation):
        compute: Callable[..., Any] = partial(_evaluated, primitive)
    else:
        compute = partial(primitive.raw, **params)
    sample = _sample(primitive.name, compute, values)
    pairs: list[Any] = []
    for i, x in enumerate(values):
        pairs += [x, [f"own {i} {axis}" for axis in range(x.ndim)]] if isinstance(x, da.Array) else [x, None]
    if primitive.several_outputs:
        return several_blockwise(compute, (), pairs, sample)
    new = [f"new {axis}" for axis in range(sample.ndim)]
    return blockwise(compute, new, pairs, sample.dtype, dict(zip(new, sample.shape, strict=True)))


def _evaluated(operation: Operation, *values: Array) -> Any:
    return operation.evaluate(values)


def _sample(name: str, compute: Callable[..., Any], values: Sequence[Array]) -> Any:
    """Outputs of the shapes and dtypes that there will be."""
    like = next((place for begin, place in _SHAPED_LIKE.items() if name.startswith(begin)), None)
    if like is not None:
        return np.empty(values[like].shape, np.result_type(*values))
    return compute(*map(_stand_in, values))


def _stand_in(x: Array) -> Array:
    """An array of the shape and dtype of a Dask array: regular matrices, or zeros for what may be an index."""
    if not isinstance(x, da.Array):
        return x
    if x.dtype.kind not in "fc":
        return np.zeros(x.shape, x.dtype)
    if x.ndim < 2:
        return np.ones(x.shape, x.dtype)
    rows, columns = x.shape[-2:]
    of_hilbert = 1 / (1 + np.add.outer(np.arange(rows), np.arange(columns)))
    return np.broadcast_to((np.eye(rows, columns) + of_hilbert).astype(x.dtype), x.shape)
