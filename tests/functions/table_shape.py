"""Functions that arrange elements anew, put arrays together and take them apart."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import Argument, ArrayCallable, any_case, real

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("reshape", lambda m, x: m.reshape(x, (3, 2)), real(2, 3)),
    ("reshape -1", lambda m, x: m.reshape(x, (2, -1)), real(2, 3, 2)),
    ("reshape to int", lambda m, x: m.reshape(x, 6), real(2, 3)),
    ("reshape to list", lambda m, x: m.reshape(x, [3, 2]), real(2, 3)),
    ("reshape order=F", lambda m, x: m.reshape(x, (3, 2), order="F"), real(2, 3)),
    ("reshape to scalar", lambda m, x: m.reshape(x, ()), real(1, 1)),
    ("reshape scalar", lambda m, x: m.reshape(x, (1, 1)), real()),
    ("reshape empty", lambda m, x: m.reshape(x, (0, 3)), real(2, 0)),
    ("ravel", lambda m, x: m.ravel(x), real(2, 3)),
    ("ravel order=F", lambda m, x: m.ravel(x, order="F"), real(2, 3)),
    ("ravel scalar", lambda m, x: m.ravel(x), real()),
    ("transpose", lambda m, x: m.transpose(x), real(2, 3, 2)),
    ("transpose axes", lambda m, x: m.transpose(x, (1, 2, 0)), real(2, 3, 2)),
    ("transpose negative axes", lambda m, x: m.transpose(x, axes=[-1, 0, -2]), real(2, 3, 2)),
    ("transpose vector", lambda m, x: m.transpose(x), real(3)),
    ("transpose scalar", lambda m, x: m.transpose(x), real()),
    ("swapaxes", lambda m, x: m.swapaxes(x, 0, -1), real(2, 3, 2)),
    ("swapaxes itself", lambda m, x: m.swapaxes(x, 1, 1), real(2, 3)),
    ("moveaxis", lambda m, x: m.moveaxis(x, 0, -1), real(2, 3, 2)),
    ("moveaxis several", lambda m, x: m.moveaxis(x, (0, 1), (2, 0)), real(2, 3, 2)),
    ("moveaxis lists", lambda m, x: m.moveaxis(x, [-1, 0], [0, 1]), real(2, 3, 2)),
    ("moveaxis NumPy integers", lambda m, x: m.moveaxis(x, np.int64(0), np.int64(-1)), real(2, 3, 2)),
    ("expand_dims", lambda m, x: m.expand_dims(x, 1), real(2, 3)),
    ("expand_dims NumPy integer", lambda m, x: m.expand_dims(x, np.int64(1)), real(2, 3)),
    ("expand_dims -1", lambda m, x: m.expand_dims(x, axis=-1), real(2, 3)),
    ("expand_dims several", lambda m, x: m.expand_dims(x, (0, -1)), real(2, 3)),
    ("expand_dims scalar", lambda m, x: m.expand_dims(x, 0), real()),
    ("squeeze", lambda m, x: m.squeeze(x), real(1, 3, 1)),
    ("squeeze axis=0", lambda m, x: m.squeeze(x, axis=0), real(1, 3, 1)),
    ("squeeze axes", lambda m, x: m.squeeze(x, axis=(0, -1)), real(1, 3, 1)),
    ("squeeze to scalar", lambda m, x: m.squeeze(x), real(1, 1)),
    ("squeeze nothing", lambda m, x: m.squeeze(x), real(2, 3)),
    ("broadcast_to", lambda m, x: m.broadcast_to(x, (2, 3)), real(3)),
    ("broadcast_to same", lambda m, x: m.broadcast_to(x, (2, 3)), real(2, 3)),
    ("broadcast_to stretched", lambda m, x: m.broadcast_to(x, (2, 3, 2)), real(3, 1)),
    ("broadcast_to from scalar", lambda m, x: m.broadcast_to(x, (2, 2)), real()),
    ("broadcast_to int", lambda m, x: m.broadcast_to(x, 3), real(1)),
    ("broadcast_to empty", lambda m, x: m.broadcast_to(x, (0, 3)), real(3)),
    ("astype", lambda m, x: m.astype(x, np.complex128), real(2, 3)),
    ("astype same", lambda m, x: m.astype(x, x.dtype), real(2, 3)),
    ("take", lambda m, x: m.take(x, [3, 0, 0]), real(2, 2)),
    ("take one", lambda m, x: m.take(x, 1, axis=-1), real(2, 3)),
    ("take axis=1", lambda m, x: m.take(x, [[0, -1], [2, 2]], axis=1), real(2, 3)),
    ("take axis=0", lambda m, x: m.take(x, np.array([1, 0, 1]), 0), real(2, 3)),
    ("split in two", lambda m, x: m.split(x, 2), real(4, 3)),
    ("split axis=1", lambda m, x: m.split(x, 3, axis=1), real(2, 3)),
    ("split axis=-1", lambda m, x: m.split(x, 3, axis=-1), real(2, 3)),
    ("split at", lambda m, x: m.split(x, [1, 3]), real(4, 2)),
    ("split at axis=1", lambda m, x: m.split(x, (1,), axis=1), real(2, 3)),
    ("split at the ends", lambda m, x: m.split(x, [0, 2, 5]), real(3)),
    ("split at negative", lambda m, x: m.split(x, [-1]), real(3)),
    ("stack of one", lambda m, x: m.stack([x]), real(3)),
    ("stack twice the same", lambda m, x: m.stack([x, x]), real(3)),
    ("concatenate twice the same", lambda m, x: m.concatenate([x, x, 2 * x]), real(3)),
    ("concatenate with a list", lambda m, x: m.concatenate([x, [1.0, 2.0]]), real(3)),
    ("stack with numbers", lambda m, x: m.stack([x, 1.5, 2]), real()),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("concatenate", lambda m, x, y: m.concatenate([x, y]), real(2, 3), real(1, 3)),
    ("concatenate tuple axis=1", lambda m, x, y: m.concatenate((x, y), axis=1), real(2, 3), real(2, 1)),
    ("concatenate axis=-1", lambda m, x, y: m.concatenate([x, y, x], -1), real(2, 1), real(2, 2)),
    ("concatenate axis=None", lambda m, x, y: m.concatenate([x, y], axis=None), real(2, 2), real(3)),
    ("concatenate scalars axis=None", lambda m, x, y: m.concatenate([x, y], axis=None), real(), real()),
    ("concatenate with empty", lambda m, x, y: m.concatenate([x, y]), real(2), real(0)),
    ("stack", lambda m, x, y: m.stack([x, y]), real(2, 3), real(2, 3)),
    ("stack axis=1", lambda m, x, y: m.stack((x, y), axis=1), real(2, 3), real(2, 3)),
    ("stack axis=-1", lambda m, x, y: m.stack([x, y], axis=-1), real(2, 3), real(2, 3)),
    ("stack scalars", lambda m, x, y: m.stack([x, y]), real(), real()),
    ("hstack", lambda m, x, y: m.hstack([x, y]), real(2, 3), real(2, 1)),
    ("hstack vectors", lambda m, x, y: m.hstack((x, y)), real(2), real(3)),
    ("hstack scalars", lambda m, x, y: m.hstack([x, y]), real(), real()),
    ("hstack of 3-d", lambda m, x, y: m.hstack([x, y]), real(2, 1, 2), real(2, 2, 2)),
    ("vstack", lambda m, x, y: m.vstack([x, y]), real(2, 3), real(1, 3)),
    ("vstack vectors", lambda m, x, y: m.vstack((x, y)), real(3), real(3)),
    ("vstack vector and matrix", lambda m, x, y: m.vstack([x, y]), real(3), real(2, 3)),
    ("vstack scalars", lambda m, x, y: m.vstack([x, y]), real(), real()),
)

SHAPE: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(any_case(name, f, x, y) for name, f, x, y in _OF_TWO),
]
