"""The node of a Dask array: an operation on such a Variable tells Dask what to compute, and computes nothing.

A Dask array has no values to look at, as a batch or a traced value has none. So it is the value of a Variable of the
lowest level, below those of all transforms, and everything above it works as inside another transform: the rules of
derivatives apply primitives to such Variables, and look at shapes and dtypes alone. What leaves the library is the Dask
array again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs
import dask
import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import ChunkedShape, reshaped
from pydezero.arrays.dask.operations import outputs
from pydezero.arrays.dask.table import as_dask, in_rows
from pydezero.core.level import DELAYED, Level
from pydezero.core.operation import Operation
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import check_arithmetic, is_array, is_number
from pydezero.core.source import users_line
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import AnyNode, Variable, new_variable


@attrs.frozen(eq=False, slots=True, weakref_slot=False)
class DelayedNode(AnyNode):
    """The node of all Dask arrays."""

    level: Level

    has_one_value: ClassVar[bool] = False

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        if isinstance(primitive, Operation) and not primitive.is_pure:  # it has functions of the user's inside
            return _placed_outputs(primitive.evaluate([delayed(x) for x in args]))
        values = [_operand(x, primitive.name) for x in args]
        _check_dtype_is_known(primitive, values)
        _check_shape_is_known(primitive, values)
        return _placed_outputs(outputs(primitive, values, params))

    def constant(self, value: Array) -> Variable:
        return new_variable(da.asarray(in_rows(value)), self)

    def shape_of(self, value: Array) -> tuple[int, ...]:
        return ChunkedShape(value.shape, value.chunks)

    def exposed(self, value: Array, what: str) -> Array:
        if what in (".data", "value(x)"):
            return value
        raise EscapeError(
            f"{users_line().place}: {what} needs a value, and a Dask array has none before it is computed. Write "
            "np.where(condition, x, y) or pydezero.cond(condition, f, g) rather than if; to look at it, compute it: "
            "pydezero.value(x).compute()"
        )


NODE = DelayedNode(DELAYED)


def delayed(x: Any) -> Any:
    """A Dask array as a Variable of the lowest level; anything else as it is."""
    if not isinstance(x, da.Array):
        return x
    # A copy of what it is made of: `x[i] = v` changes what x is, and not the chunks.
    return new_variable(x.copy(), NODE)


def in_chunks_like(seed: Array, x: Array) -> Variable:
    """An ndarray whose last axes are those of a Dask array, in its chunks: what belongs to one is computed later."""
    before = tuple([(n,) for n in seed.shape[: seed.ndim - x.ndim]])
    return new_variable(as_dask(seed).rechunk(before + x.chunks), NODE)


def unit_vectors(size: int, chosen: slice, x: Array, ndim: int, dtype: np.dtype[Any]) -> Variable:
    """The chosen columns of the unit matrix, reshaped to a batch of arrays in the chunks of a Dask array.

    These are like the array; if it is a batch itself, they are like its examples, which have `ndim` axes.
    """
    columns = da.eye(size, chunks="auto", dtype=dtype)[:, chosen]
    batches = x.ndim - ndim
    batch = reshaped(columns, (size, *x.shape[batches:]))
    return new_variable(batch.rechunk((batch.chunks[0], *x.chunks[batches:])), NODE)


def computed(leaves: Sequence[Any]) -> list[Any]:
    """The leaves of a container with the values of Dask arrays, which are computed in one pass."""
    return list(dask.compute(*leaves))


def check_known(x: Any, where: str) -> None:
    """Raise an error unless an array of Dask's is one of numbers, whose shape is known.

    Raises:
        TypeError: it is no array (a bag, a dataframe, a delayed object), or one of objects, or its chunks are arrays
            with arithmetic of their own (masked ones).
        ValueError: the sizes of its chunks are not known.
    """
    if not isinstance(x, da.Array):
        raise TypeError(
            f"{where}: a {type(x).__module__}.{type(x).__name__} is no Dask array; "
            "pass df.to_dask_array(lengths=True) of a dataframe, da.from_delayed(x, shape, dtype) of a delayed object"
        )
    if x.dtype is None or x.dtype.kind not in NUMERIC_KINDS:
        raise TypeError(
            f"{where}: a Dask array of dtype {x.dtype} holds no numbers, as its meta says; "
            "convert it with x.astype(float), or say dtype= and meta= where it is made (da.map_blocks, da.from_delayed)"
        )
    if isinstance(x._meta, np.ndarray):
        check_arithmetic(type(x._meta), f"{where}: a chunk of a Dask array")
    if any(map(math.isnan, x.shape)):
        raise ValueError(
            f"{where}: a Dask array of shape {x.shape} has chunks of unknown sizes, and derivatives need to know them; "
            "call x.compute_chunk_sizes() first, or write np.where(mask, x, 0) rather than x[mask]"
        )


def _operand(x: Any, name: str) -> Any:
    """An argument of a primitive as Dask takes it."""
    value = x._value if type(x) is Variable else x
    if isinstance(value, da.Array):
        check_known(value, name)
    elif isinstance(value, list | tuple):
        return np.asarray(value)
    elif not isinstance(value, np.ndarray) and not is_number(value) and is_array(value):
        kind = type(value)
        raise TypeError(
            f"{name}: a Dask array meets an array of {kind.__module__.partition('.')[0]} ({kind.__name__}); "
            "convert the one, or make a Dask array of chunks of the other: da.from_array(x, asarray=False)"
        )
    return in_rows(value)


def _placed_outputs(found: Any) -> Any:
    return tuple(map(_placed, found)) if isinstance(found, tuple) else _placed(found)


def _placed(x: Any) -> Any:
    return new_variable(x, NODE) if isinstance(x, da.Array) else x


def _check_shape_is_known(primitive: Primitive, args: Sequence[Array]) -> None:
    what = primitive.dynamic_shape(args)
    if what:
        raise EscapeError(
            f"{users_line().place}: the shape of {what} depends on the values of a Dask array, which are not known "
            "before it is computed. Write np.where(mask, x, 0), which keeps the shape"
        )


def _check_dtype_is_known(primitive: Primitive, args: Sequence[Array]) -> None:
    instead = primitive.dynamic_dtype([x for x in args if hasattr(x, "dtype")])
    if instead:
        raise EscapeError(
            f"{users_line().place}: whether {primitive.name} of real numbers is real or complex depends on the values "
            f"of a Dask array, which are not known before it is computed. Write {instead} for its argument x, of which "
            "the result is always complex"
        )
