"""Activations, losses and initialisers where a comparison with PyTorch does not look."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import grad, nn, trace, vmap
from pydezero.testing import check_grads

X = np.random.default_rng(0).standard_normal((3, 4))
ACTIVATIONS: dict[str, Callable[..., Any]] = {
    name: getattr(nn, name)
    for name in ("relu", "sigmoid", "leaky_relu", "elu", "gelu", "silu", "softplus", "softmax", "log_softmax")
}
LABELS = np.array([2, 0, 3])
WEIGHTS = np.array([0.5, 2.0, 0.0])
LOSSES: dict[str, Callable[..., Any]] = {
    "mean_squared_error": lambda x, w: nn.mean_squared_error(x[:, 0], np.ones(3), w),
    "huber": lambda x, w: nn.huber(x[:, 0], np.full(3, 0.9), w),
    "cross_entropy": lambda x, w: nn.cross_entropy(x, LABELS, w),
    "soft_cross_entropy": lambda x, w: nn.soft_cross_entropy(x, np.full((3, 4), 0.25), w),
    "binary_cross_entropy": lambda x, w: nn.binary_cross_entropy(x[:, 0], np.array([1, 0, 1]), w),
    "kl_divergence": lambda x, w: nn.kl_divergence(x, np.array([[0.5, 0.5, 0.0, 0.0]] * 3), w),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_derivatives_and_batches(name: str) -> None:
    f = ACTIVATIONS[name]
    check_grads(f, (X,), rtol=1e-4)
    np.testing.assert_allclose(vmap(f)(X), f(X), rtol=1e-13)
    assert f(X.astype(np.float32)).dtype == np.float32
    assert grad(lambda x: f(x).sum())(X.astype(np.float32)).dtype == np.float32


def test_integers_are_numbers_like_others() -> None:
    layer: Any = nn  # Any: integers are not among the types that are promised
    x = np.array([0, 200], np.uint8)
    for name, f in ACTIVATIONS.items():
        np.testing.assert_array_equal(f(x), f(x.astype(float)), name)
    for loss in (layer.mean_squared_error, layer.huber, layer.binary_cross_entropy):
        assert loss(x, np.array([1, 1], np.uint8)) == loss(x.astype(float), np.ones(2))
        assert loss(x.astype(np.float32), [True, False]).dtype == np.float32
    small = np.array([[100, 90], [-100, 120]], np.int8)
    np.testing.assert_array_equal(layer.attention(small, small, small), nn.attention(*3 * [small.astype(float)]))
    np.testing.assert_array_equal(layer.max_pool1d(small, 2, padding=1), [[100, 90], [-100, 120]])
    np.testing.assert_array_equal(layer.max_pool1d(small > 0, 2, padding=1), [[True, True], [False, True]])


@pytest.mark.parametrize("name", LOSSES)
def test_weights_of_integers_and_booleans_leave_the_precision_as_it_is(name: str) -> None:
    loss, x = LOSSES[name], X.astype(np.float32)
    for weights in (WEIGHTS > 0, np.array([1, 2, 0]), [1, 2, 0]):
        assert loss(x, weights).dtype == loss(x, None).dtype
        np.testing.assert_allclose(loss(x, weights), loss(X, np.array(weights, float)), rtol=1e-5)


def test_the_name_of_an_activation_and_pickles() -> None:
    assert (nn.relu.__name__, nn.sigmoid.__name__) == ("relu", "sigmoid")
    model = nn.MLP.init(np.random.default_rng(0), (2, 3))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model))(np.ones(2)), model(np.ones(2)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_finite_far_out(name: str) -> None:
    f, far = ACTIVATIONS[name], np.array([-1e3, -800.0, 0.0, 800.0, 1e3])
    assert np.isfinite(f(far)).all()  # and no warning, which the tests take for an error
    assert np.isfinite(grad(lambda x: (f(x) * np.arange(5.0)).sum())(far)).all()


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [
        ("relu", 0.0),
        ("leaky_relu", 0.01),
        ("elu", 1.0),
        ("gelu", 0.5),
        ("silu", 0.5),
        ("softplus", 0.5),
        ("sigmoid", 0.25),
    ],
)
def test_the_derivative_at_zero(name: str, at_zero: float) -> None:
    assert grad(ACTIVATIONS[name])(0.0) == pytest.approx(at_zero)


def test_relu_and_sigmoid_at_the_edges() -> None:
    np.testing.assert_array_equal(nn.relu(np.array([np.nan, -np.inf, np.inf])), [np.nan, 0, np.inf])
    np.testing.assert_allclose(nn.sigmoid(np.array([-700.0, 700.0])), [np.exp(-700.0), 1.0], rtol=1e-14)
    assert grad(nn.sigmoid)(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-14)


def test_softmax_of_what_is_masked_is_zero_and_has_no_derivative() -> None:
    x = np.array([[0.0, 1.0, -np.inf]])
    np.testing.assert_allclose(nn.softmax(x)[0, 2], 0)
    weights = np.array([1.0, 2.0, 3.0])
    expected = grad(lambda x: np.sum(nn.softmax(x) * weights[:2]))(x[:, :2])
    np.testing.assert_allclose(grad(lambda x: np.sum(nn.softmax(x) * weights))(x), [[*expected[0], 0.0]])


def test_softmax_of_nothing() -> None:
    for f in (nn.softmax, nn.log_softmax):
        assert f(np.ones((3, 0))).shape == (3, 0)
        assert f(np.ones((0, 3))).shape == grad(lambda x, f=f: f(x).sum())(np.ones((0, 3))).shape == (0, 3)


def test_functions_that_complex_numbers_have() -> None:
    z = np.array([1.0 + 2.0j, -3.0 + 1.0j, 0.5j, -800.0 + 1.0j])
    np.testing.assert_allclose(nn.sigmoid(z)[:3], 1.0 / (1.0 + np.exp(-z[:3])), rtol=1e-14)
    np.testing.assert_allclose(nn.sigmoid(z)[3], 0.0, atol=1e-300)
    for f in (nn.sigmoid, nn.silu):
        check_grads(lambda z, f=f: np.sum(np.abs(f(z)) ** 2), (z[:3],))


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_weighted_means(name: str) -> None:
    f = LOSSES[name]
    each: NDArray[np.float64] = np.array([f(X, row) for row in np.eye(3)])
    assert f(X, None) == pytest.approx(each.mean())
    assert f(X, WEIGHTS) == pytest.approx(each @ WEIGHTS / WEIGHTS.sum())
    check_grads(f, (X, WEIGHTS), rtol=1e-4)
    check_grads(lambda x: f(x, None), (X,), rtol=1e-4)
    assert f(X.astype(np.float32), None).dtype in (np.float32, np.float64)
    ours = vmap(lambda x: f(x, None))(np.stack([X, 2 * X]))
    np.testing.assert_allclose(ours, [f(X, None), f(2 * X, None)])


def test_losses_of_one_example_under_vmap() -> None:
    by_delta = vmap(lambda delta: nn.huber(X, 0 * X, delta=delta))(np.array([0.5, 1.0]))
    np.testing.assert_allclose(by_delta, [nn.huber(X, 0 * X, delta=delta) for delta in (0.5, 1.0)])
    of_each = vmap(nn.cross_entropy)(X, LABELS)
    np.testing.assert_allclose(of_each, -nn.log_softmax(X)[np.arange(3), LABELS])
    np.testing.assert_allclose(nn.cross_entropy(X[0], 2), of_each[0])
    gradients = vmap(grad(nn.cross_entropy))(X, LABELS)
    np.testing.assert_allclose(gradients, nn.softmax(X) - np.eye(4)[LABELS])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.uint64, np.int64])
def test_labels_of_any_integer_type(dtype: type[np.integer[Any]]) -> None:
    logits, labels = np.random.default_rng(0).standard_normal((3, 300)), np.array([2, 0, 100], dtype)
    graph: Any = trace(nn.cross_entropy)(logits, labels)
    assert graph(logits, labels) == pytest.approx(nn.cross_entropy(logits, labels))
    if dtype not in (np.uint8, np.uint64):
        with pytest.raises(IndexError):
            graph(logits, -labels)


def test_a_class_that_is_masked_and_has_no_probability() -> None:
    logits, p = np.array([[0.3, -np.inf, 1.0]]), np.array([[0.25, 0.0, 0.75]])
    for loss in (nn.soft_cross_entropy, nn.kl_divergence):
        without = loss(logits[:, ::2], p[:, ::2])
        assert loss(logits, p) == without
        expected = grad(lambda x, loss=loss: loss(x, p[:, ::2]))(logits[:, ::2])
        np.testing.assert_allclose(grad(loss)(logits, p), [[expected[0, 0], 0.0, expected[0, 1]]])


def test_losses_that_are_zero_or_large() -> None:
    assert nn.kl_divergence(np.log([[0.25, 0.75]]), np.array([[0.25, 0.75]])) == pytest.approx(0, abs=1e-15)
    assert nn.cross_entropy(np.array([[0.0, 1e4]]), np.array([0])) == 1e4
    assert nn.binary_cross_entropy(np.array([-1e4, 1e4]), np.array([True, False])) == 1e4


@pytest.mark.parametrize("name", LOSSES)
def test_losses_stay_in_single_precision(name: str) -> None:
    x, labels = X.astype(np.float32), np.array([1, 0, 1])
    targets = {"cross_entropy": LABELS, "binary_cross_entropy": labels[:, np.newaxis] + np.zeros((3, 4), int)}
    target = targets.get(name, nn.softmax(x))
    value = getattr(nn, name)(x, target)
    assert value.dtype == np.float32
    assert grad(lambda x: getattr(nn, name)(x, target))(x).dtype == np.float32


def test_accuracy() -> None:
    assert nn.accuracy(np.eye(4), np.array([0, 1, 2, 0])) == 0.75
    np.testing.assert_array_equal(vmap(nn.accuracy)(np.eye(4), np.array([0, 1, 2, 0])), [1, 1, 1, 0])


@pytest.mark.parametrize(
    ("draw", "variance"),
    [
        (lambda rng: nn.glorot_uniform(rng, (40, 300), 40, 300), 2 / 340),
        (lambda rng: nn.glorot_normal(rng, (40, 300), 40, 300), 2 / 340),
        (lambda rng: nn.he_uniform(rng, (40, 300), 40), 2 / 40),
        (lambda rng: nn.he_normal(rng, (40, 300), 40), 2 / 40),
    ],
)
def test_initial_values_have_their_variance(
    draw: Callable[[np.random.Generator], NDArray[np.float64]], variance: float
) -> None:
    w = draw(np.random.default_rng(0))
    assert w.var() == pytest.approx(variance, rel=0.05)
    assert abs(w.mean()) < 0.05 * w.std()
    np.testing.assert_array_equal(w, draw(np.random.default_rng(0)))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_orthogonal_matrices(shape: tuple[int, int]) -> None:
    w = nn.orthogonal(np.random.default_rng(0), shape, 2.0)
    small = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert w.shape == shape
    np.testing.assert_allclose(small, 4 * np.eye(min(shape)), atol=1e-12)
