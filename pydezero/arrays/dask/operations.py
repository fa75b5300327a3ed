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
from dask.delayed import delayed

from pydezero.arrays.dask import rearranging, reductions  # noqa: F401  # they fill the table
from pydezero.arrays.dask.axes import WITH_WHOLE, is_of_rows, of_axes, of_rows, with_whole
from pydezero.arrays.dask.matrices import factors, is_of_matrices, of_matrices
from pydezero.arrays.dask.table import INSTRUCTIONS, by_elements
from pydezero.core.operation import Operation
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.types import Array
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


def outputs(primitive: Primitive, values: Sequence[Array], params: Mapping[str, Any]) -> Any:
    """The outputs of a primitive for arguments of which one at least is a Dask array."""
    function = INSTRUCTIONS.get(primitive.name)
    if function is not None:
        return function(*values, **params)
    if isinstance(primitive, Elementwise) or primitive.name in _ELEMENTWISE or _is_elementwise(primitive.raw):
        return by_elements(primitive.raw, *values, **params)
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
    return _at_once(primitive, values, params)


def _is_elementwise(raw: Callable[..., Any]) -> bool:
    return isinstance(raw, np.ufunc) and raw.signature is None and raw.nout == 1


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
    sample = compute(*map(_stand_in, values))
    task = delayed(compute, pure=True)(*values)
    if not primitive.several_outputs:
        return da.from_delayed(task, sample.shape, sample.dtype)
    return tuple([da.from_delayed(task[i], y.shape, y.dtype) for i, y in enumerate(sample)])


def _evaluated(operation: Operation, *values: Array) -> Any:
    return operation.evaluate(values)


def _stand_in(x: Array) -> Array:
    """An array of the shape and dtype of a Dask array: of ones, and of zeros for what may be an index."""
    if not isinstance(x, da.Array):
        return x
    return np.ones(x.shape, x.dtype) if x.dtype.kind in "fc" else np.zeros(x.shape, x.dtype)
