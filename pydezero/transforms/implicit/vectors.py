"""Numbers of several arrays as one real vector, and back: complex numbers as their real and imaginary parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from pydezero.core.operation import ArraySpec
from pydezero.core.types import Array
from pydezero.core.variable import shape_of


def max_norm(x: Array) -> float:
    """The largest magnitude among the elements of an array, 0 if it has none."""
    return float(np.max(np.abs(x), initial=0.0))


def spec_of(x: Array) -> ArraySpec:
    """The shape and dtype of an array, a number or a Variable."""
    return ArraySpec(shape_of(x), x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype)


def size_of(specs: Sequence[ArraySpec]) -> int:
    """The number of elements of the vector of such arrays."""
    return sum(prod(spec.shape) * (1 + (spec.dtype.kind == "c")) for spec in specs)


def to_vector(leaves: Sequence[Array]) -> Array:
    """The numbers of some arrays as one vector."""
    parts: list[Array] = []
    for x in leaves:
        is_complex = spec_of(x).dtype.kind == "c"
        parts += [np.real(x), np.imag(x)] if is_complex else [x]
    return np.concatenate([np.reshape(part, (-1,)) for part in parts])


def from_vector(vector: Array, specs: Sequence[ArraySpec]) -> list[Array]:
    """The arrays of these shapes and dtypes that have the numbers of a vector."""
    lengths = [prod(spec.shape) for spec in specs for _ in range(1 + (spec.dtype.kind == "c"))]
    bounds = [0, *accumulate(lengths)]
    parts = iter([vector[start:stop] for start, stop in pairwise(bounds)])
    leaves: list[Array] = []
    for spec in specs:
        x = next(parts)
        if spec.dtype.kind == "c":
            x = x + 1j * next(parts)
        x = np.reshape(x, spec.shape)
        leaves.append(x.astype(spec.dtype) if x.dtype != spec.dtype else x)
    return leaves
