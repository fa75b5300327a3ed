"""Functions that choose elements: by places, by conditions, or from several arrays by an index."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np

from tests.functions.case import (
    Argument,
    Array,
    ArrayCallable,
    Results,
    any_case,
    case,
    given,
    positive,
    real,
    shaped_by_values,
)

_NUMBERS: Final = given([1, 0, 1])
_PLACES: Final = given([[0, 2], [1, -2]])
_FIRST: Final = given([[True, False, False], [False, True, True]])
_SECOND: Final = given([[True, True, False], [True, False, False]])

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, tuple[Argument, ...]], ...]] = (
    ("take mode=wrap", lambda m, x: m.take(x, [-5, 7, 0, 7], mode="wrap"), (real(2, 2),)),
    ("take mode=clip", lambda m, i, x: m.take(x, i, axis=1, mode="clip"), (given([[-1, 5], [2, 0]]), real(2, 3))),
    ("take_along_axis", lambda m, x, i: m.take_along_axis(x, i, axis=1), (real(2, 3), _PLACES)),
    ("take_along_axis axis=0", lambda m, x, i: m.take_along_axis(x, i, 0), (real(3, 2), given([[0, 2], [0, 1]]))),
    ("take_along_axis axis=None", lambda m, x, i: m.take_along_axis(x, i, None), (real(2, 2), given([3, 0, 3]))),
    ("take_along_axis for all", lambda m, x, i: m.take_along_axis(x, i, -1), (real(2, 3), given([[0, 2, 2, 1]]))),
    ("take_along_axis of one row", lambda m, x, i: m.take_along_axis(x, i, -1), (real(1, 3), _PLACES)),
    (
        "take_along_axis by itself",
        lambda m, x: m.take_along_axis(x * x, np.argsort(x.real, axis=0), axis=0),
        (real(3, 2),),
    ),
    ("choose of an array", lambda m, i, x: m.choose(i, x), (given([[0, 1, 0]]), real(2, 3))),
    ("choose with numbers", lambda m, i, x: m.choose(i, [1.5, x, 2]), (_NUMBERS, real(2, 1))),
    ("choose one", lambda m, i, x: m.choose(i, [x]), (given([[0, 0], [0, 0]]), real())),
    ("select with a number", lambda m, c, x: m.select([c, x.real > 0], [2 * x, x * x]), (_FIRST, real(2, 3))),
    ("select by one", lambda m, c, x: m.select((c,), (x,), 1.5), (given([True, False, True]), real(2, 1))),
    ("piecewise", lambda m, x: m.piecewise(x, [x.real > 0], [np.square, lambda v: 3 * v]), (real(2, 3),)),
    ("piecewise without a list", lambda m, x: m.piecewise(x, x.real > 0, [np.square, 1.5]), (real(4),)),
    ("piecewise of 0-d", lambda m, x: m.piecewise(x, [x.real < 9, x.real > 9], [np.square, np.exp]), (real(),)),
    (
        "piecewise overlapping",
        lambda m, x, c, d: m.piecewise(x, [c, d], [np.exp, np.square]),
        (real(2, 3), _FIRST, _SECOND),
    ),
    (
        "piecewise args and kw",
        lambda m, x: m.piecewise(x, [x.real > 0], [lambda v, a, b: a * v + b, 0.5], 2.0, b=3.0),
        (real(5),),
    ),
    ("compress by mask axis", lambda m, c, x: m.compress(c, x, axis=1), (given([True, False, True]), real(2, 3))),
    ("compress by mask", lambda m, x: m.compress([1, 0, 1, 1], x), (real(2, 3),)),
    ("extract by mask", lambda m, c, x: m.extract(c, x), (_FIRST, real(2, 3))),
)
_OF_TWO: Final[tuple[tuple[str, ArrayCallable, tuple[Argument, ...]], ...]] = (
    ("choose", lambda m, i, x, y: m.choose(i, [x, y]), (_NUMBERS, real(2, 3), real(3))),
    ("choose mode=wrap", lambda m, i, x, y: m.choose(i, (x, y), mode="wrap"), (given([-1, 7, 2]), real(3), real())),
    ("choose mode=clip", lambda m, i, x, y: m.choose(i, (x, y), mode="clip"), (given([-1, 7, 2]), real(3), real())),
    ("select", lambda m, c, d, x, y: m.select([c, d], [x * y, x], y), (_FIRST, _SECOND, real(2, 3), real(3))),
)
_BY_VALUES: Final[tuple[tuple[str, ArrayCallable, tuple[Argument, ...]], ...]] = (
    ("extract", lambda m, x: m.extract(x.real > 0.011, x), (real(2, 3),)),
    ("compress", lambda m, x: m.compress(x.real > 0.011, x * x), (real(5),)),
    ("trim_zeros", lambda m, w, x: m.trim_zeros(w * x), (given([0, 0, 1, 0, 1, 0]), real(6))),
    ("trim_zeros front", lambda m, w, x: m.trim_zeros(w * x, "f"), (given([0, 0, 1, 0, 1, 0]), real(6))),
    ("trim_zeros back", lambda m, w, x: m.trim_zeros(w * x, trim="b"), (given([0, 0, 1, 0, 1, 0]), real(6))),
    ("trim_zeros of nothing else", lambda m, x: m.trim_zeros(0 * x), (real(3),)),
)


def _with_a_constant(m: Any, x: Results, condition: Array, y: Results) -> Results:
    return m.piecewise(x, [condition], [y, lambda v: 2 * v])


SELECTION: Final = [
    *case(
        "piecewise of a constant",
        _with_a_constant,
        real(3),
        given([True, False, True]),
        real(),
        in_numpy=partial(_with_a_constant, np),
    ),
    *chain.from_iterable(any_case(name, f, *arguments) for name, f, arguments in (*_OF_ONE, *_OF_TWO)),
    *chain.from_iterable(shaped_by_values(any_case(name, f, *arguments)) for name, f, arguments in _BY_VALUES),
    *case(
        "piecewise that is nan elsewhere",
        lambda m, x: m.piecewise(x - 1, [x > 1.01], [lambda v: np.log(v) * np.sqrt(v)]),
        positive(5),
    ),
]
