"""Padding, in every mode."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from tests.functions.case import Argument, ArrayCallable, any_case, case, real

_WIDTHS: Final = ((1, 2), (2, 0))

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("pad", lambda m, x: m.pad(x, 2), real(2, 3)),
    ("pad width for each side", lambda m, x: m.pad(x, (1, 0)), real(2, 3)),
    ("pad width for each axis", lambda m, x: m.pad(x, [[1], [2]]), real(2, 3)),
    ("pad by nothing", lambda m, x: m.pad(x, 0), real(2, 3)),
    ("pad scalar", lambda m, x: m.pad(x, 1), real()),
    ("pad empty array", lambda m, x: m.pad(x, 1), real(0, 2)),
    ("pad constants", lambda m, x: m.pad(x, _WIDTHS, constant_values=((1.5, 2.5), (3.5, 4.5))), real(2, 3)),
    ("pad edge", lambda m, x: m.pad(x, _WIDTHS, "edge"), real(2, 3)),
    ("pad edge of 3-d", lambda m, x: m.pad(x, 1, mode="edge"), real(2, 1, 2)),
    ("pad edge not of an empty axis", lambda m, x: m.pad(x, ((0, 0), (1, 1)), "edge"), real(0, 2)),
    ("pad edge scalar", lambda m, x: m.pad(x, 1, "edge"), real()),
    ("pad wrap", lambda m, x: m.pad(x, _WIDTHS, "wrap"), real(3, 3)),
    ("pad wrap around", lambda m, x: m.pad(x, (5, 7), "wrap"), real(3)),
    ("pad reflect", lambda m, x: m.pad(x, _WIDTHS, "reflect"), real(3, 3)),
    ("pad reflect again", lambda m, x: m.pad(x, (5, 4), "reflect", reflect_type="even"), real(3)),
    ("pad reflect one", lambda m, x: m.pad(x, (2, 1), "reflect"), real(1)),
    ("pad reflect odd", lambda m, x: m.pad(x, _WIDTHS, "reflect", reflect_type="odd"), real(3, 3)),
    ("pad reflect odd again", lambda m, x: m.pad(x, (5, 4), "reflect", reflect_type="odd"), real(3)),
    ("pad reflect odd one", lambda m, x: m.pad(x, (2, 1), "reflect", reflect_type="odd"), real(1)),
    ("pad symmetric", lambda m, x: m.pad(x, _WIDTHS, "symmetric"), real(2, 3)),
    ("pad symmetric again", lambda m, x: m.pad(x, (5, 6), "symmetric"), real(2)),
    ("pad symmetric odd", lambda m, x: m.pad(x, _WIDTHS, "symmetric", reflect_type="odd"), real(2, 3)),
    ("pad symmetric odd again", lambda m, x: m.pad(x, (5, 6), "symmetric", reflect_type="odd"), real(2)),
    ("pad mean", lambda m, x: m.pad(x, _WIDTHS, "mean"), real(2, 3)),
    ("pad mean stat_length", lambda m, x: m.pad(x, (1, 2), "mean", stat_length=(2, 9)), real(4)),
    ("pad linear_ramp", lambda m, x: m.pad(x, _WIDTHS, "linear_ramp"), real(2, 3)),
    ("pad linear_ramp to", lambda m, x: m.pad(x, 2, "linear_ramp", end_values=(1.5, 2.5)), real(3)),
)

_REAL: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("pad maximum", lambda m, x: m.pad(x, _WIDTHS, "maximum"), real(2, 3)),
    ("pad maximum stat_length", lambda m, x: m.pad(x, 1, "maximum", stat_length=2), real(4)),
    ("pad minimum", lambda m, x: m.pad(x, _WIDTHS, "minimum", stat_length=((1, 2), (2, 1))), real(2, 3)),
    ("pad median", lambda m, x: m.pad(x, _WIDTHS, "median"), real(2, 3)),
    ("pad median stat_length", lambda m, x: m.pad(x, 1, "median", stat_length=3), real(4)),
)


def _with_values(mode: Any, keyword: str, sides: str = "own") -> tuple[ArrayCallable, ArrayCallable]:
    """Padding a matrix with values that are differentiated, too; and what NumPy makes of numbers."""

    def values(v: Any, listed: Any) -> Any:
        return v if sides == "own" else listed([listed([v[0], v[1]]), listed([v[1], v[0]])])

    def f(m: Any, x: Any, v: Any) -> Any:
        return m.pad(x, _WIDTHS, mode, **{keyword: values(v, list)})

    def in_numpy(x: Any, v: Any) -> Any:
        return np.pad(x, _WIDTHS, mode, **{keyword: values(v, np.array)})

    return f, in_numpy


def _rows(mode: str, keyword: str) -> Sequence[Any]:
    own, own_in_numpy = _with_values(mode, keyword)
    listed, listed_in_numpy = _with_values(mode, keyword, "listed")
    return [
        *case(f"pad {mode} value", own, real(2, 3), real(), in_numpy=own_in_numpy),
        *case(f"pad {mode} values of sides", own, real(2, 3), real(2), in_numpy=own_in_numpy),
        *case(f"pad {mode} values of axes", own, real(2, 3), real(2, 2), in_numpy=own_in_numpy),
        *case(f"pad {mode} values in lists", listed, real(2, 3), real(2), in_numpy=listed_in_numpy),
    ]


PADDING: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(case(name, f, x) for name, f, x in _REAL),
    *_rows("constant", "constant_values"),
    *_rows("linear_ramp", "end_values"),
]
