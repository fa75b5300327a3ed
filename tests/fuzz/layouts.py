"""The same numbers in memory that is laid out in different ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from tests.functions.case import Array


def _strided(x: Array) -> Array:
    wide = np.zeros(tuple(2 * n for n in x.shape), x.dtype)
    every_other = tuple([slice(None, None, 2)] * x.ndim)
    wide[every_other] = x
    return wide[every_other]


def _backwards(x: Array) -> Array:
    backwards = tuple([slice(None, None, -1)] * x.ndim)
    return x[backwards].copy()[backwards]


def _read_only(x: Array) -> Array:
    return np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape)


def _unaligned(x: Array) -> Array:
    memory = np.zeros(x.nbytes + 1, np.uint8)
    memory[1:] = np.frombuffer(x.tobytes(), np.uint8)
    return memory[1:].view(x.dtype).reshape(x.shape)


def _repeated(x: Array) -> Array:
    """Elements along the first axis that are one element of the memory: the numbers are other ones."""
    return np.broadcast_to(x[:1], x.shape) if x.ndim else x


LAYOUTS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "strided": _strided,
    "backwards": _backwards,
    "byte-swapped": lambda x: x.astype(x.dtype.newbyteorder()),
    "read-only": _read_only,
    "unaligned": _unaligned,
    "repeated": _repeated,
}


def laid_out(x: Array, layout: str) -> Array:
    """The numbers of x in a layout; 0-d arrays stay such."""
    return np.reshape(LAYOUTS[layout](x), x.shape) if x.ndim == 0 else LAYOUTS[layout](x)


def numbers(shape: tuple[int, ...], dtype: str, seed: int) -> Array:
    """Random numbers of a seed, all different and none of them near 0; of integers and bools any."""
    rng = np.random.default_rng([seed, *shape])
    if np.dtype(dtype).kind in "iub":
        return rng.integers(0, 2 if dtype == "bool" else 5, shape).astype(dtype)
    x = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.8, shape)
    z = x + 1j * rng.uniform(-1.0, 1.0, shape) if np.dtype(dtype).kind == "c" else x
    return np.asarray(z, dtype)
