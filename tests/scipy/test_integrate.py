"""`pydezero.scipy.integrate`: second derivatives, batches, closures, events, failures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest
import scipy.integrate
from numpy.testing import assert_allclose, assert_array_equal

import pydezero as pz
from pydezero import Variable, grad, gradients, hessian, jvp, trace, vjp, vmap
from pydezero.core.operators import EscapeError
from pydezero.scipy import integrate
from pydezero.testing import check_grads

TIGHT: Final[dict[str, Any]] = {"rtol": 1e-9, "atol": 1e-11}
TIMES: Final = np.array([0.0, 0.4, 1.0])
Y0: Final = np.array([1.0, 0.5])
P: Final = np.array([1.5, 0.7])


def rate(t: Any, y: Any, p: Any) -> Any:
    """A right-hand side that depends on everything."""
    return [p[0] * y[0] - y[0] * y[1], t * p[1] * y[0] - y[1]]


def solved(p: Any = P, y0: Any = Y0, end: Any = 1.0, **options: Any) -> Any:
    return integrate.solve_ivp(lambda t, y: rate(t, y, p), (0.0, end), y0, **{**TIGHT, **options})


def thrown(speed: Any, gravity: Any = 9.81, **options: Any) -> Any:
    """A ball with friction, until it is back; the first event is its return, the second the highest point."""

    def back(t: Any, y: Any) -> Any:
        return y[0]

    def highest(t: Any, y: Any) -> Any:
        return y[1]

    back.terminal, back.direction = True, -1  # type: ignore[attr-defined]  # as SciPy has it
    fall = (0.0, 100.0)
    return integrate.solve_ivp(
        lambda t, y: [y[1], -gravity - 0.1 * y[1]], fall, [0.0, speed], events=[back, highest], **TIGHT, **options
    )


def switched(t: Any, y: Any, p: Any, q: Any) -> Any:
    """A right-hand side that decides by the time, and in one branch alone computes with q."""
    return -p * y if t < 0.5 else -p * y + q * y * (t - 0.5) ** 4


def by_table(t: Any, y: Any, p: Any) -> Any:
    """A right-hand side that asks for the time, as an interpolant of SciPy's does."""
    return -p * y * float(np.interp(float(t), [0.0, 1.0], [1.0, 2.0]))


# Functions of arguments, and these, with second derivatives.
SECOND: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "solve_ivp": (lambda p, y0, end: solved(p, y0, end, t_eval=TIMES * end).y, (P, Y0, 1.0)),
    "without t_eval": (lambda p, end: solved(p, end=end).y[:, -1], (P, 1.0)),
    "from a time": (
        lambda p, start: integrate.solve_ivp(lambda t, y: t * p * y, (start, 1.0), [1.0], **TIGHT).y[0, -1],
        (1.3, 0.2),
    ),
    "backwards": (
        lambda p: integrate.solve_ivp(lambda t, y: t * p * y, (1.0, 0.0), [1.0], t_eval=[0.7, 0.1], **TIGHT).y,
        (1.3,),
    ),
    "dense_output": (lambda p, t: solved(p, dense_output=True).sol(t), (P, np.array([0.7, 0.3]))),
    "dense_output at a time": (lambda t: solved(dense_output=True).sol(t), (0.7,)),
    "a branch": (
        lambda p, q: integrate.solve_ivp(
            lambda t, y: switched(t, y, p, q), (0.0, 1.0), [1.0], max_step=0.02, rtol=1e-7, atol=1e-9
        ).y[0, -1],
        (1.1, 0.3),
    ),
    "not recorded": (
        lambda p: integrate.solve_ivp(by_table, (0.0, 1.0), Y0[:1], args=(p,), rtol=1e-7).y[:, -1],
        (1.1,),
    ),
    "vectorized": (
        lambda p: integrate.solve_ivp(lambda t, y: np.sin(p * y), (0.0, 1.0), Y0, vectorized=True, **TIGHT).y[:, -1],
        (1.1,),
    ),
    "complex": (
        lambda p: integrate.solve_ivp(lambda t, y: 1j * p * y, (0.0, 1.0), [1.0 + 0.5j], **TIGHT).y[0, -1].real,
        (1.1,),
    ),
    "complex with a real parameter": (
        lambda p: (
            np.abs(integrate.solve_ivp(lambda t, y: (1j - p) * y**2, (0.0, 1.0), [1.0 + 0.5j], t_eval=[1.0], **TIGHT).y)
            ** 2
        ),
        (1.1,),
    ),
    "events": (lambda v, g: [at[0] for at in thrown(v, g).t_events], (10.0, 9.81)),
    "states at events": (lambda v: [at[0] for at in thrown(v).y_events], (10.0,)),
    "end by an event": (lambda v: (lambda end: end.t[-1] * end.y[1, -1])(thrown(v)), (10.0,)),
    "an event with a parameter": (lambda h: solved(events=lambda t, y: y[1] - h * t).t_events[0][0], (0.8,)),
    "odeint": (
        lambda p, y0, t: integrate.odeint(rate, y0, t, args=(p,), tfirst=True, **TIGHT),
        (P, Y0, TIMES),
    ),
    "quad": (lambda p, a, b: integrate.quad(lambda x: np.exp(-p * x) * x, a, b)[0], (1.3, 0.3, 2.0)),
    "quad to infinity": (lambda p, a: integrate.quad(lambda x: np.exp(-p * x * x), a, np.inf)[0], (1.3, 0.3)),
    "quad of a vector": (
        lambda p, b: integrate.quad(lambda x: np.sum(p * np.cos(x * np.arange(2))), 0, b)[0],
        (P, 1.1),
    ),
    "quad of complex values": (
        lambda p: integrate.quad(lambda x, q: np.exp(1j * q * x), 0, 2, args=(p,), complex_func=True)[0],
        (1.3,),
    ),
    "simpson": (
        lambda y, x: integrate.simpson(y, x=x),
        (np.array([1.0, 3.0, 2.0, 5.0]), np.array([0.0, 1.0, 1.7, 3.0])),
    ),
    "cumulative_simpson": (
        lambda y, x: integrate.cumulative_simpson(y, x=x),
        (np.array([1.0, 3.0, 2.0, 5.0]), np.array([0.0, 1.0, 1.7, 3.0])),
    ),
} | {
    f"quad with the weight {weight}": (
        lambda p, a, weight=weight, wvar=wvar: integrate.quad(lambda x: np.exp(-p * x), a, 2, weight=weight, wvar=wvar)[
            0
        ],
        (1.3, 0.3),
    )
    for weight, wvar in (("cos", 3.0), ("sin", 3.0), ("cauchy", 5.0))
}


@pytest.mark.parametrize(("f", "args"), SECOND.values(), ids=list(SECOND))
def test_second_derivatives(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args, order=2, rtol=1e-4)


@pytest.mark.parametrize("name", ["simpson", "cumulative_simpson", "cumulative_trapezoid"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "f2", "f4"])
def test_places_and_distances_of_a_narrow_dtype(name: str, dtype: str) -> None:
    """The products of distances are too large for it, and a decrease of an unsigned one is an increase."""
    x = np.array([3, 7, 50, 100, 120, 127], dtype)
    rtol = {"f2": 3e-3, "f4": 1e-6}.get(dtype, 1e-12)  # SciPy rounds some products of distances
    for count in (2, 3, 4, 5, 6):
        y = np.cos(np.arange(count))
        for options in ({"x": x[:count]}, {"dx": x[3:4][0]}):
            f = partial(getattr(integrate, name), **options)
            value, pull = vjp(f, y)
            expected = getattr(scipy.integrate, name)(y, **options)
            assert_allclose(value, expected, rtol=rtol, strict=True)
            assert_allclose(jvp(f, (y,), (y,))[1], expected, rtol=rtol)  # it is linear
            assert_allclose(np.sum(pull(np.ones_like(value))[0] * y), np.sum(expected), rtol=rtol)
    with pytest.raises(ValueError, match="increase strictly"):
        integrate.cumulative_simpson(pz.Variable(np.ones(3)), x=np.array([3, 1, 5], np.uint8))
    with pytest.raises(ValueError, match=f"{name}: y needs at least one sample along axis 0"):
        getattr(integrate, name)(pz.Variable(np.ones((0, 2))), axis=0)


METHODS: Final = ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA", scipy.integrate.RK45)


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_all_methods(method: Any) -> None:
    def end(k: Any, y0: Any) -> Any:
        options: dict[str, Any] = {"method": method, "rtol": 1e-6, "atol": 1e-8}
        return integrate.solve_ivp(lambda t, y: -k * y, (0.0, 2.0), pz.array([y0]), **options).y[0, -1]

    exact = (-6 * np.exp(-1.0), np.exp(-1.0))
    assert_allclose(grad(end, argnums=(0, 1))(0.5, 3.0), exact, rtol=1e-5)
    assert_allclose(jvp(end, (0.5, 3.0), (1.0, 0.0))[1], exact[0], rtol=1e-5)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA", "odeint"])
def test_stiff_problems(method: str) -> None:
    """The solution is c cos(t) from any start: on the way back in time its equation would blow up as exp(10,000 t)."""

    def end(c: Any, k: Any, y0: Any) -> Any:
        def fun(t: Any, y: Any) -> Any:
            return -k * (y - c * np.cos(t)) - c * np.sin(t)

        if method == "odeint":
            return integrate.odeint(fun, pz.array([y0]), [0.0, 5.0, 10.0], tfirst=True)[-1, 0]
        return integrate.solve_ivp(fun, (0.0, 10.0), pz.array([y0]), method, rtol=1e-7, atol=1e-9).y[0, -1]

    assert_allclose(grad(end, argnums=(0, 1, 2))(2.0, 1e4, 2.0), (np.cos(10.0), 0.0, 0.0), atol=1e-8)


def test_a_long_stiff_interval() -> None:
    """The kinetics of Robertson, to where a step of the time itself is longer than the first step of the adjoint."""

    def end(*k: Any, method: str = "BDF") -> Any:
        def fun(t: Any, y: Any) -> Any:
            forth, back, out = k[0] * y[0], k[2] * y[1] * y[2], k[1] * y[1] ** 2
            return [back - forth, forth - back - out, out]

        options: dict[str, Any] = {"rtol": 1e-8, "atol": np.array([1e-10, 1e-14, 1e-10])}
        return integrate.solve_ivp(fun, (0.0, 1e4), [1.0, 0.0, 0.0], method, **options).y[0, -1]

    k = (0.04, 3e7, 1e4)
    found = grad(end, argnums=(0, 1, 2))(*k)
    assert_allclose(found, grad(lambda *k: end(*k, method="LSODA"), argnums=(0, 1, 2))(*k), rtol=1e-6)
    _, along = jvp(lambda *k: end(*k, method="LSODA"), k, k)
    assert_allclose(np.dot(found, k), along, rtol=1e-6, atol=1e-9)


def loss(p: Any, y0: Any) -> Any:
    return np.sum(solved(p, y0, t_eval=TIMES).y ** 2)


def test_batches_are_the_loop() -> None:
    ps = np.stack([P, 1.2 * P])
    for f in (loss, grad(loss), hessian(loss)):
        assert_array_equal(vmap(f, in_axes=(0, None))(ps, Y0), np.stack([f(p, Y0) for p in ps]))
    of_all = grad(lambda ps: np.sum(vmap(loss, in_axes=(0, None))(ps, Y0)))(ps)
    assert_array_equal(of_all, np.stack([grad(loss)(p, Y0) for p in ps]))
    speeds = np.array([8.0, 10.0])
    flights = vmap(lambda v: thrown(v, t_eval=[]).t_events[1][0])
    assert_array_equal(flights(speeds), [thrown(v).t_events[1][0] for v in speeds])
    areas = vmap(grad(lambda p, b: integrate.quad(lambda x: np.exp(-p * x), 0, b)[0], argnums=(0, 1)))
    assert_allclose(areas(np.array([2.0, 2.0]), np.array([np.inf, np.inf])), [[-0.25, -0.25], [0.0, 0.0]], rtol=1e-7)
    assert vmap(lambda p: solved(p, t_eval=TIMES).y)(np.zeros((0, 2))).shape == (0, 2, 3)


def test_derivatives_at_two_levels_by_captured_variables() -> None:
    """Both levels are captured, and one of them also starts the solution: q p exp(-q p)."""

    def inner(q: Any) -> Any:
        def end(p: Any) -> Any:
            return integrate.solve_ivp(lambda t, y: -p * q * y, (0.0, 1.0), [q * p], **TIGHT).y[0, -1]

        return grad(end)(0.5)

    assert_allclose(grad(inner)(2.0), -np.exp(-1.0), rtol=1e-7)


def test_variables_made_by_hand() -> None:
    p = Variable(P)
    assert_array_equal(gradients(loss(p, Y0), p), grad(loss)(P, Y0))


def test_graphs() -> None:
    other = 1.1 * P
    assert_array_equal(trace(loss)(P, Y0)(other, Y0), loss(other, Y0))
    assert_allclose(grad(trace(loss)(P, Y0))(other, Y0), grad(loss)(other, Y0), rtol=1e-12)
    assert_allclose(trace(grad(loss))(P, Y0)(other, Y0), grad(loss)(other, Y0), rtol=1e-12)
    with pytest.raises(EscapeError, match="t_eval="):
        trace(lambda p: solved(p).y)(P)
    with pytest.raises(EscapeError, match="events="):
        trace(lambda p: solved(p, t_eval=TIMES, events=lambda t, y: y[0]).y)(P)


def test_an_integral_of_solutions_of_an_equation_of_motion() -> None:
    """A solve inside an integrand, whose right-hand side is made of a gradient (x'' = -k x)."""

    def motion(k: Any, x: Any) -> Any:
        def energy(z: Any) -> Any:
            return (k * z[0] ** 2 + z[1] ** 2) / 2

        def fun(t: Any, z: Any) -> Any:
            of_place, of_momentum = grad(energy)(z)
            return [of_momentum, -of_place]

        return integrate.solve_ivp(fun, (0.0, 1.0), [x, 0.0], t_eval=[1.0], **TIGHT).y[0, 0]

    found = grad(lambda k: integrate.quad(lambda x: motion(k, x), 0.0, 1.0)[0])(2.0)
    assert_allclose(found, -np.sin(np.sqrt(2.0)) / (4 * np.sqrt(2.0)), rtol=1e-7)


def test_on_arrays_it_is_scipys() -> None:
    def fun(t: Any, y: Any) -> Any:
        return rate(t, y, P)

    found: Any = integrate.solve_ivp(fun, (0, 1), Y0, t_eval=TIMES, events=lambda t, y: y[1] - 0.4)
    expected: Any = scipy.integrate.solve_ivp(fun, (0, 1), Y0, t_eval=TIMES, events=lambda t, y: y[1] - 0.4)
    assert type(found) is type(expected)
    for key in ("t", "y", "t_events", "y_events"):
        assert_array_equal(found[key], expected[key])
    assert_array_equal(
        integrate.odeint(fun, Y0, TIMES, tfirst=True), scipy.integrate.odeint(fun, Y0, TIMES, tfirst=True)
    )
    assert integrate.quad(np.exp, 0, 1, full_output=1)[:2] == scipy.integrate.quad(np.exp, 0, 1, full_output=1)[:2]


@pytest.mark.parametrize("method", ["RK45", "DOP853", "BDF"])
def test_what_scipy_reports_is_handed_on(method: Any) -> None:
    """The values and the numbers of evaluations are those of SciPy's own call, whatever the derivatives need."""
    seen: dict[str, Any] = {}

    def end(p: Any) -> Any:
        found = seen["ours"] = integrate.solve_ivp(lambda t, y: rate(t, y, p), (0, 1), Y0, method)
        return np.sum(found.y[:, -1])

    grad(end)(P)
    plain: Any = scipy.integrate.solve_ivp(lambda t, y: rate(t, y, P), (0, 1), Y0, method)
    ours = seen["ours"]
    for key in ("nfev", "njev", "nlu", "status", "message", "success"):
        assert ours[key] == plain[key]
    assert_array_equal(ours.t, plain.t)
    assert_allclose(ours.y.data, plain.y, rtol=1e-14)


def test_the_full_output_of_the_others() -> None:
    def of_both(p: Any) -> Any:
        states, report = integrate.odeint(lambda y, t: -p * y, [1.0], TIMES, full_output=True)
        area, error, further = integrate.quad(lambda x: p * x, 0, 1, full_output=True)
        assert report["message"] == "Integration successful."
        assert further["neval"] == 21
        assert isinstance(error, float)
        return states[-1, 0] + area

    assert_allclose(grad(of_both)(0.5), 0.5 - np.exp(-0.5), rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_size_of_a_derivative_does_not_matter(scale: float) -> None:
    """Absolute tolerances are those of the state: tangents and cotangents of another size are as precise."""

    def end(k: Any) -> Any:
        return integrate.solve_ivp(lambda t, y: -k * y, (0.0, 1.0), [1.0], rtol=1e-6, atol=1e-8).y[0, -1]

    exact = -np.exp(-2.0)
    assert_allclose(grad(lambda k: scale * end(k))(2.0) / scale, exact, rtol=1e-5)
    assert_allclose(jvp(end, (2.0,), (scale,))[1] / scale, exact, rtol=1e-5)
    assert_allclose(grad(lambda k: end(k * scale))(2.0 / scale) / scale, exact, rtol=1e-5)


def test_edges() -> None:
    at_once = grad(lambda y0: integrate.solve_ivp(lambda t, y: -y0 * y, (1.0, 1.0), pz.array([y0])).y[0, -1])
    assert at_once(2.0) == 1.0
    assert grad(lambda p: np.sum(solved(p * P, t_eval=[]).y))(1.0) == 0.0
    again = grad(lambda y0: integrate.odeint(lambda y, t: -y0 * y, pz.array([y0]), [1.0, 1.0])[1, 0])
    assert again(2.0) == 1.0
    constant = grad(lambda p: np.sum(integrate.solve_ivp(lambda t, y: p, (0.0, 2.0), [0.0, 0.0]).y[:, -1]))
    assert_allclose(constant(P), [2.0, 2.0])
    assert grad(lambda p: np.sum(solved(p).y[:, -1]))(P.astype(np.float32)).dtype == np.float32
    no_event = grad(lambda p: np.sum(solved(p, events=lambda t, y: y[0] + 100).y[:, -1]))
    assert_allclose(no_event(P), grad(lambda p: np.sum(solved(p).y[:, -1]))(P))


@pytest.mark.parametrize("method", ["BDF", "LSODA", "odeint"])
def test_many_parameters(method: str) -> None:
    """A small network for a right-hand side: the cotangents of its weights are many, and the state is small."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(300, 2)), rng.normal(size=(2, 300)) / 300

    def end(*weights: Any) -> Any:
        def fun(t: Any, y: Any) -> Any:
            return weights[1] @ np.tanh(weights[0] @ y)

        if method == "odeint":
            return np.sum(integrate.odeint(fun, Y0, TIMES, tfirst=True)[-1])
        options: dict[str, Any] = {"method": method, "rtol": 1e-6, "atol": 1e-8}
        return np.sum(integrate.solve_ivp(fun, (0.0, 1.0), Y0, **options).y[:, -1])

    directions = rng.normal(size=(300, 2)), rng.normal(size=(2, 300))
    found = grad(end, argnums=(0, 1))(*weights)
    _, along = jvp(end, weights, directions)
    assert_allclose(sum(np.vdot(g, t) for g, t in zip(found, directions, strict=True)), along, rtol=1e-5)


def test_what_is_not_finite_gives_nan() -> None:
    def end(p: Any) -> Any:
        return solved(p, t_eval=TIMES).y[0]

    assert np.all(np.isnan(grad(lambda p: np.sum(end(p) * np.array([np.nan, 1.0, 1.0])))(P)))
    assert np.all(np.isnan(jvp(end, (P,), (np.array([np.inf, 0.0]),))[1]))


def test_other_transforms() -> None:
    expected = grad(loss)(P, Y0)
    assert_allclose(grad(pz.checkpoint(loss))(P, Y0), expected, rtol=1e-12)
    assert_allclose(pz.check_finite(grad(loss))(P, Y0), expected, rtol=1e-12)
    _, pushforward = pz.linearize(loss, P, Y0)
    assert_allclose(pushforward(np.array([1.0, 0.0]), np.zeros(2)), expected[0], rtol=1e-6)


def test_a_jacobian_may_capture_variables() -> None:
    def end(k: Any) -> Any:
        options: dict[str, Any] = {"method": "BDF", "t_eval": [1.0], "args": (k,), **TIGHT}
        found = integrate.solve_ivp(
            lambda t, y, k: -k * y, (0.0, 1.0), Y0, jac=lambda t, y, k: [[-k, 0.0], [0.0, -k]], **options
        )
        return found.y[0, 0]

    assert_allclose(vmap(grad(end))(np.array([1.0, 2.0])), -np.exp([-1.0, -2.0]), rtol=1e-6)


# A function of a Variable, the exception, and what it says.
FAILURES: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "a solve that fails": (
        lambda p: integrate.solve_ivp(lambda t, y: p * y * y, (0, 2), [1.0]).y[0, -1],
        RuntimeError,
        "Required step size is less than spacing",
    ),
    "an integral that fails": (
        lambda p: integrate.quad(lambda x: p / x, 0, 1)[0],
        RuntimeError,
        r"quad: The maximum number of subdivisions \(50\)",
    ),
    "captured and not recorded": (
        lambda p: integrate.solve_ivp(lambda t, y: by_table(t, y, p), (0, 1), Y0).y[0, -1],
        EscapeError,
        "pass the Variable in args=",
    ),
    "captured and not recorded by quad": (
        lambda p: integrate.quad(lambda x: p * float(x), 0, 1)[0],
        EscapeError,
        "pass the Variable in args=",
    ),
    "the shape": (
        lambda p: integrate.solve_ivp(lambda t, y: pz.array([p, p]), (0, 1), [1.0]).y[0, -1],
        ValueError,
        r"fun returned the shape \(2,\) for y of shape \(1,\)",
    ),
    "complex values": (
        lambda p: integrate.solve_ivp(lambda t, y: 1j * p * y, (0, 1), [1.0]).y[0, -1],
        TypeError,
        r"pass y0\.astype\(complex\)",
    ),
    "complex y0 of odeint": (
        lambda p: integrate.odeint(lambda y, t: y, np.array([1j]) * p, [0, 1])[0, 0].real,
        TypeError,
        "write solve_ivp",
    ),
    "args": (
        lambda p: integrate.solve_ivp(lambda t, y, p: p * y, (0, 1), [1.0], args=p).y[0, -1],
        TypeError,
        r"args=\(x,\)",
    ),
    "an event of two numbers": (
        lambda p: solved(p * P, events=lambda t, y: y).y[0, -1],
        ValueError,
        "must return a number",
    ),
    "t_eval": (lambda p: solved(p * P, t_eval=[0.5, 2.0]).y[0, -1], ValueError, "not within `t_span`"),
    "a time outside": (lambda p: solved(p * P, dense_output=True).sol(2.0)[0], ValueError, "between 0.0 and 1.0"),
    "a limit with the weight alg": (
        lambda p: integrate.quad(np.exp, 0, p, weight="alg", wvar=(0, 0))[0],
        TypeError,
        "quad, with the weight 'alg': b= holds a Variable",
    ),
}


@pytest.mark.filterwarnings("ignore::scipy.integrate.ODEintWarning")
@pytest.mark.parametrize(("f", "error", "message"), FAILURES.values(), ids=list(FAILURES))
def test_failures(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        grad(f)(1.1)


@pytest.mark.filterwarnings("ignore::scipy.integrate.ODEintWarning")
def test_a_failure_of_odeint() -> None:
    with pytest.raises(RuntimeError, match="odeint: Excess work"):
        grad(lambda p: integrate.odeint(lambda y, t: p * y * y, [1.0], [0.0, 10.0])[-1, 0])(1.0)


def test_examples_that_differ() -> None:
    with pytest.raises(ValueError, match="pass t_eval="):
        vmap(lambda p: solved(p * P).y)(np.array([1.0, 2.0]))
    ends = vmap(lambda p: solved(p * P, t_eval=[1.0]).y[:, -1])(np.array([1.0, 2.0]))
    between = vmap(lambda p: solved(p * P, t_eval=[], dense_output=True).sol(0.5))(np.array([1.0, 2.0]))
    assert_array_equal(ends, [solved(P, t_eval=[1.0]).y[:, -1], solved(2.0 * P, t_eval=[1.0]).y[:, -1]])
    assert_allclose(between, [solved(p * P, dense_output=True).sol(0.5) for p in (1.0, 2.0)], rtol=1e-12)
    with pytest.raises(ValueError, match="number of events"):
        vmap(lambda p: solved(P, t_eval=[], events=lambda t, y: y[1] - p).t_events[0])(np.array([0.45, 9.0]))


def test_a_jump_at_the_state_is_an_event() -> None:
    """Solved up to the event and from there, the derivative has what the move of the jump contributes."""

    def end(y0: Any, place: Any, rates: Any) -> Any:
        def is_there(t: Any, y: Any) -> Any:
            return y[0] - place

        is_there.terminal = True  # type: ignore[attr-defined]  # as SciPy has it
        first = integrate.solve_ivp(lambda t, y: rates[0] * y, (0.0, 2.0), [y0], events=is_there, **TIGHT)
        then = integrate.solve_ivp(lambda t, y: rates[1] * y, (first.t[-1], 2.0), first.y[:, -1], **TIGHT)
        return then.y[0, -1]

    def expected(y0: Any, place: Any, rates: Any) -> Any:
        return place * np.exp(rates[1] * (2.0 - np.log(place / y0) / rates[0]))

    args = (0.8, 1.0, np.array([0.5, 0.9]))
    for transform in (grad, hessian):
        found, exact = transform(end, (0, 1, 2))(*args), transform(expected, (0, 1, 2))(*args)
        for a, b in zip(pz.tree.flatten(found), pz.tree.flatten(exact), strict=True):
            assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_a_branch_that_only_the_derivative_takes() -> None:
    """The equation at the very end of the interval, which a Runge-Kutta method of SciPy's does not step on."""

    def end(p: Any) -> Any:
        return integrate.solve_ivp(
            lambda t, y: -y if t > 0.0 else -p * y, (0.0, 1.0), [1.0], first_step=0.5, max_step=0.5
        ).y[0, -1]

    assert np.isfinite(grad(end)(1.0))


RANDOM: Final = [(method, seed) for method in ("RK45", "DOP853", "LSODA", "Radau", "BDF", "odeint") for seed in (0, 1)]


@pytest.mark.parametrize(("method", "seed"), RANDOM)
def test_random_problems(method: str, seed: int) -> None:
    """Both modes agree with differences of fourth order, for equations, times and directions that are drawn."""
    rng = np.random.default_rng(seed)
    n, count, m = rng.integers(1, 4, 3)
    a, b, weights = rng.normal(size=(n, n)), rng.normal(size=(n, count)), rng.normal(size=(m, n))
    fractions = np.sort(rng.uniform(size=m))

    def f(p: Any, y0: Any, start: Any, end: Any) -> Any:
        def fun(t: Any, y: Any) -> Any:
            return a @ np.tanh(y) + b @ (p * np.cos(t)) if seed else np.sin(y * t) + b @ p**2

        times = start + (end - start) * fractions
        if method == "odeint":
            found = integrate.odeint(fun, y0, pz.array([start, *times]), tfirst=True, **TIGHT)[1:]
        else:
            found = integrate.solve_ivp(fun, (start, end), y0, method, t_eval=times, **TIGHT).y.T
        return np.sum(weights * np.sin(found))

    at = (rng.normal(size=count), rng.normal(size=n), 0.3, 0.3 + rng.choice([-1.0, 1.0]))
    along = (rng.normal(size=count), rng.normal(size=n), rng.normal(), rng.normal())

    def moved(step: float) -> float:
        return float(f(*[x + step * t for x, t in zip(at, along, strict=True)]))

    h = 1e-3
    slope = (8 * (moved(h) - moved(-h)) - moved(2 * h) + moved(-2 * h)) / (12 * h)
    gradients = grad(f, argnums=(0, 1, 2, 3))(*at)
    assert_allclose(jvp(f, at, along)[1], slope, rtol=1e-5, atol=1e-5)
    assert_allclose(sum(np.vdot(g, t) for g, t in zip(gradients, along, strict=True)), slope, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "use",
    [lambda y, t: integrate.simpson(y, x=t), lambda y, t: integrate.odeint(lambda y, t: -y, y, t)],
    ids=["simpson", "odeint"],
)
def test_a_mask_of_times_is_not_ignored(use: Callable[[Any, Any], Any]) -> None:
    times = np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False])
    with pytest.raises(TypeError, match="MaskedArray has arithmetic of its own"):
        grad(lambda y: np.sum(use(y, times)))(np.ones(3))


def test_an_error_says_for_which_example() -> None:
    with pytest.raises(RuntimeError, match="Required step size") as raised:
        vmap(lambda p: integrate.solve_ivp(lambda t, y: p * y * y, (0, 2), [1.0], t_eval=[2.0]).y)(
            np.array([-1.0, 1.0])
        )
    assert "example 1 of a batch of 2" in raised.value.__notes__[0]


# What of a call is constant, and written into before the derivative is asked for. Each is (y0, times, tolerance, rate).
_WRITTEN: Final[dict[str, Callable[[Any, Any, Any, Any], Callable[[Any], Any]]]] = {
    "solve_ivp": lambda y0, times, tol, c: (
        lambda p: (
            integrate.solve_ivp(
                lambda t, y, p, c: -c * p * y, (0, 1), y0, t_eval=times, args=(p, c), rtol=1e-9, atol=tol
            ).y
        )
    ),
    "solve_ivp, dense": lambda y0, times, tol, c: (
        lambda p: integrate.solve_ivp(
            lambda t, y, p, c: -c * p * y, (0, 1), y0, args=(p, c), rtol=1e-9, atol=tol, dense_output=True
        ).sol(times)
    ),
    "odeint": lambda y0, times, tol, c: (
        lambda p: integrate.odeint(lambda y, t, p, c: -c * p * y, y0, times, args=(p, c), rtol=1e-9, atol=tol).T
    ),
}


@pytest.mark.parametrize("name", _WRITTEN)
def test_arrays_of_a_call_may_be_written_into_afterwards(name: str) -> None:
    y0, times, tolerance, c = np.array([1.0, 2.0]), np.array([0.0, 0.01, 0.5]), np.full(2, 1e-12), np.array([2.0, 1.0])
    f = _WRITTEN[name](y0, times, tolerance, c)
    right = -(times * c[:, None] * y0[:, None] * np.exp(-times * c[:, None])).sum()
    _, pullback = vjp(f, 1.0)
    for written in (y0, times, tolerance, c):
        written[:] = 30.0
    assert_allclose(pullback(np.ones((2, 3)))[0], right, rtol=1e-6)


def test_an_initial_state_may_be_written_into_between_the_solution_and_its_use() -> None:
    y0 = np.array([1.0])

    def f(p: Any) -> Any:
        found: Any = integrate.solve_ivp(lambda t, y: -p * y, (0, 1), y0, dense_output=True, **TIGHT)
        y0[:] = 30.0
        return found.sol(0.01)[0]

    assert_allclose(grad(f)(1.0), -0.01 * np.exp(-0.01), rtol=1e-6)
