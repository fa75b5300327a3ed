"""What has a derivative in `pydezero.scipy.integrate`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import integrate
from tests.scipy.arguments.row import Row

TIGHT: Final[dict[str, Any]] = {"rtol": 1e-9, "atol": 1e-11}
Y: Final = np.array([1.0, 0.5, 2.0, 4.0])
X: Final = np.array([0.0, 1.0, 2.5, 3.0])
Y0: Final = np.array([1.0, 0.5])
TIMES: Final = np.array([0.0, 0.4, 1.0])


def _rate(t: Any, y: Any, p: Any = 1.0) -> Any:
    return [-p * y[0] + t * y[1], p * y[0] * y[1]]


def _solved(span: Any = (0.0, 1.0), y0: Any = Y0, fun: Any = _rate, **options: Any) -> Any:
    return integrate.solve_ivp(fun, span, y0, **{**TIGHT, **options}).y


def _with_events(p: Any) -> Any:
    found = integrate.solve_ivp(_rate, (0.0, 1.0), Y0, events=lambda t, y: y[0] - 0.8 * p, **TIGHT)
    return found.t_events[0], found.y_events[0]


def _odeint(y0: Any = Y0, t: Any = TIMES, func: Any = _rate, **options: Any) -> Any:
    return integrate.odeint(func, y0, t, tfirst=True, **{**TIGHT, **options})


def _integrand(x: Any, p: Any = 1.0) -> Any:
    return np.exp(-p * x) * x


def _quad(a: Any = 0.0, b: Any = 2.0, func: Any = _integrand, **options: Any) -> Any:
    return integrate.quad(func, a, b, **options)[0]


def _boundary_value(p: Any = 1.3, x: Any = X, y: Any = 0.5, c: Any = 0.2, **options: Any) -> Any:
    found = integrate.solve_bvp(
        lambda x, y: [y[1], -p * y[0] ** 2 + x],
        lambda ya, yb: [ya[0] - c, yb[0]],
        x,
        y * np.ones((2, 4)),
        **{"tol": 1e-8, "max_nodes": 5000, **options},
    )
    return found.sol(0.7)


ROWS: Final = (
    Row(
        "integrate.solve_bvp",
        {
            "fun": (_boundary_value, 1.3),
            "bc": (lambda c: _boundary_value(c=c), 0.2),
            "x": (lambda end: _boundary_value(x=end * np.linspace(0.0, 1.0, 4)), 1.2),
        },
        {
            "S": (lambda s: _boundary_value(S=s), np.zeros((2, 2))),
            "tol": (lambda tol: _boundary_value(tol=tol), 1e-6),
        },
        "fun and bc: in the Variables that they capture; x: its ends; the derivative by the start of y and p is 0; "
        "`sol(t)` is differentiable, also in t; not traced",
    ),
    Row(
        "integrate.quad",
        {
            "func": (lambda p: _quad(func=lambda x: _integrand(x, p)), 1.3),
            "a": (lambda a: _quad(a), 0.5),
            "b": (lambda b: _quad(b=b), 1.5),
            "args": (lambda p: _quad(args=(p,)), 1.3),
        },
        {
            "points": (lambda p: _quad(points=[p]), 0.5),
            "wvar": (lambda w: _quad(weight="cos", wvar=w), 2.0),
            "epsabs": (lambda e: _quad(epsabs=e), 1e-8),
        },
        "an infinite limit has the derivative 0; for the weights `alg...` a, b are refused",
    ),
    Row(
        "integrate.solve_ivp",
        {
            "fun": (lambda p: _solved(fun=lambda t, y: _rate(t, y, p), t_eval=TIMES), 1.3),
            "t_span": (lambda span: _solved((span[0], span[1]))[:, -1], np.array([0.1, 0.8])),
            "y0": (lambda y0: _solved(y0=y0, t_eval=TIMES), Y0),
            "t_eval": (lambda t: _solved(t_eval=t), TIMES[1:2]),
            "events": (_with_events, 1.0),
            "args": (lambda p: _solved(args=(p,), t_eval=TIMES), 1.3),
        },
        {
            "rtol": (lambda x: _solved(rtol=x), 1e-6),
            "max_step": (lambda x: _solved(max_step=x), 0.5),
        },
        "fun and events: in the Variables that they capture; `sol(t)` of dense_output is differentiable, also in t",
    ),
    Row(
        "integrate.odeint",
        {
            "func": (lambda p: _odeint(func=lambda t, y: _rate(t, y, p)), 1.3),
            "y0": (lambda y0: _odeint(y0), Y0),
            "t": (lambda t: _odeint(t=t), TIMES),
            "args": (lambda p: _odeint(args=(p,)), 1.3),
        },
        {"tcrit": (lambda x: _odeint(tcrit=x), np.array([0.5])), "h0": (lambda x: _odeint(h0=x), 0.1)},
    ),
    Row(
        "integrate.trapezoid",
        {
            "y": (lambda y: integrate.trapezoid(y, X), Y),
            "x": (lambda x: integrate.trapezoid(Y, x), X),
            "dx": (lambda dx: integrate.trapezoid(Y, dx=dx), 0.5),
        },
    ),
    Row(
        "integrate.cumulative_trapezoid",
        {
            "y": (lambda y: integrate.cumulative_trapezoid(y, X, initial=0), Y),
            "x": (lambda x: integrate.cumulative_trapezoid(Y, x), X),
            "dx": (lambda dx: integrate.cumulative_trapezoid(Y, dx=dx), 0.5),
        },
        {"initial": (lambda x: integrate.cumulative_trapezoid(Y, initial=x), 0.0)},
    ),
    Row(
        "integrate.simpson",
        {
            "y": (lambda y: integrate.simpson(y, x=X), Y),
            "x": (lambda x: integrate.simpson(Y, x=x), X),
            "dx": (lambda dx: integrate.simpson(Y, dx=dx), 0.5),
        },
    ),
    Row(
        "integrate.cumulative_simpson",
        {
            "y": (lambda y: integrate.cumulative_simpson(y, x=X), Y),
            "x": (lambda x: integrate.cumulative_simpson(Y, x=x), X),
            "dx": (lambda dx: integrate.cumulative_simpson(Y, dx=dx), 0.5),
            "initial": (lambda x: integrate.cumulative_simpson(Y, initial=x), 0.5),
        },
    ),
)
