"""The arguments of `pydezero.scipy.interpolate`."""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.scipy import interpolate as ours
from tests.functions.case import generator
from tests.scipy.arguments.row import Row

X: Final = np.array([0.0, 0.6, 1.1, 2.2, 3.0, 4.1])
Y: Final = generator("values").normal(size=6)
SLOPES: Final = generator("slopes").normal(size=6)
AT: Final = np.array([-0.4, 0.3, 1.7, 2.9, 4.5])
KNOTS: Final = np.array([0.0, 0.1, 0.2, 1.0, 2.3, 3.9, 4.0, 4.1, 4.2])
C: Final = generator("coefficients").normal(size=(3, 5))
GRID: Final = (np.array([0.0, 1.0, 1.5, 3.0]), np.array([2.0, 1.0, 0.4, 0.0]))
VALUES: Final = generator("grid").normal(size=(4, 4))
PLACES: Final = np.array([[0.3, 1.2], [1.2, 0.2], [2.9, 1.7]])

ROWS: Final = (
    Row(
        "interpolate.BSpline",
        {
            "t": (lambda t: ours.BSpline(t, Y[:5], 3)(AT), KNOTS),
            "c": (lambda c: ours.BSpline(KNOTS, c, 3)(AT), Y[:5]),
        },
    ),
    Row("interpolate.BSpline.__call__", {"x": (lambda v: ours.BSpline(KNOTS, Y[:5], 3)(v), AT)}, note="`nu`"),
    Row(
        "interpolate.BSpline.integrate",
        {
            "a": (lambda a: ours.BSpline(KNOTS, Y[:5], 3).integrate(a, 2.0), 0.3),
            "b": (lambda b: ours.BSpline(KNOTS, Y[:5], 3).integrate(1.0, b), 2.0),
        },
        note="so are `derivative()` and `antiderivative()`, which are BSplines",
    ),
    Row(
        "interpolate.CubicHermiteSpline",
        {
            "x": (lambda x: ours.CubicHermiteSpline(x, Y, SLOPES)(AT), X),
            "y": (lambda y: ours.CubicHermiteSpline(X, y, SLOPES)(AT), Y),
            "dydx": (lambda d: ours.CubicHermiteSpline(X, Y, d)(AT), SLOPES),
        },
        note="a PPoly",
    ),
    Row(
        "interpolate.CubicSpline",
        {
            "x": (lambda x: ours.CubicSpline(x, Y)(AT), X),
            "y": (lambda y: ours.CubicSpline(X, y)(AT), Y),
            "bc_type": (lambda d: ours.CubicSpline(X, Y, bc_type=((1, d), (2, 2 * d)))(AT), 0.5),
        },
        note="a PPoly; all conditions",
    ),
    Row(
        "interpolate.PPoly",
        {"c": (lambda c: ours.PPoly(c, X)(AT), C), "x": (lambda x: ours.PPoly(C, x)(AT), X)},
    ),
    Row(
        "interpolate.PPoly.__call__",
        {"x": (lambda v: ours.PPoly(C, X)(v), AT)},
        note="`nu`",
    ),
    Row(
        "interpolate.PPoly.integrate",
        {
            "a": (lambda a: ours.PPoly(C, X).integrate(a, 2.0), 0.3),
            "b": (lambda b: ours.PPoly(C, X).integrate(1.0, b), 2.0),
        },
        note="so are `derivative()` and `antiderivative()`, which are PPolys",
    ),
    Row(
        "interpolate.PPoly.solve",
        {},
        {"y": (lambda y: ours.PPoly(C, X).solve(y), 0.5)},
        note="and `roots`: of polynomials without Variables",
    ),
    Row(
        "interpolate.Akima1DInterpolator",
        {
            "x": (lambda x: ours.Akima1DInterpolator(x, Y)(AT[1:-1]), X),
            "y": (lambda y: ours.Akima1DInterpolator(X, y, method="makima")(AT[1:-1]), Y),
        },
        note="a PPoly; both methods; at corners in y the derivative is nan",
    ),
    Row(
        "interpolate.PchipInterpolator",
        {
            "x": (lambda x: ours.PchipInterpolator(x, Y)(AT), X),
            "y": (lambda y: ours.PchipInterpolator(X, y)(AT), Y),
        },
        note="a PPoly; at kinks in y the mean of both slopes, the second derivative nan",
    ),
    Row(
        "interpolate.RegularGridInterpolator",
        {
            "values": (lambda v: ours.RegularGridInterpolator(GRID, v, "pchip")(PLACES), VALUES),
            "fill_value": (
                lambda f: ours.RegularGridInterpolator(GRID, VALUES, bounds_error=False, fill_value=f)(9 * PLACES),
                0.5,
            ),
        },
        {"points": (lambda p: ours.RegularGridInterpolator((p, GRID[1]), VALUES)(PLACES), GRID[0])},
        note="all methods",
    ),
    Row(
        "interpolate.RegularGridInterpolator.__call__",
        {"xi": (lambda xi: ours.RegularGridInterpolator(GRID, VALUES, "cubic")(xi), PLACES)},
        note='all methods; that of "nearest" is 0',
    ),
    Row(
        "interpolate.make_interp_spline",
        {
            "x": (lambda x: ours.make_interp_spline(x, Y)(AT), X),
            "y": (lambda y: ours.make_interp_spline(X, y)(AT), Y),
            "t": (
                lambda t: ours.make_interp_spline(X, Y, 2, np.concatenate([X[:1]] * 3 + [t] + [X[-1:]] * 3))(AT),
                np.array([0.9, 1.6, 2.5]),
            ),
            "bc_type": (lambda d: ours.make_interp_spline(X, Y, bc_type=([(1, d)], [(2, 2 * d)]))(AT), 0.5),
        },
        note="a BSpline; all degrees and conditions",
    ),
)
