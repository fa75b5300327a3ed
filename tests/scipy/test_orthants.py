"""The distribution function of `multivariate_normal`: its derivatives by points, mean and covariance."""

from __future__ import annotations

import operator
from typing import Any, Final

import numpy as np
import pytest
import scipy.stats
from numpy.linalg import LinAlgError
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad

from pydezero import Variable, grad, jit, jvp, trace, vmap
from pydezero.scipy import stats
from pydezero.testing import check_grads
from tests.versions import is_there

normal: Any = stats.multivariate_normal  # its types are tested elsewhere
theirs: Any = scipy.stats.multivariate_normal

X: Final = np.array([0.3, -1.0, 0.5])
MEAN: Final = np.array([0.1, 0.2, -0.3])
COV: Final = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.5]])


def of_triangle(x: Any, mean: Any, cov: Any) -> Any:
    """The probability for a covariance by its lower triangle: SciPy reads elements on either side of the diagonal."""
    return normal.cdf(x, mean, np.tril(cov) + np.tril(cov, -1).T)


def by_integral(x: Any, mean: Any, cov: Any) -> float:
    """The probability for three variables: the integral over the first one of those for the other two."""
    x, cov = x - mean, np.tril(cov) + np.tril(cov, -1).T
    slope = cov[1:, 0] / cov[0, 0]
    rest = cov[1:, 1:] - np.outer(slope, cov[1:, 0])

    def density(u: float) -> float:
        return float(
            np.exp(-u * u / (2 * cov[0, 0]))
            / np.sqrt(2 * np.pi * cov[0, 0])
            * theirs.cdf(x[1:] - slope * u, np.zeros(2), rest)
        )

    return float(quad(density, -20.0, x[0], epsabs=1e-12, epsrel=1e-12)[0])


@pytest.mark.parametrize("points", [X[:2], np.array([X[:2], [1.2, 0.1]])], ids=["a point", "points"])
def test_two_variables_to_second_order(points: Any) -> None:
    args = (points, MEAN[:2], COV[:2, :2])
    check_grads(of_triangle, args, order=2)
    check_grads(lambda *args: np.log(of_triangle(*args)), args)
    assert_allclose(
        grad(lambda x: np.sum(normal.logcdf(x, *args[1:])))(points),
        grad(lambda x: np.sum(np.log(normal.cdf(x, *args[1:]))))(points),
    )


def test_three_variables() -> None:
    args = [X, MEAN, COV]
    found = grad(of_triangle, (0, 1, 2))(*args)
    step = 1e-4
    for k in range(3):
        for i in np.ndindex(args[k].shape):
            moved = np.zeros_like(args[k])
            moved[i] = step
            above = [x + moved if place == k else x for place, x in enumerate(args)]
            below = [x - moved if place == k else x for place, x in enumerate(args)]
            assert_allclose(found[k][i], (by_integral(*above) - by_integral(*below)) / (2 * step), atol=1e-8)
    # The gradient is made of probabilities for two variables, which are exact.
    check_grads(lambda x, cov: grad(of_triangle, (0, 2))(x, MEAN, cov), (X, COV))


def test_more_variables() -> None:
    """Where two pairs are independent, the probability is a product; that of three variables is known to 1e-5."""
    cov = np.zeros((4, 4))
    cov[:2, :2], cov[2:, 2:] = COV[:2, :2], COV[1:, 1:]
    x = np.array([0.3, -0.2, 0.5, 0.9])

    def product(x: Any, cov: Any) -> Any:
        return of_triangle(x[:2], None, cov[:2, :2]) * of_triangle(x[2:], None, cov[2:, 2:])

    of_x, of_cov = grad(lambda x, cov: of_triangle(x, None, cov), (0, 1))(x, cov)
    right_x, right_cov = grad(product, (0, 1))(x, cov)
    assert_allclose(of_x, right_x, atol=2e-5)
    assert_allclose(np.where(cov != 0, of_cov, 0), right_cov, atol=2e-5)
    mixed = theirs.pdf(x[[0, 2]], None, cov[np.ix_([0, 2], [0, 2])])  # by the covariance of two that are independent
    others = [
        scipy.stats.norm.cdf((x[j] - cov[j, i] / cov[i, i] * x[i]) / np.sqrt(cov[j, j] - cov[j, i] ** 2 / cov[i, i]))
        for i, j in ((0, 1), (2, 3))
    ]
    assert_allclose(of_cov[2, 0], mixed * np.prod(others), atol=2e-5)
    if is_there("scipy>=1.16"):  # before, the random numbers of its quadrature are those of each call
        assert_array_equal(grad(lambda x: normal.cdf(x, None, cov))(x), grad(lambda x: normal.cdf(x, None, cov))(x))


def test_bounds_at_infinity() -> None:
    def slopes(*x: float) -> Any:
        return grad(lambda x: normal.cdf(x, MEAN[:2], COV[:2, :2]))(np.array(x))

    assert_allclose(slopes(np.inf, 0.3), [0.0, scipy.stats.norm.pdf(0.1)])
    assert_array_equal(slopes(-np.inf, 0.3), [0.0, 0.0])
    assert np.isnan(slopes(np.nan, 0.3)).all()


def test_batches_and_graphs() -> None:
    xs, covs = np.stack([X, X + 0.1])[:, :2], np.stack([COV, 1.1 * COV])[:, :2, :2]
    of_all = grad(of_triangle, (0, 1, 2))
    for in_axes in ((0, None, None), (None, None, 0), (0, None, 0)):
        args = [x if axis == 0 else x[0] for x, axis in zip((xs, MEAN[None, :2], covs), in_axes, strict=True)]
        examples = [[x[i] if axis == 0 else x for x, axis in zip(args, in_axes, strict=True)] for i in range(2)]
        assert_allclose(vmap(of_triangle, in_axes)(*args), [of_triangle(*one) for one in examples], rtol=1e-12)
        found = vmap(of_all, in_axes)(*args)
        for i, one in enumerate(examples):
            for part, right in zip(found, of_all(*one), strict=True):
                assert_allclose(part[i], right, rtol=1e-11, atol=1e-14)
    args = [xs[0], MEAN[:2], covs[0]]
    for compiled in (trace(of_all)(*args), jit(of_all)):
        for part, right in zip(compiled(*args), of_all(*args), strict=True):
            assert_allclose(part, right, rtol=1e-12, atol=1e-15)
    tangent = np.ones((2, 2))
    pushed = jvp(lambda cov: of_triangle(xs[0], MEAN[:2], cov), (covs[0],), (tangent,))[1]
    assert_allclose(pushed, np.sum(of_all(*args)[2] * tangent))


def test_edges() -> None:
    assert grad(lambda mean: np.sum(normal.cdf(np.zeros((0, 2)), mean, np.eye(2))))(np.zeros(2)).tolist() == [0.0, 0.0]
    assert_allclose(grad(lambda v: normal.cdf(0.3, 0.1, v))(2.0), grad(lambda v: stats.norm.cdf(0.3, 0.1, v**0.5))(2.0))
    for cov in (np.ones((2, 2)), np.diag([1.0, -1.0])):
        with pytest.raises((LinAlgError, ValueError), match="singular"):
            grad(lambda x, cov=cov: normal.cdf(x, None, cov, allow_singular=True))(np.ones(2))
    with pytest.raises(TypeError, match="the parameters are mean, cov, allow_singular"):
        grad(lambda x: normal.cdf(x, None, np.eye(2), maxpts=1000))(np.ones(2))


@pytest.mark.parametrize(
    ("x", "lower", "mean", "cov"),
    [
        (X[:2], X[:2] - 0.7, MEAN[:2], COV[:2, :2]),
        (X[:2], np.array([1.0, -np.inf]), MEAN[:2], COV[:2, :2]),
        (np.array([0.3, 1.2]), np.array(-0.5), np.array(0.1), np.array(2.0)),
    ],
    ids=["a rectangle", "swapped and infinite", "of one variable"],
)
def test_a_lower_limit(x: Any, lower: Any, mean: Any, cov: Any) -> None:
    expected = theirs.cdf(x, mean, cov, lower_limit=lower)
    assert_allclose(normal.cdf(Variable(x), mean, cov, lower_limit=lower).data, expected, rtol=1e-12)
    assert_allclose(normal(Variable(mean), cov).cdf(x, lower_limit=lower).data, expected, rtol=1e-12)
    assert_array_equal(normal(mean, cov).cdf(x, lower_limit=lower), expected)
    if np.all(np.isfinite(lower)):
        check_grads(lambda x, lower, mean: normal.cdf(x, mean, cov, lower_limit=lower), (x, lower, mean))
        batch = np.stack([x, x + 0.2])
        found = vmap(lambda x: normal.cdf(x, mean, cov, lower_limit=lower))(batch)
        assert_allclose(found, [theirs.cdf(x, mean, cov, lower_limit=lower) for x in batch], rtol=1e-12)
    slope = grad(lambda x: np.sum(normal.logcdf(x, mean, cov, lower_limit=None)))(x)
    assert_allclose(slope, grad(lambda x: np.sum(normal(mean, cov).logcdf(x)))(x))


def test_a_method_without_derivative_is_scipys() -> None:
    made: list[object] = [stats.norm, stats.norm(1.0, 2.0), stats.multivariate_normal, stats.poisson(2.0)]
    for distribution in made:
        assert not hasattr(distribution, "nothing")
        with pytest.raises(AttributeError, match=r"has no method 'rvs'.*scipy\.stats\.\w+\.rvs"):
            operator.attrgetter("rvs")(distribution)
