"""`scipy.spatial.distance`: every metric, kinks, and what raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial import distance as scipys

from pydezero import Variable, grad, hessian, jit, vmap
from pydezero.core.operators import EscapeError
from pydezero.scipy.spatial import distance
from pydezero.testing import check_grads
from tests.functions.case import generator

A: Final = generator("points").normal(size=(3, 2))
B: Final = generator("others").normal(size=(2, 2))
W: Final = np.array([0.5, 2.0])
VI: Final = np.array([[2.0, 0.5], [0.5, 1.0]])
untyped: Any = distance  # the types take no other metric
SAME: Final = np.ones((2, 2))

METRICS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("euclidean", {}),
    ("euclidean", {"w": W}),
    ("sqeuclidean", {}),
    ("sqeuclidean", {"w": W}),
    ("cityblock", {}),
    ("cityblock", {"w": W}),
    ("chebyshev", {}),
    ("minkowski", {}),
    ("minkowski", {"p": 3, "w": W}),
    ("minkowski", {"p": np.inf}),
    ("cosine", {}),
    ("cosine", {"w": W}),
    ("correlation", {}),
    ("correlation", {"w": W}),
    ("mahalanobis", {}),
    ("mahalanobis", {"VI": VI}),
)


@pytest.mark.parametrize(("metric", "options"), METRICS, ids=str)
def test_metrics(metric: Any, options: Any) -> None:
    a, b = (A, B) if metric != "correlation" else (generator("a").normal(size=(3, 4)), np.array([[1.0, 3, 2, 0.5]]))
    if "w" in options:
        options = options | {"w": np.linspace(0.5, 2.0, a.shape[1])}

    def between(a: Any, b: Any) -> Any:
        return distance.cdist(a, b, metric, **options)

    def within(a: Any) -> Any:
        return distance.pdist(a, metric, **options)

    assert_allclose(between(Variable(a), b).data, scipys.cdist(a, b, metric, **options), rtol=1e-12)
    assert_allclose(within(Variable(a)).data, scipys.pdist(a, metric, **options), rtol=1e-12)
    np.testing.assert_array_equal(between(a, b), scipys.cdist(a, b, metric, **options))
    check_grads(between, (a, b))
    check_grads(within, (a,))
    slope: Any = grad(lambda a: between(a, b).sum())
    examples = np.stack([a, 2 * a + 1])
    assert_allclose(vmap(slope)(examples), np.stack([slope(x) for x in examples]), rtol=1e-12)
    assert_allclose(jit(slope)(a), slope(a), rtol=1e-12, atol=1e-14)
    single = slope(a.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, slope(a), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("metric", ["euclidean", "cityblock", "chebyshev", "minkowski", "mahalanobis"])
def test_equal_points_have_the_slope_of_a_norm(metric: Any) -> None:
    options: Any = {"VI": np.eye(2)} if metric == "mahalanobis" else {}
    np.testing.assert_array_equal(grad(lambda x: distance.pdist(x, metric, **options).sum())(SAME), np.zeros((2, 2)))


@pytest.mark.parametrize("metric", ["euclidean", "minkowski", "mahalanobis"])
def test_the_square_of_the_distance_of_equal_points_is_smooth(metric: Any) -> None:
    options: Any = {"VI": np.eye(2)} if metric == "mahalanobis" else {}
    found = hessian(lambda x: (distance.pdist(x, metric, **options) ** 2).sum())(SAME)
    assert_allclose(found, hessian(lambda x: distance.pdist(x, "sqeuclidean").sum())(SAME), atol=1e-15)


def test_forms() -> None:
    v = np.array([3.0, 5.0, 4.0])
    np.testing.assert_array_equal(distance.squareform(Variable(v)).data, scipys.squareform(v))
    np.testing.assert_array_equal(distance.squareform(distance.squareform(Variable(v))).data, v)
    assert distance.squareform(Variable(np.zeros(0))).shape == (1, 1)
    check_grads(lambda v: distance.squareform(distance.squareform(v) ** 2), (v,))
    read = grad(lambda m: distance.squareform(m, checks=False) @ v)(np.zeros((3, 3)))
    np.testing.assert_array_equal(read, np.triu(scipys.squareform(v)))
    found = vmap(lambda v: distance.squareform(distance.squareform(v)))(np.stack([v, 2 * v]))
    np.testing.assert_array_equal(found, [v, 2 * v])


def test_scipys_functions_name_ours() -> None:
    x: Any = Variable(A)
    with pytest.raises(EscapeError, match=r"pydezero\.scipy\.spatial\.distance\.cdist"):
        scipys.cdist(x, B)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: untyped.cdist(x, B, "hamming"), "metric must be one of euclidean, .*; got 'hamming'"),
        (lambda x: distance.cdist(x[0], B), r"cdist: XA has the shape \(2,\)"),
        (lambda x: distance.pdist(1j * x), "pdist: X has .* dtype complex128; it must be a matrix of real"),
        (lambda x: distance.cdist(x, np.ones((2, 3))), r"XA of shape \(3, 2\) and XB of shape \(2, 3\) do not fit"),
        (lambda x: distance.pdist(x, "minkowski", p=0.5), "p is 0.5; it must be a number of at least 1"),
        (lambda x: distance.pdist(x, "chebyshev", w=W), "the metric 'chebyshev' takes no w"),
        (lambda x: distance.pdist(x, VI=VI), "the metric 'euclidean' takes no VI"),
        (lambda x: distance.pdist(x, w=np.ones(3)), r"w has the shape \(3,\); for these points it must be \(2,\)"),
        (lambda x: distance.pdist(x, "minkowski", p=None), "p is None"),  # type: ignore[call-overload]
        (lambda x: distance.pdist(x, "cityblock", w=np.array([1.0, -1.0])), "there is a negative weight in w"),
        (lambda x: distance.squareform(x[0, 0]), "it must be a vector, which gives a matrix"),
        (lambda x: distance.squareform(x[0], force="tovector"), "got force='tovector'"),
        (lambda x: distance.squareform(x[0]), "X has 2 elements"),
        (lambda x: distance.squareform(x), r"X has the shape \(3, 2\); a matrix must be square"),
        (lambda x: distance.squareform(x[:2]), "(?i)X of squareform"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        f(Variable(A))


def test_what_is_no_covariance() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        distance.pdist(Variable(A), "mahalanobis", VI=-VI)
