"""`minimize` with an optimiser that asks for the function: the steps of L-BFGS with a search along each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import data, grad, optim, value_and_grad
from pydezero.optim.line_search import Point, search

RNG: Final = np.random.default_rng(0)
POINTS: Final = RNG.normal(size=(200, 20))
LABELS: Final = POINTS @ RNG.normal(size=20) + RNG.normal(size=200) > 0
STIFFNESS: Final = np.logspace(0, 3, 30)


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def logistic(w: Any) -> Any:
    return np.mean(np.logaddexp(0.0, POINTS @ w) - LABELS * (POINTS @ w)) + 1e-3 * np.sum(w**2)


def quadratic(x: Any) -> Any:
    return 0.5 * np.sum(STIFFNESS * x**2) - np.sum(x)


def barrier(x: Any) -> Any:
    return np.sum(x) - 1e-3 * np.sum(np.log(x))


# A function, where it begins, and how many evaluations are enough to the last digits of the parameters. SciPy's
# L-BFGS-B takes as many to where it ends, some digits before.
FUNCTIONS: Final[dict[str, tuple[Callable[[Any], Any], np.ndarray[Any, Any], int]]] = {
    "rosenbrock": (rosenbrock, np.array([-1.2, 1.0]), 80),
    "rosenbrock of 10": (rosenbrock, np.tile([-1.2, 1.0], 5), 170),
    "a small unit": (lambda x: 1e-12 * rosenbrock(x), np.array([-1.2, 1.0]), 100),
    "a large unit": (lambda x: 1e12 * rosenbrock(x), np.array([-1.2, 1.0]), 90),
    "logistic regression": (logistic, np.zeros(20), 100),
    "ill-conditioned": (quadratic, np.zeros(30), 1000),
    "nan beyond": (barrier, np.ones(5), 60),
    "steep": (lambda x: np.sum(np.exp(5.0 * x) - x), np.full(3, 10.0), 120),
    "far away": (lambda x: np.sum((x - 1e8) ** 2), np.zeros(3), 40),
    "at the minimum": (lambda x: np.sum(x**2), np.zeros(3), 1),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_finds_the_minimum_to_the_last_digits_and_ends(name: str) -> None:
    f, start, enough = FUNCTIONS[name]
    evaluations = 0

    def counted(x: Any) -> Any:
        nonlocal evaluations
        evaluations += 1
        return f(x)

    found = optim.minimize(counted, start, optim.lbfgs(), 2000)
    assert evaluations <= enough
    assert found.steps < 2000
    assert not found.stopped
    assert len(found.history) == found.steps + 1
    assert found.value == found.history[-1] == f(found.params)
    assert np.all(np.diff(found.history) <= 1e-13 * np.abs(found.history[1:]))
    assert np.max(np.abs(grad(f)(found.params))) <= 1e-11 * max(1.0, float(np.max(np.abs(grad(f)(start)))))


def test_parameters_of_any_kind() -> None:
    def f(p: Any) -> Any:
        z = p["z"] - (1.0 + 2.0j)
        return np.sum(100.0 * (p["w"][0] - 3.0) ** 4) + p["b"] ** 2 + np.sum(np.abs(z) ** 2) + np.sum(p["x"] ** 2)

    start: dict[str, Any] = {"w": (np.zeros(3),), "b": 2.0, "z": np.zeros(2, complex), "note": None}
    start["x"] = np.ones((2, 2), np.float32)
    found = optim.minimize(f, start, optim.lbfgs(), 40)
    assert_allclose(found.params["w"][0], 3.0, atol=1e-2)
    assert_allclose(found.params["z"], 1.0 + 2.0j, atol=1e-4)
    assert abs(found.params["b"]) < 1e-4
    assert (found.params["x"].dtype, found.params["note"]) == (np.float32, None)
    assert_array_equal(start["w"][0], 0.0)

    single = optim.minimize(rosenbrock, np.array([-1.2, 1.0], np.float32), optim.lbfgs(), 200)
    assert_allclose(single.params, 1.0, atol=1e-3)
    assert single.steps < 100


def test_it_goes_on_from_a_state_and_a_callback_ends_it() -> None:
    start = np.array([-1.2, 1.0])
    whole = optim.minimize(rosenbrock, start, optim.lbfgs(), 30)
    half = optim.minimize(rosenbrock, start, optim.lbfgs(), 10)
    rest = optim.minimize(rosenbrock, half.params, optim.lbfgs(), 20, state=half.state)
    assert_array_equal([*half.history, *rest.history[1:]], whole.history)
    assert whole.state.step == 30
    ended = optim.minimize(rosenbrock, start, optim.lbfgs(), 30, callback=lambda progress: progress.step == 5)
    assert (ended.steps, ended.stopped) == (5, True)
    assert_array_equal(ended.history, whole.history[:6])
    # An update that knows gradients alone may follow, and its step is then remembered.
    gradients = value_and_grad(rosenbrock)(half.params)[1]
    params, state = optim.lbfgs().update(gradients, half.state, half.params)
    assert rosenbrock(optim.minimize(rosenbrock, params, optim.lbfgs(), 40, state=state).params) < 1e-12


def test_a_batch_of_data_in_each_step() -> None:
    x = np.linspace(-1.0, 1.0, 20)
    seen: list[int] = []

    def error(p: Any, x: Any) -> Any:
        seen.append(len(x))
        return np.mean((p[0] * x + p[1] - (3.0 * x - 1.0)) ** 2)

    found = optim.minimize(error, np.zeros(2), optim.lbfgs(), 60, data=data.batches((x,), 8, np.random.default_rng(0)))
    assert_allclose(found.params, [3.0, -1.0], atol=1e-10)
    assert len(found.history) == 61
    assert set(seen) == {8, 4}


def test_a_chain_makes_updates_without_a_search() -> None:
    optimizer = optim.chain(optim.weight_decay(0.1), optim.lbfgs(0.5))
    found = optim.minimize(logistic, np.zeros(20), optimizer, 3)
    params, state = np.zeros(20), optimizer.init(np.zeros(20))
    for _ in range(3):
        params, state = optimizer.update(grad(logistic)(params), state, params)
    assert_array_equal(found.params, params)


@pytest.mark.parametrize(
    ("f", "slope", "least"),
    [
        (lambda t: 1.0 - t, lambda t: -1.0, -1e15),  # nothing below: as far as it gets
        (lambda t: (t - 1e6) ** 2, lambda t: 2 * (t - 1e6), 1e12),
        (lambda t: (t - 1e-9) ** 2, lambda t: 2 * (t - 1e-9), 1e-18),
        (lambda t: np.cos(3 * t) - 0.1 * t, lambda t: -3 * np.sin(3 * t) - 0.1, 1.0),
        (lambda t: -t if t < 0.01 else np.nan, lambda t: -1.0 if t < 0.01 else np.nan, 0.0),
    ],
)
def test_a_search_finds_a_lower_and_flatter_point(f: Any, slope: Any, least: float) -> None:
    found = search(lambda t: Point(t, f(t), slope(t), None), Point(0.0, f(0.0), slope(0.0), None))
    assert found is not None
    assert f(found.at) < min(f(0.0), least) or abs(slope(found.at)) <= 0.9 * abs(slope(0.0))


def test_a_search_has_nothing_to_find_uphill() -> None:
    for slope in (1.0, 0.0, np.nan):
        assert search(lambda t: Point(t, t, 1.0, None), Point(0.0, 0.0, slope, None)) is None
    # A slope that is wrong does not end in a point that is higher.
    assert search(lambda t: Point(t, t, 1.0, None), Point(0.0, 0.0, -1.0, None), least=1e-12) is None
