"""Functions that put arrays together, take them apart, and lay numbers between two ends."""

from __future__ import annotations

import math
from itertools import chain
from typing import Final

import numpy as np

from pydezero import functions
from tests.functions.case import Argument, Array, ArrayCallable, Results, any_case, case, given, positive, real


def _product(arrays: tuple[Array, ...]) -> Results:
    """One result that depends on all arguments, of which not each of several results does."""
    return math.prod(arrays[1:], start=arrays[0])


_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("atleast_1d", lambda m, x: m.atleast_1d(x), real()),
    ("atleast_1d of 2-d", lambda m, x: m.atleast_1d(x), real(2, 3)),
    ("atleast_2d", lambda m, x: m.atleast_2d(x), real(3)),
    ("atleast_3d", lambda m, x: m.atleast_3d(x), real(3)),
    ("atleast_3d of 2-d", lambda m, x: m.atleast_3d(x), real(2, 3)),
    ("atleast_3d of 0-d and 3-d", lambda m, x: m.atleast_3d(x[0, 0, 0], x), real(2, 1, 2)),
    ("block of numbers", lambda m, x: m.block([[x, 1.5], [2.5, x]]), real()),
    ("block vectors", lambda m, x: m.block([x, 2 * x, 1.5]), real(2)),
    ("block array", lambda m, x: m.block(x), real(2)),
    ("block with vectors", lambda m, x: m.block([[x], [x[0]], [np.ones(3)]]), real(2, 3)),
    ("array of numbers", lambda m, x: functions.array([[x, 1.5], [2.5, x * x]]), real()),
    ("array of arrays", lambda m, x: functions.array([x, (2 * x[0], 3.0), [1, 2]]), real(2)),
    ("array of one", lambda m, x: functions.array(x), real(2)),
    ("array with axes", lambda m, x: functions.array([x], ndmin=4), real(2)),
    ("array dtype", lambda m, x: functions.array([x, 2 * x], dtype=complex), real(2)),
    ("broadcast_arrays of itself", lambda m, x: m.broadcast_arrays(x, 2 * x[0], x[:, None]), real(3)),
    ("diagflat", lambda m, x: m.diagflat(x), real(2, 2)),
    ("diagflat k", lambda m, x: m.diagflat(x, k=-1), real(2)),
    ("meshgrid of one", lambda m, x: m.meshgrid(x), real(3)),
    ("meshgrid of scalar", lambda m, x: m.meshgrid(x, 2 * x), real()),
    ("array_split", lambda m, x: m.array_split(x, 3), real(5, 2)),
    ("array_split axis", lambda m, x: m.array_split(x, 2, axis=-1), real(2, 3)),
    ("array_split at", lambda m, x: m.array_split(x, [1, 1, 4], 1), real(2, 3)),
    ("array_split into many", lambda m, x: m.array_split(x, 3), real(2)),
    ("hsplit", lambda m, x: m.hsplit(x, 2), real(2, 4)),
    ("hsplit vector", lambda m, x: m.hsplit(x, [1]), real(3)),
    ("vsplit", lambda m, x: m.vsplit(x, 2), real(2, 3)),
    ("dsplit", lambda m, x: m.dsplit(x, [1]), real(1, 2, 3)),
    ("unstack", lambda m, x: functions.unstack(x), real(2, 3)),
    ("unstack axis", lambda m, x: functions.unstack(x, axis=-1), real(2, 3)),
    ("linspace to number", lambda m, x: m.linspace(x, 2.0, 4), real()),
    ("linspace of itself", lambda m, x: m.linspace(x, x, 3, endpoint=False), real(2)),
    ("logspace base of numbers", lambda m, x: m.logspace(0.5, 1.5, 3, base=x), positive()),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("atleast_1d of two", lambda m, x, y: _product(m.atleast_1d(x, y)), real(), real(2, 1)),
    ("atleast_2d of two", lambda m, x, y: _product(m.atleast_2d(x, y)), real(), real(2, 1)),
    ("block", lambda m, x, y: m.block([[x, y], [y.T, np.zeros((1, 1))]]), real(2, 2), real(2, 1)),
    ("array", lambda m, x, y: functions.array([[x, y, np.ones(2)], [y, 2 * x, y]]), real(2), real(2)),
    ("block deep", lambda m, x, y: m.block([[[x, y]], [[y, x]]]), real(2), real(2)),
    ("broadcast_arrays", lambda m, x, y: _product(m.broadcast_arrays(x, y)), real(2, 1), real(3)),
    ("column_stack", lambda m, x, y: m.column_stack([x, y]), real(2), real(2, 2)),
    ("dstack", lambda m, x, y: m.dstack((x, y)), real(2, 3), real(2, 3)),
    ("dstack vectors", lambda m, x, y: m.dstack([x, y]), real(3), real(3)),
    ("meshgrid", lambda m, x, y: _product(m.meshgrid(x, y)), real(2), real(3)),
    ("meshgrid ij", lambda m, x, y: _product(m.meshgrid(x, y, x, indexing="ij")), real(2), real(3)),
    ("meshgrid sparse", lambda m, x, y: _product(m.meshgrid(x, y, sparse=True, copy=False)), real(2), real(3)),
    ("ix_", lambda m, x, y: _product(m.ix_(x, y)), real(2), real(3)),
    ("linspace", lambda m, x, y: m.linspace(x, y, 4), real(), real()),
    ("linspace endpoint=False", lambda m, x, y: m.linspace(x, y, 3, endpoint=False), real(), real()),
    ("linspace arrays", lambda m, x, y: m.linspace(x, y, 3), real(2, 1), real(3)),
    ("linspace axis", lambda m, x, y: m.linspace(x, y, 3, axis=-1), real(2), real(2)),
    ("linspace retstep", lambda m, x, y: m.linspace(x, y, 3, retstep=True), real(2), real(2)),
    ("linspace of one", lambda m, x, y: m.linspace(x, y, 1), real(), real(2)),
    ("linspace of one and not the end", lambda m, x, y: m.linspace(x, y, 1, False), real(), real()),
    ("linspace of none", lambda m, x, y: m.linspace(x, y, 0), real(2), real(2)),
    ("linspace dtype", lambda m, x, y: m.linspace(x, y, 3, dtype=complex), real(), real()),
    ("logspace", lambda m, x, y: m.logspace(x, y, 3), real(), real()),
    ("logspace axis", lambda m, x, y: m.logspace(x, y, 3, False, 2.0, axis=1), real(2), real(2)),
    ("logspace dtype", lambda m, x, y: m.logspace(x, y, 2, dtype=np.complex128), real(), real()),
    ("geomspace", lambda m, x, y: m.geomspace(x, y, 4), positive(), positive()),
    ("geomspace arrays", lambda m, x, y: m.geomspace(x, y, 3, axis=1), positive(2, 1), positive(3)),
    ("geomspace endpoint=False", lambda m, x, y: m.geomspace(x, y, 3, endpoint=False), positive(2), positive(2)),
    ("geomspace of one", lambda m, x, y: m.geomspace(x, y, 1), positive(), positive()),
    ("geomspace of none", lambda m, x, y: m.geomspace(x, y, 0), positive(), positive()),
    ("geomspace dtype", lambda m, x, y: m.geomspace(x, y, 3, dtype=complex), positive(), positive()),
)

BUILDING: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(any_case(name, f, x, y) for name, f, x, y in _OF_TWO),
    *any_case(
        "logspace base",
        lambda m, x, y, b: m.logspace(x, y, 3, base=b, axis=-1),
        real(2, 1),
        real(),
        positive(3),
    ),
    *case("geomspace negative", lambda m, x, y: m.geomspace(-x, -y, 3), positive(2), positive(2)),
    *any_case("linspace from given", lambda m, c, x: m.linspace(c, x, 3), given([0.5, 1.5]), real(2)),
]
