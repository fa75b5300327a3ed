"""Products and factorizations of matrices: all matrices of a chunk at once, each in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import dask.array as da
import numpy as np

from pydezero.arrays.dask.chunks import DaskArray
from pydezero.arrays.dask.indexing import scattered
from pydezero.arrays.dask.table import as_dask, by_matrices, instruction, several_blockwise, unchanged
from pydezero.core.types import Array
from pydezero.functions.linalg.factorization import Factorization
from pydezero.functions.linalg.matrices import refused


@instruction("matmul")
def _matmul(x: Array, y: Array) -> DaskArray:
    rows = y.shape[max(y.ndim - 2, 0)]
    if x.shape[-1] != rows:  # of which Dask says that chunks do not add up
        raise ValueError(f"matmul: shapes {x.shape} and {y.shape} do not fit: {x.shape[-1]} columns, {rows} rows")
    return da.matmul(as_dask(x), as_dask(y))


@instruction("einsum")
def _einsum(*xs: Array, subscripts: Any, optimize: Any) -> DaskArray:
    operands = list(map(as_dask, xs))
    if all(len(set(term)) == len(term) for term in subscripts.operands):
        return da.einsum(str(subscripts), *operands)
    # Dask takes a chunk off the diagonal for one on it.
    whole = [
        x.rechunk({i: -1 for i, label in enumerate(term) if term.count(label) > 1})
        for x, term in zip(operands, subscripts.operands, strict=True)
    ]
    diagonals = [_diagonal_of_labels(x, term) for x, term in zip(whole, subscripts.operands, strict=True)]
    terms = ",".join(["".join(dict.fromkeys(term)) for term in subscripts.operands])
    return da.einsum(f"{terms}->{subscripts.out}", *diagonals)


def _diagonal_of_labels(x: DaskArray, term: str) -> DaskArray:
    """The elements where the places along all axes with the same label are equal."""
    labels = list(term)
    while len(set(labels)) < len(labels):
        label = next(label for label in labels if labels.count(label) > 1)
        first = labels.index(label)
        second = labels.index(label, first + 1)
        x = da.moveaxis(da.diagonal(x, axis1=first, axis2=second), -1, first)
        del labels[second]
    return x


@instruction("diagonal")
def _diagonal(x: DaskArray, offset: int) -> DaskArray:
    return da.diagonal(x, offset, x.ndim - 2, x.ndim - 1)


@instruction("from_diagonal")
def _from_diagonal(x: DaskArray, offset: int, shape: Sequence[int]) -> DaskArray:
    length = x.shape[-1]
    rows = np.arange(length) + max(-offset, 0)
    return scattered(x, (..., rows, rows + offset), (*x.shape[:-1], *shape))


@instruction("trace")
def _trace(x: DaskArray, offset: int) -> DaskArray:
    return da.sum(_diagonal(x, offset), axis=-1)


@instruction("from_trace")
def _from_trace(x: DaskArray, offset: int, shape: Sequence[int]) -> DaskArray:
    rows, columns = shape
    length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    return _from_diagonal(da.broadcast_to(x[..., None], (*x.shape, length)), offset, shape)


# From the arguments to the lengths of the axes of a result.
_Lengths: TypeAlias = Callable[..., Sequence[int]]

_SQUARE: Final[_Lengths] = lambda *xs: xs[0].shape[-2:]
_NOTHING: Final[_Lengths] = lambda *_: ()
# The number of axes that a function works on of each argument, and the lengths of those that it puts in their place.
_MATRICES: Final[dict[str, tuple[tuple[int, ...], _Lengths]]] = {
    "cholesky": ((2,), _SQUARE),
    "cofactors": ((2, 0), _SQUARE),
    "cofactors_of_singular": ((2, 2), _SQUARE),
    "condition_number": ((2,), _NOTHING),
    "det": ((2,), _NOTHING),
    "expm": ((2,), _SQUARE),
    "inv": ((2,), _SQUARE),
    "is_singular": ((2,), _NOTHING),
    "lstsq_rank": ((2,), _NOTHING),
    "matrix_rank": ((2,), _NOTHING),
    "pinv": ((2,), lambda x: x.shape[-2:][::-1]),
    "projector_of_kept": ((2,), lambda x: (x.shape[-1],) * 2),
    "refuse_singular": ((2,), _SQUARE),
    "solve_sylvester": ((2, 2, 2), lambda *xs: xs[2].shape[-2:]),
    "solve_sylvester_of_several": ((2, 2, 2), lambda *xs: xs[2].shape[-2:]),
    "solve_triangular": ((2, 2), lambda *xs: xs[1].shape[-2:]),
    "turn_of_kept": ((2, 2), _SQUARE),
    "cross": ((1, 1), lambda *_: (3,)),
}


# Those that raise an error for a matrix or a vector of one element, which is 1.
_REFUSE_ONES: Final = frozenset({"cross", "refuse_singular"})


def is_of_matrices(name: str) -> bool:
    """Whether a primitive is a function of the matrices in a stack."""
    return name in _MATRICES


def of_matrices(name: str, raw: Callable[..., Array], values: Sequence[Array], params: Any) -> DaskArray:
    """The result of a function of the matrices in a stack."""
    ndims, result = _MATRICES[name]
    dtype = np.result_type(*values) if name in _REFUSE_ONES else None
    return by_matrices(partial(raw, **params), values, ndims, result(*values), dtype)


@instruction("refused")
def _refused(condition: DaskArray, message: str) -> DaskArray:
    return unchanged(refused, condition, message=message)


@instruction("solve", "solve_both")
def _solve(a: Array, b: Array) -> DaskArray:
    if b.ndim == 1:
        return by_matrices(np.linalg.solve, [a, b], [2, 1], b.shape)
    return by_matrices(np.linalg.solve, [a, b], [2, 2], b.shape[-2:])


def factors(operation: Factorization, a: DaskArray) -> Any:
    """The outputs of a factorization, which is computed once for all of them."""
    rows, columns = a.shape[-2:]
    one = np.reshape(np.eye(rows, columns, dtype=a.dtype), (1,) * (a.ndim - 2) + (rows, columns))
    sample = operation.evaluate((one,))
    if not operation.several_outputs:
        return by_matrices(partial(_evaluated, operation), [a], [2], sample.shape[a.ndim - 2 :], sample.dtype)
    loops = [f"loop {axis}" for axis in range(a.ndim - 2)]
    return several_blockwise(partial(_evaluated, operation), loops, (a, (*loops, "rows", "columns")), sample)


def _evaluated(operation: Factorization, a: Array) -> Any:
    return operation.evaluate((a,))
