"""What all optimisers have in common: containers, dtypes, purity, and the transforms that a step goes through."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import grad, jit, jvp, load, optim, save, scan, trace, tree, value_and_grad, vmap
from pydezero.optim import blocks
from pydezero.testing import check_grads
from tests.core.test_foreign_arrays import Duck
from tests.optim.cases import OPTIMIZERS, Make, Model, loss, model

BY_OPTIMIZER = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=list(OPTIMIZERS))


def trained(optimizer: Any, params: Any, f: Callable[[Any], Any], steps: int = 4, state: Any = None) -> tuple[Any, Any]:
    """The parameters and the state after some updates."""
    state = optimizer.init(params) if state is None else state
    for _ in range(steps):
        params, state = optimizer.update(grad(f)(params), state, params)
    return params, state


def arrays_of(container: Any) -> list[np.ndarray[Any, Any]]:
    return [leaf for leaf in tree.flatten(container) if isinstance(leaf, np.ndarray)]


def assert_same(a: Any, b: Any, tolerance: float = 1e-12) -> None:
    assert tree.same_structure(a, b)
    for x, y in zip(tree.flatten(a), tree.flatten(b), strict=True):
        if x is None or isinstance(x, str):
            assert x == y
        else:
            assert np.asarray(x).dtype == np.asarray(y).dtype
            assert_allclose(x, y, rtol=tolerance, atol=tolerance)


@BY_OPTIMIZER
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_of_the_parameters_stays_what_it_is(make: Make, dtype: Any) -> None:
    params = model(dtype)
    found, state = trained(make(0.01), params, loss)
    assert loss(found) < loss(params)
    assert type(found) is Model
    assert tree.same_structure(found, params)
    assert (found.activation, found.is_deep, found.note) == ("tanh", False, None)
    for x, y in zip(tree.flatten(params), tree.flatten(found), strict=True):
        assert np.shape(x) == np.shape(y)
        assert type(y) is (np.float64 if type(x) is float else type(x))
        if isinstance(x, np.ndarray):
            assert y.dtype == dtype
    assert attrs.has(type(state))
    assert state.step == 4
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        state.step = 0


@BY_OPTIMIZER
@pytest.mark.parametrize("size", [3, 70_000])
def test_nothing_is_written_into_and_nothing_is_shared(make: Make, size: int) -> None:
    optimizer = make(0.01)
    params = {"w": np.linspace(-1.0, 2.0, size), "v": np.array(0.5)}
    params, state = trained(optimizer, params, lambda p: np.sum(p["w"] ** 4) + p["v"] ** 2)
    gradients = {"w": np.cos(params["w"]), "v": np.array(0.1)}
    given = arrays_of((gradients, state, params))
    before = [x.copy() for x in given]
    first = optimizer.update(gradients, state, params)
    second = optimizer.update(gradients, state, params)
    for x, y in zip(given, before, strict=True):
        assert_array_equal(x, y)
    results = arrays_of(first)
    for i, x in enumerate(results):
        assert x.flags.writeable
        assert not any(np.shares_memory(x, y) for y in (*given, *results[:i], *arrays_of(second)))
    assert_same(first, second, 0.0)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in ("lbfgs", "chain")])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_of_a_large_array_are_updated_as_small_arrays_are(name: str, dtype: Any) -> None:
    make = OPTIMIZERS[name]
    size = 2 * blocks._BLOCK_BYTES // np.dtype(dtype).itemsize + 1234
    optimizer = make(0.01)
    rng = np.random.default_rng(1)
    large = rng.normal(size=(2, size // 2)).astype(dtype)
    small = {i: large.reshape(-1)[i::50].copy() for i in range(50)}
    of_large, of_small = optimizer.init(large), optimizer.init(small)
    for _ in range(2):
        g = rng.normal(size=large.shape).astype(dtype)
        large, of_large = optimizer.update(g, of_large, large)
        small, of_small = optimizer.update({i: g.reshape(-1)[i::50] for i in range(50)}, of_small, small)
    for moment in ("params", *type(of_large).__slots__):
        found: Any
        expected: Any
        found, expected = (
            (large, small) if moment == "params" else (getattr(of_large, moment, 0), getattr(of_small, moment, 0))
        )
        if isinstance(found, np.ndarray):
            assert found.dtype == dtype
            for i in range(50):
                assert_array_equal(found.reshape(-1)[i::50], expected[i])


@BY_OPTIMIZER
def test_arrays_of_another_library(make: Make) -> None:
    optimizer = make(0.01)
    w, g = np.ones(3), np.array([1.0, 2.0, 3.0])
    expected: dict[str, Any] = {"w": w, "b": 1.0}
    found: dict[str, Any] = {"w": Duck(w), "b": 1.0}
    of_expected, of_found = optimizer.init(expected), optimizer.init(found)
    for _ in range(2):
        expected, of_expected = optimizer.update({"w": g, "b": 0.5}, of_expected, expected)
        found, of_found = optimizer.update({"w": Duck(g), "b": 0.5}, of_found, found)
    assert_array_equal(found["w"].to_numpy(), expected["w"])


def test_a_large_array_in_any_layout() -> None:
    optimizer = optim.adam(0.1)
    rng = np.random.default_rng(1)
    p, g = rng.normal(size=(300, 400)), rng.normal(size=(400, 300)).T
    expected = optimizer.update(g.copy(), optimizer.init(p), p)
    assert_same(optimizer.update(g, optimizer.init(p), np.asfortranarray(p)), expected, 0.0)
    swapped = p.astype(">f8")
    assert_same(optimizer.update(g, optimizer.init(p), swapped)[0].astype("=f8"), expected[0], 0.0)


@BY_OPTIMIZER
def test_complex_parameters_go_downhill(make: Make) -> None:
    def f(z: Any) -> Any:
        return np.sum(np.abs(z - (1.0 + 2.0j)) ** 2)

    z = np.array([0.5 + 0.1j, -1.0 - 1.0j])
    if make is OPTIMIZERS["chain"]:
        with pytest.raises(TypeError, match="clip_by_value: a complex number has no order"):
            trained(make(0.01), z, f)
        return
    found, state = trained(make(0.01), z, f, 20)
    assert found.dtype == z.dtype
    assert f(found) < f(z)
    assert all(x.dtype in (np.complex128, np.float64, np.int64) for x in arrays_of(state))


def test_a_complex_step_of_descent_is_that_of_its_parts() -> None:
    def f(z: Any) -> Any:
        return np.sum(np.real(z) ** 2 + 3.0 * np.imag(z) + np.real(z) * np.imag(z))

    z = np.array([0.5 + 0.1j])
    found = trained(optim.chain(optim.weight_decay(0.1), optim.sgd(0.01)), z, f, 5)[0]
    parts = trained(
        optim.chain(optim.weight_decay(0.1), optim.sgd(0.01)),
        (z.real.copy(), z.imag.copy()),
        lambda p: np.sum(p[0] ** 2 + 3.0 * p[1] + p[0] * p[1]),
        5,
    )[0]
    assert_allclose([found.real, found.imag], parts, rtol=1e-14)


# Transforms


@BY_OPTIMIZER
def test_a_training_step_under_scan(make: Make) -> None:
    optimizer, params = make(0.01), model()
    found, values = scan(
        lambda c, _: (optimizer.update(grad(loss)(c[0]), c[1], c[0]), loss(c[0])),
        (params, optimizer.init(params)),
        length=4,
    )
    assert_same(found, trained(optimizer, params, loss))
    assert values[0] == loss(params)


@BY_OPTIMIZER
def test_a_training_step_as_a_graph(make: Make) -> None:
    optimizer, params = make(optim.warm_up(optim.cosine_decay(0.02, 50), 3)), model(np.float32)

    def step(params: Any, state: Any) -> Any:
        return optimizer.update(grad(loss)(params), state, params)

    graph = trace(step)(params, optimizer.init(params))
    assert_same(graph(*graph(params, optimizer.init(params))), trained(optimizer, params, loss, 2), 1e-5)


def test_a_training_step_is_one_compiled_program() -> None:
    pytest.importorskip("numba")
    optimizer = optim.chain(optim.clip_by_norm(0.5), optim.adamw(optim.warm_up(0.02, 3)))

    def step(params: Any, state: Any) -> Any:
        value, gradients = value_and_grad(lambda w: np.sum(np.tanh(w) ** 2))(params)
        return value, *optimizer.update(gradients, state, params)

    compiled = jit(step)
    start = np.linspace(-1.0, 2.0, 10, dtype=np.float32)
    expected = found = (start, optimizer.init(start))
    for _ in range(3):
        found = compiled(*found)[1:]
        expected = step(*expected)[1:]
    assert_same(found, expected, 1e-5)
    source = compiled.lower(*found).source
    assert source.count("def native") == 1
    assert "raw" not in source  # nothing is called between the loops


@BY_OPTIMIZER
def test_a_batch_of_learning_rates(make: Make) -> None:
    rates = np.array([0.001, 0.01, 0.05])

    def after(rate: Any) -> Any:
        return trained(make(rate), model(np.float32), loss)

    found = vmap(after)(rates)
    for i, rate in enumerate(rates):
        one = tree.map_leaves(lambda x, i=i: x[i] if isinstance(x, np.ndarray) else x, found)
        assert_same(tree.flatten(one[0].layers), tree.flatten(after(rate)[0].layers), 1e-6)
    assert found[0].layers[0].weight.dtype == np.float32


def test_a_batch_of_models_and_their_states() -> None:
    optimizer = optim.adam(0.01)
    many = np.random.default_rng(0).normal(size=(3, 4))
    state = vmap(optimizer.init)(many)
    found, after = vmap(optimizer.update)(np.cos(many), state, many)
    for i in range(3):
        one = optimizer.update(np.cos(many[i]), optimizer.init(many[i]), many[i])
        assert_array_equal(found[i], one[0])
        assert_array_equal(after.squares[i], one[1].squares)


@BY_OPTIMIZER
def test_derivatives_by_the_learning_rate(make: Make) -> None:
    def after(rate: Any) -> Any:
        # The gradient of the second element is zero in all steps.
        start = np.array([0.8, 0.0, -0.5])
        return np.sum(trained(make(rate), start, lambda w: np.sum(np.cosh(w)) + 0.1 * w[0] * w[2], 3)[0] ** 2)

    rate, h = 0.013, 1e-6
    expected = (after(rate + h) - after(rate - h)) / (2 * h)
    assert abs(expected) > 1e-3 if make is not OPTIMIZERS["adadelta"] else abs(expected) > 0
    assert_allclose(grad(after)(rate), expected, rtol=1e-5)
    assert_allclose(jvp(after, (rate,), (1.0,))[1], expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["nesterov", "adam"])
def test_second_derivatives_and_batches_of_derivatives(name: str) -> None:
    def after(rate: Any) -> Any:
        start = np.array([0.8, 0.0, -0.5])
        return np.sum(trained(OPTIMIZERS[name](rate), start, lambda w: np.sum(np.cosh(w)), 2)[0] ** 2)

    check_grads(after, (0.013,), order=2)
    rates = np.array([0.01, 0.02])
    assert_allclose(vmap(grad(grad(after)))(rates), [grad(grad(after))(rate) for rate in rates], rtol=1e-9)


def test_an_optimiser_is_a_container_of_its_numbers() -> None:
    def after(optimizer: Any, steps: int = 3) -> Any:
        return np.sum(trained(optimizer, np.array([0.8, -0.5]), lambda w: np.sum(np.cosh(w)), steps)[0] ** 2)

    optimizer = optim.adamw(optim.warm_up(0.02, 2), b1=0.8, eps=1e-3)
    found: Any = grad(after)(optimizer)
    for name in ("b1", "b2", "eps", "weight_decay"):
        higher, lower = [attrs.evolve(optimizer, **{name: getattr(optimizer, name) + h}) for h in (1e-6, -1e-6)]
        assert_allclose(getattr(found, name), (after(higher) - after(lower)) / 2e-6, rtol=1e-4, atol=1e-9)
    assert found.learning_rate.schedule != 0


def test_a_rate_for_each_element() -> None:
    rates = np.array([0.0, 0.1, 0.2])
    found = optim.sgd(rates).update(np.ones((2, 3)), optim.sgd(rates).init(np.zeros((2, 3))), np.zeros((2, 3)))[0]
    assert_allclose(found, np.tile(-rates, (2, 1)))
    narrow = np.zeros(3, np.float32)
    assert optim.adam(rates).update(narrow, optim.adam(rates).init(narrow), narrow)[0].dtype == np.float32


# Files


@BY_OPTIMIZER
def test_training_goes_on_from_a_file(make: Make, tmp_path: Path) -> None:
    optimizer, path = make(0.01), tmp_path / "training.npz"
    params, state = trained(optimizer, model(), loss, 3)
    save(path, (params, state))
    fresh = model()
    read = load(path, (fresh, optimizer.init(fresh)))
    assert type(read[1]) is type(state)
    assert_same(read, (params, state), 0.0)
    assert_same(trained(optimizer, *_args(read, 3)), trained(optimizer, *_args((params, state), 3)), 0.0)


def _args(pair: tuple[Any, Any], steps: int) -> tuple[Any, Any, int, Any]:
    return pair[0], loss, steps, pair[1]


def test_optimisers_and_states_are_pickled_and_have_a_text() -> None:
    optimizer = optim.chain(optim.clip_by_norm(1.0), optim.adamw(optim.step_decay(0.1, 10)))
    again = pickle.loads(pickle.dumps(optimizer))
    assert_same(trained(again, model(), loss), trained(optimizer, model(), loss), 0.0)
    assert "Adamw(learning_rate=StepDecay(rate=0.1, every=10, factor=0.1), b1=0.9" in repr(again)
