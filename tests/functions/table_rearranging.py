"""Functions that reverse, shift, turn and repeat the elements of an array, leave some out and put others in."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from pydezero import functions
from tests.functions.case import Argument, ArrayCallable, any_case, case, given, real

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("flip", lambda m, x: m.flip(x), real(2, 3)),
    ("flip axis", lambda m, x: m.flip(x, 1), real(2, 3)),
    ("flip axes", lambda m, x: m.flip(x, axis=(0, -1)), real(2, 3, 2)),
    ("flip scalar", lambda m, x: m.flip(x), real()),
    ("flip empty", lambda m, x: m.flip(x, 0), real(0, 2)),
    ("flip transposed", lambda m, x: m.flip(x.T, 0), real(2, 3)),
    ("fliplr", lambda m, x: m.fliplr(x), real(2, 3, 2)),
    ("flipud", lambda m, x: m.flipud(x), real(3)),
    ("rot90", lambda m, x: m.rot90(x), real(2, 3)),
    ("rot90 k", lambda m, x: m.rot90(x, -2, axes=(1, 2)), real(2, 2, 3)),
    ("rot90 axes", lambda m, x: m.rot90(x, k=7, axes=(-1, 0)), real(2, 1, 3)),
    ("rot90 k=4", lambda m, x: m.rot90(x, 4), real(2, 3)),
    ("roll", lambda m, x: m.roll(x, 2), real(2, 3)),
    ("roll axis", lambda m, x: m.roll(x, -1, axis=1), real(2, 3)),
    ("roll axes", lambda m, x: m.roll(x, (1, 5), axis=(0, -1)), real(2, 3, 2)),
    ("roll one shift for axes", lambda m, x: m.roll(x, 1, (0, 1)), real(2, 3)),
    ("roll an axis twice", lambda m, x: m.roll(x, (1, 1), (0, 0)), real(3)),
    ("roll several without axis", lambda m, x: m.roll(x, (1, 1)), real(3)),
    ("roll empty", lambda m, x: m.roll(x, 1, 1), real(2, 0)),
    ("rollaxis", lambda m, x: m.rollaxis(x, 2), real(2, 3, 1)),
    ("rollaxis start", lambda m, x: m.rollaxis(x, 0, start=-1), real(2, 3, 1)),
    ("rollaxis to the end", lambda m, x: m.rollaxis(x, -2, 3), real(2, 3, 1)),
    ("matrix_transpose", lambda m, x: m.matrix_transpose(x), real(2, 3, 1)),
    ("tril", lambda m, x: m.tril(x), real(3, 3)),
    ("tril k", lambda m, x: m.tril(x, k=-1), real(2, 3, 2)),
    ("tril vector", lambda m, x: m.tril(x, 1), real(3)),
    ("triu", lambda m, x: m.triu(x), real(3, 3)),
    ("triu k", lambda m, x: m.triu(x, 1), real(2, 2, 3)),
    ("triu vector", lambda m, x: m.triu(x), real(3)),
    ("delete", lambda m, x: m.delete(x, 1), real(2, 2)),
    ("delete axis", lambda m, x: m.delete(x, [0, -1, 0], axis=1), real(2, 3)),
    ("delete slice", lambda m, x: m.delete(x, slice(None, None, 2), axis=-2), real(3, 2)),
    ("delete all", lambda m, x: m.delete(x, slice(None), axis=0), real(2, 2)),
    ("insert numbers", lambda m, x: m.insert(x, [1, 3], [1.5, 2.5]), real(2, 2)),
    ("repeat", lambda m, x: m.repeat(x, 2), real(2, 2)),
    ("repeat axis", lambda m, x: m.repeat(x, 3, axis=-1), real(2, 2)),
    ("repeat never", lambda m, x: m.repeat(x, 0, axis=0), real(2, 2)),
    ("repeat each", lambda m, x: m.repeat(x, [2, 1, 3], axis=0), real(3, 2)),
    ("repeat some never", lambda m, x: m.repeat(x, np.array([0, 2, 1, 0]), 1), real(2, 4)),
    ("repeat each never", lambda m, x: m.repeat(x, [0, 0]), real(2)),
    ("repeat list of one", lambda m, x: m.repeat(x, [2]), real(3)),
    ("repeat scalar", lambda m, x: m.repeat(x, 3), real()),
    ("tile", lambda m, x: m.tile(x, 3), real(2)),
    ("tile matrix", lambda m, x: m.tile(x, (2, 1, 2)), real(2, 3)),
    ("tile for the last axis", lambda m, x: m.tile(x, [2]), real(2, 1, 2)),
    ("tile once", lambda m, x: m.tile(x, 1), real(2, 2)),
    ("tile never", lambda m, x: m.tile(x, (0, 2)), real(2)),
    ("tile scalar", lambda m, x: m.tile(x, (2, 2)), real()),
    ("resize", lambda m, x: m.resize(x, (3, 3)), real(2, 2)),
    ("resize to less", lambda m, x: m.resize(x, 3), real(2, 2)),
    ("resize to as many", lambda m, x: m.resize(x, (3, 2)), real(2, 3)),
    ("resize empty", lambda m, x: m.resize(x, (2, 2)), real(0, 3)),
    ("resize to scalar", lambda m, x: m.resize(x, ()), real(3)),
    ("sliding_window_view", lambda m, x: functions.sliding_window_view(x, 2), real(4)),
    ("sliding_window_view axes", lambda m, x: functions.sliding_window_view(x, (2, 1), (0, -1)), real(3, 2, 2)),
    ("sliding_window_view axis", lambda m, x: functions.sliding_window_view(x, 3, axis=1), real(2, 4)),
    ("sliding_window_view all", lambda m, x: functions.sliding_window_view(x, (2, 3)), real(2, 3)),
    ("sliding_window_view twice", lambda m, x: functions.sliding_window_view(x, (2, 2), (0, 0)), real(4)),
    ("append number", lambda m, x: m.append(x, 1.5), real(2, 2)),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("append", lambda m, x, y: m.append(x, y), real(2, 2), real(3)),
    ("append axis", lambda m, x, y: m.append(x, y, axis=1), real(2, 2), real(2, 1)),
)

_INSERTIONS: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("insert", lambda m, x, y: m.insert(x, 1, y), real(2, 2), real()),
    ("insert row", lambda m, x, y: m.insert(x, -1, y, axis=0), real(2, 3), real(3)),
    ("insert rows", lambda m, x, y: m.insert(x, [0, 2], y, axis=0), real(2, 3), real(2, 3)),
    ("insert column", lambda m, x, y: m.insert(x, 3, y, axis=1), real(2, 3), real(2)),
    ("insert by slice", lambda m, x, y: m.insert(x, slice(2), y, axis=-1), real(2, 3), real(2, 1)),
    ("insert into empty", lambda m, x, y: m.insert(x, 0, y), real(0), real(2)),
)

_MASK: Final = np.array([True, False, True])

REARRANGING: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(any_case(name, f, x, y) for name, f, x, y in _OF_TWO),
    # Complex numbers are not put into a real array, so the two go together.
    *chain.from_iterable(case(name, f, x, y) for name, f, x, y in _INSERTIONS),
    *any_case("delete by mask", lambda m, x: m.delete(x, _MASK, axis=1), real(2, 3)),
    *any_case("insert of itself", lambda m, x: m.insert(x, [0, 2, 2], x, axis=1), real(2, 3)),
    *any_case("insert into given", lambda m, c, x: m.insert(c, 1, x), given([1.0, 2.0]), real(2)),
]
