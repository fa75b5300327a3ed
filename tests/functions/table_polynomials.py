"""Polynomials: arithmetic, values, calculus, roots, fits."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import (
    Argument,
    ArrayCallable,
    Case,
    Results,
    any_case,
    case,
    complex_case,
    given,
    nonzero,
    positive,
    real,
)

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("polyder", lambda m, p: m.polyder(p), real(4)),
    ("polyder m=2", lambda m, p: m.polyder(p, 2), real(4)),
    ("polyder m=0", lambda m, p: m.polyder(p, m=0), real(2)),
    ("polyder of a constant", lambda m, p: m.polyder(p), real(1)),
    ("polyint", lambda m, p: m.polyint(p), real(3)),
    ("polyint m=2 k", lambda m, p: m.polyint(p, 2, k=[1.0, 2.0]), real(3)),
    ("polyint m=2 one k", lambda m, p: m.polyint(p, m=2, k=3), real(3)),
    ("polyint m=0", lambda m, p: m.polyint(p, 0), real(2)),
    ("vander", lambda m, x: m.vander(x), real(3)),
    ("vander increasing", lambda m, x: m.vander(x, 4, increasing=True), real(2)),
    ("vander N=1", lambda m, x: m.vander(x, N=1), real(3)),
    ("vander N=0", lambda m, x: m.vander(x, 0), real(2)),
    ("vander of none", lambda m, x: m.vander(x, 2), real(0)),
    ("poly", lambda m, z: m.poly(z), real(3)),
    ("poly of one root", lambda m, z: m.poly(z), real(1)),
    ("polymul powers", lambda m, p: m.polymul(p, p), real(3)),
    ("polyval constant", lambda m, x: m.polyval([1.5], x), real(3)),
    ("polyval nothing", lambda m, x: m.polyval([], x), real(2)),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("polyval", lambda m, p, x: m.polyval(p, x), real(4), real(2, 3)),
    ("polyval at a number", lambda m, p, x: m.polyval(p, x), real(3), real()),
    ("polyval of polynomials", lambda m, p, x: m.polyval(p, x), real(3, 2), real(2, 1)),
    ("polyval of more axes", lambda m, p, x: m.polyval(p, x), real(2, 2, 1), real(3)),
    ("polyadd", lambda m, p, q: m.polyadd(p, q), real(2), real(4)),
    ("polyadd of one length", lambda m, p, q: m.polyadd(p, q), real(2), real(2)),
    ("polyadd a number", lambda m, p, q: m.polyadd(p, q), real(3), real()),
    ("polysub", lambda m, p, q: m.polysub(p, q), real(1), real(3)),
    ("polysub longer first", lambda m, p, q: m.polysub(p, q), real(4), real(2)),
    ("polymul", lambda m, p, q: m.polymul(p, q), real(2), real(4)),
    ("polymul a number", lambda m, p, q: m.polymul(p, q), real(3), real()),
    # Of the remainder as many coefficients as mean something: in single precision NumPy leaves others before them.
    ("polydiv", lambda m, p, q: (m.polydiv(p, q)[0], m.polydiv(p, q)[1][-2:]), real(5), nonzero(3)),
    ("polydiv by a number", lambda m, p, q: m.polydiv(p, q)[0], real(3), nonzero()),
    ("polydiv of one length", lambda m, p, q: m.polydiv(p, q)[1][-2:], real(3), nonzero(3)),
)

_APART: Final = np.diag([0.0, 5.0, 10.0])
_POINTS: Final = given([0.0, 1.0, 2.0, 4.0])


def _of_full_fit(results: Results) -> Results:
    """What is differentiated of a full fit; of y alone the singular values are not functions."""
    coefficients, residuals, _rank, singular_values, _rcond = results
    return coefficients * singular_values, residuals


def _of_unscaled_fit(results: Results) -> Results:
    """The coefficients times their covariance, which is no function of y alone."""
    coefficients, covariance = results
    return covariance[..., 0] @ coefficients


POLYNOMIALS: Final[list[Case]] = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_ONE),
    *chain.from_iterable(any_case(name, f, x, y) for name, f, x, y in _OF_TWO),
    *case("polydiv by a longer one", lambda m, p, q: m.polydiv(p * q[0], q)[1], real(2), nonzero(3)),
    # Real roots, a pair of complex ones, and some at 0.
    # Whether a result without imaginary parts is real depends on the version of NumPy: + 0j.
    *case("roots", lambda m, p: m.roots(m.poly(p)) + 0j, nonzero(4)),
    *case("roots complex", lambda m, p: m.roots(p), positive(4)),
    *complex_case("roots", lambda m, p: m.roots(p), nonzero(4)),
    *case("roots of a line", lambda m, p: m.roots(p) + 0j, nonzero(2)),
    *case("roots at 0", lambda m, p: m.roots(m.concatenate([p, 0 * p[:1]])) + 0j, nonzero(2)),
    *case("roots of a constant", lambda m, p: m.roots(p), nonzero(1)),
    *case("poly of a matrix", lambda m, x: m.poly(x + _APART) + 0j, real(3, 3)),
    *case("polyfit", lambda m, x, y: m.polyfit(x, y, 2), real(6), real(6)),
    *case("polyfit several", lambda m, x, y: m.polyfit(x, y, 1), real(4), real(4, 2)),
    *case("polyfit weights", lambda m, x, y, w: m.polyfit(x, y, 1, w=w), real(4), real(4), positive(4)),
    *case("polyfit weights of several", lambda m, x, y, w: m.polyfit(x, y, 1, w=w), _POINTS, real(4, 2), positive(4)),
    *complex_case("polyfit", lambda m, x, y: m.polyfit(x, y, 2), real(5), real(5)),
    *case("polyfit full", lambda m, x, y: _of_full_fit(m.polyfit(x, y, 2, 1e-9, full=True)), real(5), real(5)),
    *case("polyfit cov", lambda m, x, y: m.polyfit(x, y, 1, cov=True), real(4), real(4)),
    *case("polyfit cov of several", lambda m, x, y: m.polyfit(x, y, 1, cov=True), real(4), real(4, 2)),
    *case(
        "polyfit cov unscaled",
        lambda m, x, y: _of_unscaled_fit(m.polyfit(x, y, 1, cov="unscaled")),
        real(4),
        real(4, 2),
    ),
]
