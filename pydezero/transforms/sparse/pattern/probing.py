"""The structure of a linear operation, from what it makes of numbered elements.

An operation that moves elements (an index, a transposition, a concatenation, a scatter) is asked where they went: it is
applied to random weights w, to the weights times the numbers 1, 2, ... of the elements, and to the weights times other
random numbers r. If a result is s w_k, it is s w_k k and s w_k r_k in the other two, for one element k and a factor s;
no sum of several elements agrees in all three. Where a result is a sum, its transpose may be such an operation: a sum
over an axis takes each element to one place.

Of any other linear operation a small matrix is computed as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.transforms.sparse.pattern.sets import Indices

_EXACT: Final = 1e-9
"""How far a result may be from its multiple, relative to itself."""

LARGEST_MATRIX: Final = 1 << 21
"""The most elements of a matrix that is computed to see which of them are zero."""

Numbers = NDArray[np.float64]


@lru_cache(maxsize=8)
def _weights(size: int) -> tuple[Numbers, Numbers, Numbers]:
    """The weights of so many elements, the weights times their numbers, and times other random numbers."""
    random = np.random.default_rng(size)
    weights = random.random(size) + 1.0
    return weights, weights * np.arange(1.0, size + 1.0), weights * _others(size)


@lru_cache(maxsize=8)
def _others(size: int) -> Numbers:
    return np.random.default_rng(size + 1).random(size) + 1.0


def origins(apply: Callable[[Numbers], Array], size: int) -> Indices | None:
    """For each element of a result the number, from 1, of the element that it is a multiple of; 0 where it is zero.

    None if one of them is no multiple of a single element. `apply` takes a vector of all elements.
    """
    probes = _weights(size)
    with np.errstate(all="ignore"):
        first, second, third = [np.asarray(apply(probe)) for probe in probes]
        present = first != 0
        if not present.all() and (np.any(second[~present]) or np.any(third[~present])):
            return None
        ratio = np.where(present, second / np.where(present, first, 1.0), 0.0)
        if not _are_numbers(ratio, size):
            return None
        numbers = np.rint(ratio.real).astype(np.intp)
        others = np.concatenate([np.zeros(1), _others(size)])[numbers]
        exact = np.abs(second - numbers * first) <= _EXACT * np.abs(second)
        exact &= np.abs(third - others * first) <= _EXACT * np.abs(third)
    return numbers if exact.all() else None


def _are_numbers(ratio: NDArray[Any], size: int) -> bool:
    real = ratio.real
    return bool(np.all(np.isfinite(ratio)) and np.all(real >= 0) and np.all(real < size + 0.5))


def matrix(apply: Callable[[Numbers], Array], size: int) -> tuple[Indices, Indices] | None:
    """The places, by results and elements, where a linear operation has a matrix element other than zero.

    None if the matrix is too large to compute. `apply` takes a vector of all elements, and gives results of one shape.
    """
    if size > 2048:  # so many applications
        return None
    columns: list[Indices] = []
    total = 0
    for i in range(size):
        unit = np.zeros(size)
        unit[i] = 1.0
        result = np.asarray(apply(unit)).ravel()
        total += result.size
        if total > LARGEST_MATRIX or size * result.size > LARGEST_MATRIX:
            return None
        columns.append(np.flatnonzero(result))  # nan is no zero
    results = np.concatenate([np.zeros(0, np.intp), *columns])
    return results, np.repeat(np.arange(size), [len(column) for column in columns])


def split(vector: Numbers, shapes: Sequence[tuple[int, ...]]) -> list[Numbers]:
    """A vector of all elements of several arrays, as these arrays."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)]
