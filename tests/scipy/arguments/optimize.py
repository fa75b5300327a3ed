"""The arguments of the functions of `scipy.optimize`."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import numpy as np

from pydezero import grad, hessian, jacfwd
from pydezero.scipy import optimize
from tests.scipy.arguments.row import Row

# Any: functions of arrays and of Variables.
of_grad: Any = grad
of_hessian: Any = hessian
of_jacfwd: Any = jacfwd

TIMES: Final = np.linspace(0.0, 2.0, 6)
_POINTS: Final = np.array([1.0, 2.0, 4.0])


def cubic(x: Any, a: Any) -> Any:
    return x**3 + x - a


def slope(x: Any, a: Any) -> Any:
    return 3 * x**2 + 1


def coupled(x: Any, a: Any) -> Any:
    return np.stack([x[0] ** 3 + x[1] - a, x[1] - 0.5 * np.sin(x[0])])


def valley(x: Any, a: Any) -> Any:
    return (x[0] - a) ** 2 + (x[0] * x[1] - 1.0) ** 2 + np.exp(0.1 * x[1] * a)


def well(x: Any, a: Any) -> Any:
    return (x * x - a) ** 2 + 0.1 * np.exp(a * x)


def decay(x: Any, y: Any) -> Any:
    return x[0] * np.exp(-x[1] * TIMES) - y


DATA: Final = 2 * np.exp(-0.7 * TIMES) + 0.001 * np.cos(5 * TIMES)

root: Final[Any] = partial(optimize.root, coupled, [1.0, 1.0], tol=1e-13)
newton: Final[Any] = partial(optimize.newton, cubic, fprime=slope, tol=1e-14)
fsolve: Final[Any] = partial(optimize.fsolve, coupled, xtol=1e-12)


def curve(t: Any, a: Any, b: Any) -> Any:
    return a * np.exp(-b * t)


def _slopes(t: Any, a: Any, b: Any) -> Any:
    return np.stack([np.exp(-b * t), -a * t * np.exp(-b * t)], axis=1)


def _slopes_of_line(t: Any, a: Any, b: Any) -> Any:
    return np.stack([t**0, t], axis=1)


_CLOSE: Final[Any] = {
    "p0": [2.0, 0.7],
    "method": "trf",
    "jac": _slopes,
    "ftol": None,
    "xtol": 1e-15,
    "gtol": 1e-15,
}
curve_fit: Final[Any] = partial(optimize.curve_fit, curve, **_CLOSE)
minimize: Final[Any] = partial(optimize.minimize, valley, jac=of_grad(valley), tol=1e-12)
of_squares: Final[Any] = partial(optimize.least_squares, decay, jac=of_jacfwd(decay), ftol=None, xtol=1e-15, gtol=1e-15)


MATRIX: Final = np.stack([np.cos(TIMES), TIMES**0, TIMES], axis=1)
minimize_scalar: Final[Any] = partial(optimize.minimize_scalar, well)


def _distance(x: Any) -> Any:
    return (x[0] - 1.0) ** 2 + (x[1] - 2.0) ** 2


def _captured(a: Any) -> Any:
    def f(x: Any) -> Any:
        return valley(x, a)

    return optimize.minimize(
        f, np.ones(2), method="dogleg", jac=of_grad(f), hess=of_hessian(f), options={"gtol": 1e-12}
    )


ROWS: Final = (
    Row(
        "optimize.root",
        {
            "args": (lambda a: root(args=(a,)).x, 2.0),
            "fun": (lambda a: optimize.root(partial(coupled, a=a), [1.0, 1.0]).x, 2.0),
        },
        {"tol": (lambda t: optimize.root(coupled, [1.0, 1.0], (2.0,), tol=t).x, 1e-9)},
    ),
    Row(
        "optimize.fsolve",
        {
            "args": (lambda a: fsolve([1.0, 1.0], args=(a,)), 2.0),
            "func": (lambda a: optimize.fsolve(partial(coupled, a=a), [1.0, 1.0], xtol=1e-12), 2.0),
        },
        {"xtol": (lambda t: optimize.fsolve(coupled, [1.0, 1.0], (2.0,), xtol=t), 1e-9)},
    ),
    Row(
        "optimize.root_scalar",
        {
            "args": (lambda a: optimize.root_scalar(cubic, args=(a,), bracket=(0.0, 3.0)).root, 2.0),
            "f": (lambda a: optimize.root_scalar(lambda x: cubic(x, a), x0=1.0, x1=1.1).root, 2.0),
        },
        {"xtol": (lambda t: optimize.root_scalar(cubic, args=(2.0,), bracket=(0.0, 3.0), xtol=t).root, 1e-9)},
    ),
    Row(
        "optimize.brentq",
        {
            "args": (lambda a: optimize.brentq(cubic, 0.0, 3.0, args=(a,)), 2.0),
            "f": (lambda a: optimize.brentq(lambda x: cubic(x, a), 0.0, 3.0), 2.0),
        },
        {"xtol": (lambda t: optimize.brentq(cubic, 0.0, 3.0, args=(2.0,), xtol=t), 1e-9)},
    ),
    Row(
        "optimize.newton",
        {
            "args": (lambda a: newton(np.ones(3), args=(a,)), _POINTS),
            "func": (lambda a: optimize.newton(lambda x: cubic(x, a), 1.0, tol=1e-14), 2.0),
        },
        {"tol": (lambda t: optimize.newton(cubic, 1.0, args=(2.0,), tol=t), 1e-9)},
        "for an array x0 element by element",
    ),
    Row(
        "optimize.fixed_point",
        {
            "args": (
                lambda a: optimize.fixed_point(lambda x, a: np.sqrt(a / (x + 3.0)), [1.2, 1.3], (a,), 1e-13),
                _POINTS[:2],
            ),
            "func": (lambda a: optimize.fixed_point(lambda x: np.cos(a * x), 1.0, xtol=1e-13), 1.0),
        },
        {"xtol": (lambda t: optimize.fixed_point(np.cos, 1.0, xtol=t), 1e-9)},
    ),
    Row(
        "optimize.minimize",
        {
            "args": (lambda a: minimize(np.ones(2), args=(a,), method="dogleg", hess=of_hessian(valley)).x, 2.0),
            "fun": (lambda a: _captured(a).x, 2.0),
            "constraints": (
                lambda q: (
                    optimize.minimize(
                        _distance,
                        [1.0, 1.0],
                        jac=of_grad(_distance),
                        constraints={"type": "ineq", "fun": lambda x, q: q - x[0] - x[1], "args": (q,)},
                        options={"ftol": 1e-14},
                    ).x
                ),
                1.0,
            ),
            "bounds": (lambda b: minimize(np.ones(2), args=(2.0,), bounds=[(0.0, b), (None, None)]).x, 0.5),
        },
        {"tol": (lambda t: minimize(np.ones(2), args=(2.0,), tol=t).x, 1e-9)},
        "x and fun",
    ),
    Row(
        "optimize.curve_fit",
        {
            "xdata": (lambda x: curve_fit(xdata=x, ydata=DATA), TIMES),
            "ydata": (lambda y: curve_fit(xdata=TIMES, ydata=y), DATA),
            "sigma": (
                lambda s: optimize.curve_fit(lambda t, a, b: a + b * t, TIMES, DATA, sigma=s, jac=_slopes_of_line),
                np.linspace(0.5, 1.5, 6),
            ),
            "f": (lambda c: optimize.curve_fit(lambda t, a, b: curve(t, a, b) + c * t, TIMES, DATA, **_CLOSE), 0.0),
            "bounds": (
                lambda b: optimize.curve_fit(
                    curve, TIMES, DATA, [1, 0.5], bounds=([0, 0], [np.inf, b]), jac=_slopes, xtol=1e-15, gtol=1e-15
                )[0],
                0.6,
            ),
        },
        {"xtol": (lambda t: optimize.curve_fit(curve, TIMES, DATA, xtol=t)[0], 1e-9)},
        "the parameters and their covariance",
    ),
    Row(
        "optimize.least_squares",
        {
            "args": (lambda y: of_squares([2.0, 0.7], args=(y,)).x, DATA),
            "kwargs": (lambda y: of_squares([2.0, 0.7], kwargs={"y": y}).x, DATA),
            "fun": (lambda y: optimize.least_squares(lambda x: decay(x, y), [2.0, 0.7], "3-point", xtol=1e-15).x, DATA),
            "bounds": (lambda b: of_squares([2.0, 0.5], args=(DATA,), bounds=([0.0, 0.0], [np.inf, b])).x, 0.6),
        },
        {"f_scale": (lambda s: of_squares([2.0, 0.7], args=(DATA,), f_scale=s).x, 1.0)},
        "x, fun and cost",
    ),
    Row(
        "optimize.minimize_scalar",
        {
            "args": (lambda a: minimize_scalar(bracket=(0.5, 1.0), args=(a,)).x, 2.0),
            "fun": (lambda a: optimize.minimize_scalar(lambda x: well(x, a), (0.5, 1.0), tol=1e-12).fun, 2.0),
            "bounds": (lambda b: minimize_scalar(bounds=(b, 4.0), args=(2.0,), options={"xatol": 1e-12}).x, 3.0),
        },
        {"tol": (lambda t: minimize_scalar(args=(2.0,), tol=t).x, 1e-9)},
        "x and fun",
    ),
    Row(
        "optimize.nnls",
        {
            "A": (lambda a: optimize.nnls(a, DATA), MATRIX),
            "b": (lambda b: optimize.nnls(MATRIX, b), DATA),
        },
        note="the solution and the norm of the misfit",
    ),
    Row(
        "optimize.lsq_linear",
        {
            "A": (lambda a: optimize.lsq_linear(a, DATA, bounds=(0.0, 1.0), method="bvls").x, MATRIX),
            "b": (lambda b: optimize.lsq_linear(MATRIX, b).x, DATA),
            "bounds": (lambda b: optimize.lsq_linear(MATRIX, DATA, bounds=(-np.inf, b), tol=1e-14).cost, 0.5),
        },
        {"tol": (lambda t: optimize.lsq_linear(MATRIX, DATA, tol=t).x, 1e-9)},
        "x, fun and cost",
    ),
)
