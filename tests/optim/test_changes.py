"""Clipping and schedules: what they are in special cases, and in transforms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import optim, vmap
from pydezero.testing import check_grads


@pytest.mark.parametrize("size", [1.0, 1e-200, 1e200])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_of_any_size_are_clipped(size: float, dtype: Any) -> None:
    size = float(np.clip(size, 1e-36, 1e37)) if dtype is np.float32 else size
    gradients = {"w": np.array([3.0, 0.0], dtype) * dtype(size), "b": dtype(4.0 * size)}
    found = optim.clip_by_norm(size)(gradients, gradients)
    assert found["w"].dtype == dtype
    assert_allclose(found["w"], np.array([0.6, 0.0]) * size, rtol=1e-6)
    assert_allclose(found["b"], 0.8 * size, rtol=1e-6)


def test_what_is_short_or_not_finite_stays() -> None:
    clip = optim.clip_by_norm(1.0)
    for g in ([0.3, 0.4], [0.0, 0.0], [np.nan, 5.0], [np.inf, 5.0]):
        assert_array_equal(clip(np.array(g), np.zeros(2)), g)
    assert clip(np.zeros(0), np.zeros(0)).shape == (0,)


def test_derivatives_of_clipped_gradients() -> None:
    clip = optim.clip_by_norm(1.0)
    for g in (np.array([3.0, -4.0]), np.array([0.3, -0.4]), np.zeros(2)):
        check_grads(lambda g: clip(g, np.zeros(2)), (g,))
    check_grads(lambda largest: optim.clip_by_norm(largest)(np.array([3.0, -4.0]), np.zeros(2)), (np.array(2.0),))


def test_a_change_of_ones_own() -> None:
    class Doubled(optim.GradientChange):
        def changed(self, gradients: Any, params: Any) -> Any:
            return [2.0 * g for g in gradients]

    optimizer = optim.chain(Doubled(), optim.sgd(0.5))
    params = {"name": "a", "w": np.ones(2)}
    found, _ = optimizer.update({"name": "a", "w": np.ones(2)}, optimizer.init(params), params)
    assert found["name"] == "a"
    assert_array_equal(found["w"], [0.0, 0.0])


@pytest.mark.parametrize("returned", [None, [], [np.zeros(2)] * 2, np.zeros(2)])
def test_a_change_that_returns_something_else(returned: Any) -> None:
    class Wrong(optim.GradientChange):
        def changed(self, gradients: Any, params: Any) -> Any:
            return returned

    with pytest.raises(TypeError, match=r"chain: Wrong.changed must return a list of 1 gradients, .*, got "):
        optim.chain(Wrong(), optim.sgd(0.5)).update(np.ones(2), optim.sgd().init(np.ones(2)), np.ones(2))


def test_schedules_take_all_steps_at_once() -> None:
    schedule = optim.join_schedules(
        [optim.warm_up(optim.constant(0.2), 3), optim.step_decay(0.2, 4, 0.5), optim.cosine_decay(0.1, 5, 0.01)],
        [5, 14],
    )
    steps = np.arange(25)
    one_by_one = [schedule(step) for step in steps]
    assert_allclose(schedule(steps), one_by_one, rtol=1e-15)
    assert_allclose(vmap(schedule)(steps), one_by_one, rtol=1e-15)
    assert_allclose(one_by_one[:6], [0.05, 0.1, 0.15, 0.2, 0.2, 0.2])
    assert_allclose(one_by_one[8:10], [0.2, 0.1])
    assert_allclose(one_by_one[-6:], 0.01)


def test_any_function_is_a_schedule() -> None:
    optimizer = optim.sgd(lambda step: 1.0 / (step + 1))
    params, state = np.zeros(1), optimizer.init(np.zeros(1))
    for step in range(4):
        before = params
        params, state = optimizer.update(np.ones(1), state, params)
        assert_allclose(before - params, 1.0 / (step + 1))
