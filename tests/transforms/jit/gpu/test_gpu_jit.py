"""`jit` with arrays on a device: the stand-in for CuPy, whose kernels run on the host."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special

from pydezero import cond, grad, hessian, jit, jvp, scan, value_and_grad, vjp, vmap, while_loop
from pydezero.transforms.jit.gpu.devices import DEVICES
from pydezero.transforms.jit.installed import check_numba
from tests.arrays import strict
from tests.transforms.jit.gpu.host_device import COMPILER, StrictDevice

pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C++ compiler")

X = np.random.default_rng(0).normal(size=6)
W = np.random.default_rng(1).normal(size=(6, 6)) / 3
INDICES = np.array([0, 2, 2])


@pytest.fixture(autouse=True)
def _device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEVICES, strict.Array, StrictDevice())


def chain(x: Any) -> Any:
    for _ in range(3):
        x = np.sin(x) * x
    return np.sum(x)


def recurrent(w: Any, x: Any) -> Any:
    def step(h: Any, _: None) -> tuple[Any, Any]:
        h = np.tanh(w @ h + x)
        return h, h

    _, ys = scan(step, np.zeros(6), None, length=4)
    return np.sum(ys**2)


def branching(x: Any) -> Any:
    return cond(np.sum(x) > 1e3, lambda: x / 2, lambda: x * x)


def repeated(x: Any) -> Any:
    return while_loop(lambda c: c[1] < 5, lambda c: (c[0] * x, c[1] + 1), (x, 0))[0]


def picked(x: Any) -> Any:
    return np.sum(x[INDICES] ** 2 * x[:3])


def scaled(w: Any, a: float) -> Any:
    return np.sum(a * w @ w, axis=0) / a


# Each with its arguments; numbers stay numbers of the host.
FUNCTIONS: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("value", chain, (X,)),
    ("gradient", grad(chain), (X,)),
    ("gradient of a compiled function", lambda x: grad(jit(chain))(x), (X,)),
    ("second order", hessian(chain), (X,)),
    ("batch", vmap(grad(chain)), (W,)),
    ("batch of a compiled function", lambda w: vmap(jit(chain))(w), (W,)),
    ("scan", recurrent, (W, X)),
    ("gradient of scan", grad(recurrent), (W, X)),
    ("cond", branching, (X,)),
    ("while_loop", repeated, (X,)),
    ("indices", grad(picked), (X,)),
    ("number", scaled, (W, 2.5)),
    ("decomposition", lambda w: np.linalg.inv(w + 3 * np.eye(6)) * 2, (W,)),
    ("gradient of a decomposition", grad(lambda w: np.linalg.slogdet(w @ w.T)[1]), (W,)),
    ("what CuPy lacks", hessian(lambda x: np.sum(special.j1(x) + special.exprel(x))), (X,)),
    ("sort", grad(lambda x: np.sum(np.sort(x) * np.arange(6))), (X,)),
    ("complex", lambda x: np.abs(np.exp(1j * x) + x), (X,)),
    ("several", lambda x: (x + 1, {"a": np.max(x)}), (X,)),
]


def moved(x: Any) -> Any:
    """An argument, on the device if it is an array."""
    return strict.array(x) if isinstance(x, np.ndarray) else x


def same(y: Any, e: Any) -> None:
    """Compare results on the device with results of NumPy."""
    if isinstance(e, dict | tuple):
        pairs = zip(y.values(), e.values(), strict=True) if isinstance(e, dict) else zip(y, e, strict=True)
        for pair in pairs:
            same(*pair)
        return
    assert type(y) is strict.Array
    assert y.dtype == e.dtype
    assert y.shape == np.shape(e)
    np.testing.assert_allclose(y.get(), e, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("f", "args"), [x[1:] for x in FUNCTIONS], ids=[x[0] for x in FUNCTIONS])
def test_functions(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    compiled = jit(f)
    for _ in range(2):  # the second time without f
        same(compiled(*map(moved, args)), f(*args))


def test_transforms_of_a_compiled_function() -> None:
    compiled = jit(chain)
    same(value_and_grad(compiled)(moved(X)), value_and_grad(chain)(X))
    same(jvp(compiled, (moved(X),), (moved(X),)), jvp(chain, (X,), (X,)))
    y, pullback = vjp(compiled, moved(X))
    same(pullback(y)[0], vjp(chain, X)[1](chain(X))[0])


def test_captured_arrays_are_read_at_each_call() -> None:
    scale = strict.array(np.arange(6.0))
    f, g = jit(lambda x: np.sum(x * scale)), jit(grad(lambda x: np.sum(x * scale * x)))
    same(f(moved(X)), np.sum(X * np.arange(6)))
    same(g(moved(X)), 2 * X * np.arange(6))
    scale[:] = 1.0
    same(f(moved(X)), np.sum(X))
    same(g(moved(X)), 2 * X)
    same(grad(f)(moved(X)), np.ones(6))


def test_index_arrays_on_the_device() -> None:
    index = strict.array(INDICES)
    same(jit(lambda x: x[index] * 2)(moved(X)), X[INDICES] * 2)
    same(jit(grad(lambda x: np.sum(x[index] ** 2)))(moved(X)), grad(lambda x: np.sum(x[INDICES] ** 2))(X))


def test_one_function_on_the_host_and_on_the_device() -> None:
    f = jit(lambda x: x * 2)
    pytest.importorskip("numba")
    assert type(f(X)) is np.ndarray
    same(f(moved(X)), X * 2)
    assert type(f(X)) is np.ndarray


def test_numba_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    check_numba.cache_clear()
    same(jit(lambda x: x * 3)(moved(X)), X * 3)
    with pytest.raises(ImportError, match="Numba, which cannot be imported"):
        jit(lambda x: x * 3)(X)
    check_numba.cache_clear()


def test_layouts_and_what_is_returned() -> None:
    f = jit(lambda w: (w * 2, w[0]))
    y, row = f(strict.array(W).T)
    same(y, W.T * 2)
    same(row, W[:, 0])
    assert row.base is None


LARGE = np.linspace(0.5, 1, 10_000)


def test_large_arrays_are_recorded_by_one_element() -> None:
    calls: list[None] = []

    def f(x: Any) -> Any:
        calls.append(None)
        return np.sum(np.sin(x) / x, axis=0)

    compiled = jit(f)
    same(compiled(moved(LARGE)), f(LARGE))
    assert len(calls) == 2
    assert compiled.lower(moved(LARGE)).graph.outputs[0].shape == ()
    same(grad(compiled)(moved(LARGE)), grad(f)(LARGE))


def test_what_does_not_take_any_values_is_recorded_with_the_elements() -> None:
    calls: list[None] = []

    def f(x: Any) -> Any:
        calls.append(None)
        return np.linalg.inv(x + 100 * np.eye(100)) * 2  # of ones and their multiples there would be none

    compiled = jit(f)
    same(compiled(moved(np.reshape(LARGE, (100, 100)))), f(np.reshape(LARGE, (100, 100))))
    assert len(calls) == 3


def test_a_number_of_the_device_and_one_of_the_host() -> None:
    f = jit(lambda x, a: x * a)
    for a in (2.0, np.float32(2), strict.array(np.float64(2)), strict.array(np.float32(2))):
        same(f(moved(X), a), X * 2)


def test_the_host_meets_the_device() -> None:
    scale = np.ones(6)
    with pytest.raises(TypeError, match=r"shape \(6,\), an argument or captured.*strict.array\(x\)"):
        jit(lambda x: x * scale)(moved(X))
    with pytest.raises(TypeError, match=r"jit\(add\): an array of NumPy"):
        jit(np.add)(moved(X), X)
    scale.flags.writeable = False  # it cannot change, and becomes part of the program
    same(jit(lambda x: x * scale)(moved(X)), X)


def test_two_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrictDevice, "number_of", lambda _, x: int(x.size == 3))
    with pytest.raises(TypeError, match="on device 0 meets one of the stand-in on device 1"):
        jit(lambda x, y: np.sum(x) + np.sum(y))(moved(X), moved(X[:3]))


def test_a_value_is_asked_for() -> None:
    with pytest.raises(TypeError, match="turning it into a float needs a value"):
        jit(lambda x: float(np.sum(x)))(moved(X))


def test_a_program_is_shown() -> None:
    program = jit(chain).lower(moved(X))
    assert "__global__" in program.source
    assert "loop over [6]" in program.text()
