"""`minimize`: what it returns, its data, its callback, its bar, and what it says when a value is nan."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import data, optim, value_and_grad

X = np.linspace(-1.0, 1.0, 20)
Y = 3.0 * X - 1.0


def error(params: Any, x: Any = X, y: Any = Y) -> Any:
    return np.mean((params["a"] * x + params["b"] - y) ** 2)


def error_of_two(params: Any) -> Any:
    return np.mean((params["a"] * X + params["b"][0] * X**2 + params["b"][1] - Y) ** 2)


# Any: numbers and arrays side by side.
START: dict[str, Any] = {"a": 0.0, "b": np.zeros(())}


def test_it_is_the_loop_of_updates() -> None:
    optimizer = optim.adam(0.1)
    found = optim.minimize(error, START, optimizer, 30)
    params, state, history = START, optimizer.init(START), []
    for _ in range(30):
        value, gradients = value_and_grad(error)(params)
        history.append(value)
        params, state = optimizer.update(gradients, state, params)
    assert_array_equal(found.history, [*history, error(params)])
    assert (found.value, found.steps, found.stopped) == (error(params), 30, False)
    assert found.params == params
    assert START == {"a": 0.0, "b": 0.0}


def test_it_goes_on_from_a_state() -> None:
    optimizer = optim.adam(0.1)
    whole = optim.minimize(error, START, optimizer, 30)
    half = optim.minimize(error, START, optimizer, 15)
    rest = optim.minimize(error, half.params, optimizer, 15, state=half.state)
    assert rest.params == whole.params
    assert_array_equal([*half.history, *rest.history[1:]], whole.history)


def test_no_steps() -> None:
    start = np.ones(3)
    found = optim.minimize(lambda w, scale: scale * np.sum(w**2), start, optim.sgd(), 0, args=(2.0,))
    assert_array_equal(found.history, [6.0])
    assert_array_equal(found.params, start)
    assert not np.shares_memory(found.params, start)


def test_batches_begin_anew() -> None:
    seen: list[int] = []

    def f(params: Any, x: Any, y: Any) -> Any:
        seen.append(len(x))
        return error(params, x, y)

    found = optim.minimize(f, START, optim.sgd(0.3), 200, data=data.batches((X, Y), 8, np.random.default_rng(0)))
    assert_allclose([found.params["a"], found.params["b"]], [3.0, -1.0], atol=1e-6)
    assert seen[:7] == [8, 8, 4, 8, 8, 4, 8]


def test_a_callback_ends_it() -> None:
    steps: list[int] = []

    def callback(progress: Any) -> bool:
        steps.append(progress.step)
        assert progress.value == error(progress.params)
        return bool(progress.value < 0.5)

    found = optim.minimize(error, START, optim.adam(0.1), 1000, callback=callback)
    assert found.stopped
    assert steps == list(range(found.steps + 1))
    assert found.value == error(found.params) == found.history[-1] < 0.5
    assert len(found.history) == found.steps + 1
    assert optim.minimize(error, START, optim.adam(0.1), 3, callback=lambda progress: np.True_).steps == 0
    assert optim.minimize(error, START, optim.adam(0.1), 3, callback=lambda progress: progress.params).steps == 3


@pytest.mark.parametrize("optimizer", [optim.sgd(0.1), optim.adam(0.1), optim.lbfgs()], ids=["sgd", "adam", "lbfgs"])
def test_a_callback_may_write_into_the_parameters_that_it_gets(optimizer: Any) -> None:
    kept: list[Any] = []

    def callback(progress: Any) -> None:
        kept.append(progress.params["b"].copy())
        progress.params["b"][...] = 100.0

    start = {"a": 0.0, "b": np.zeros(2)}
    expected = optim.minimize(error_of_two, start, optimizer, 5)
    found = optim.minimize(error_of_two, start, optimizer, 5, callback=callback)
    assert_array_equal(found.history, expected.history)
    assert_array_equal(found.params["b"], expected.params["b"])
    assert_array_equal(kept[0], np.zeros(2))


def test_a_value_that_is_not_finite_ends_it_with_the_step_and_the_leaf() -> None:
    def f(params: Any) -> Any:
        return np.sum(params["w"][0] ** 2) + params["b"] ** 2

    with pytest.raises(FloatingPointError) as caught:
        optim.minimize(f, {"w": (np.ones(2),), "b": 1.0}, optim.sgd(1e100), 50)
    message = str(caught.value)
    assert message.startswith(
        "minimize(f): in step 2 the value is inf and the largest parameter is 4e+200, in params['w'][0]; "
    )
    assert "the values before were 3, " in message
    assert "a smaller learning rate or chain(clip_by_norm(1.0), ...) helps" in message

    with pytest.raises(
        FloatingPointError, match=r"in step 0 the gradient is not finite in params\[0\] \(1 of 2 elements\)"
    ):
        optim.minimize(lambda p: np.sum(np.sqrt(p[0])) + p[1], (np.array([0.0, 1.0]), np.ones(2)[0]), optim.sgd(), 5)
    with pytest.raises(FloatingPointError, match="in step 0 the value is nan"):
        optim.minimize(lambda x: np.log(x) - np.log(x), -1.0, optim.sgd(), 5)
    # After the last update, too.
    with pytest.raises(FloatingPointError, match="in step 1 the value is nan"):
        optim.minimize(lambda x: np.log(x), 1.0, optim.sgd(2.0), 1)


def test_units_may_be_attached_in_the_function() -> None:
    units = pytest.importorskip("pint").UnitRegistry()
    target = np.array([3.0, 4.0]) * units.m

    def area(p: Any) -> Any:
        return np.sum((p - target) ** 2)

    found = optim.minimize(lambda p: area(p * units.cm).m_as("m^2"), np.ones(2), optim.lbfgs(), 20)
    assert_allclose(found.params, [300.0, 400.0])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    optim.minimize(error, START, optim.adam(0.1), 5, progress=False)
    assert terminal.getvalue() == ""
    optim.minimize(error, START, optim.adam(0.1), 5)
    assert "5/5" in terminal.getvalue()
    monkeypatch.undo()
    optim.minimize(error, START, optim.adam(0.1), 5)
    assert capsys.readouterr() == ("", "")


def test_no_bar_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert optim.minimize(error, START, optim.adam(0.1), 5).steps == 5
    assert terminal.getvalue() == ""
