"""The distributions of `pydezero.scipy.stats`: values, derivatives, batches, traces, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.stats
from numpy.testing import assert_allclose

from pydezero import Variable, grad, jvp, trace, vmap
from pydezero.exports import EXPORTS
from pydezero.scipy import stats
from pydezero.testing import check_grads
from tests.scipy.stats_examples import EXAMPLES, Example
from tests.versions import needs

theirs: Any = scipy.stats  # the stubs know no distribution by such arguments
ours: Any = stats
ROWS: Final = [(example, function) for example in EXAMPLES for function in example.functions]

_NEWER: Final = {"chi2.logsf": [needs("scipy>=1.15", "it has digits where the probability is near 1")]}
_NAMES: Final = {f"{example.name}.{function}": (example, function) for example, function in ROWS}

each = pytest.mark.parametrize(
    ("example", "function"),
    [pytest.param(*row, marks=_NEWER.get(name, ()), id=name) for name, row in _NAMES.items()],
)


def test_every_distribution_has_an_example() -> None:
    assert {example.name for example in EXAMPLES} == set(EXPORTS["pydezero.scipy.stats"])


@each
def test_values_and_second_derivatives(example: Example, function: str) -> None:
    values = list(example.arguments.values())
    expected = example.of(theirs, function)(*values)
    plain = example.of(stats, function)(*values)
    assert type(plain) is type(expected)
    assert_allclose(plain, expected, rtol=0)
    found = example.of(stats, function)(*[Variable(np.asarray(value)) for value in values])
    assert (found.shape, found.dtype) == (np.shape(expected), np.float64)
    assert_allclose(found.data, expected, rtol=1e-12)
    check_grads(example.of(stats, function), tuple(values), order=2)


@each
def test_a_batch_is_a_loop(example: Example, function: str) -> None:
    f = example.of(stats, function)
    values = [np.stack([np.asarray(value), 1.1 * np.asarray(value)]) for value in example.arguments.values()]
    if example.name == "dirichlet":
        values[0] = np.stack([values[0][0], values[0][0][:, ::-1]])

    def gradients(*xs: Any) -> Any:
        return grad(lambda *ys: np.sum(f(*ys)), argnums=tuple(range(len(xs))))(*xs)

    for in_axes in ((0,) * len(values), (None,) * (len(values) - 1) + (0,)):
        args = [x if axis == 0 else x[0] for x, axis in zip(values, in_axes, strict=True)]
        examples = [[x[i] if axis == 0 else x for x, axis in zip(args, in_axes, strict=True)] for i in range(2)]
        assert_allclose(vmap(f, in_axes)(*args), [f(*one) for one in examples], rtol=1e-12)
        found = vmap(gradients, in_axes)(*args)
        for i, one in enumerate(examples):
            for part, right in zip(found, gradients(*one), strict=True):
                assert_allclose(part[i], right, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_trace_computes_the_same(example: Example) -> None:
    values = [np.asarray(value) for value in example.arguments.values()]
    f = example.of(stats, example.functions[0])
    graph = trace(f)(*values)
    assert_allclose(graph(*values), f(*values), rtol=1e-12)

    def of_last(x: Any) -> Any:
        return grad(lambda x: np.sum(f(*values[:-1], x)))(x)

    assert_allclose(trace(of_last)(values[-1])(values[-1]), of_last(values[-1]), rtol=1e-12)


def test_frozen_parameters() -> None:
    mean, scale = np.array([0.5, 1.0]), np.array([2.0, 3.0])
    x = np.array([0.1, 0.7])
    for function in ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf"):
        plain = getattr(ours.norm(mean, scale), function)(x)
        assert_allclose(plain, getattr(theirs.norm(mean, scale), function)(x), rtol=0)
        of_parameter = grad(lambda loc, f=function: np.sum(getattr(ours.norm(loc, scale=scale), f)(x)))(mean)
        assert_allclose(of_parameter, grad(lambda loc, f=function: np.sum(getattr(ours.norm, f)(x, loc, scale)))(mean))
    assert_allclose(grad(lambda x: ours.poisson(mu=2.0).logpmf(3) * x)(1.0), theirs.poisson.logpmf(3, 2.0))
    of_point = grad(lambda x: ours.multivariate_normal(mean, np.diag(scale)).logpdf(x))(x)
    assert_allclose(of_point, (mean - x) / scale)
    assert_allclose(grad(lambda a: ours.dirichlet(a).logpdf([0.3, 0.7]))(scale).shape, (2,))
    assert_allclose(grad(lambda p: ours.multinomial(4, p).logpmf([3, 1]))(np.array([0.5, 0.5])), [4.0, 0.0])
    with pytest.raises(TypeError, match=r"gamma: the parameters are a, loc, scale; a missing"):
        ours.gamma(loc=0.0)


def test_single_precision_is_computed_in_double() -> None:
    x = np.array([0.5, 1.5], np.float32)
    assert stats.norm.logpdf(x).dtype == stats.norm.logpdf(Variable(x)).dtype == np.float64
    assert grad(lambda x: np.sum(ours.gamma.cdf(x, 2.0)))(x).dtype == np.float32
    assert_allclose(grad(lambda n: ours.norm.logpdf(1, n))(3), -2.0)


def test_several_levels() -> None:
    """The derivative by one argument of that by another, of transforms within each other."""

    def of_scale(loc: Any) -> Any:
        return grad(lambda scale: ours.lognorm.logcdf(2.0, 0.7, loc, scale))(1.3)

    def of_loc(scale: Any) -> Any:
        return jvp(lambda loc: ours.lognorm.logcdf(2.0, 0.7, loc, scale), (0.2,), (1.0,))[1]

    by_loc: Any = grad(of_scale)(np.array(0.2))
    by_scale: Any = grad(of_loc)(np.array(1.3))
    assert_allclose(by_loc, by_scale, rtol=1e-12)


REFUSED: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "k": (
        lambda x: ours.poisson.pmf(x, 2.0),
        TypeError,
        r"stats\.poisson\.pmf is not differentiated with respect to k",
    ),
    "loc": (lambda x: ours.nbinom.cdf(3, 2.0, 0.5, loc=x), TypeError, "respect to loc"),
    "n": (lambda x: ours.binom.logpmf(1, x, 0.5), TypeError, "respect to n"),
    "discrete ppf": (lambda x: ours.poisson.ppf(x, 2.0), TypeError, r"stats\.poisson\.ppf is not differentiated.*x"),
    "discrete isf": (lambda x: ours.binom.isf(0.1, 3, x), TypeError, r"stats\.binom\.isf is not differentiated.*p"),
    "cdf": (
        lambda x: ours.multivariate_normal.cdf(x * np.ones(2), cov=np.ones((2, 2)), allow_singular=True),
        np.linalg.LinAlgError,
        "singular, or not positive definite; there the distribution function has no derivative",
    ),
    "complex": (lambda x: ours.norm.pdf(1j * x), TypeError, "x must be real, got an array of dtype complex128"),
    "too many": (lambda x: ours.norm.pdf(x, 0.0, 1.0, 2.0), TypeError, "the parameters are loc, scale; got 3"),
    "unknown": (lambda x: ours.gamma.pdf(x, 1.0, b=2.0), TypeError, "the parameters are a, loc, scale; got b="),
    "twice": (lambda x: ours.gamma.pdf(x, 1.0, a=2.0), TypeError, "got a twice"),
    "missing": (lambda x: ours.beta.pdf(x, 1.0), TypeError, "the parameters are a, b, loc, scale; b missing"),
    "singular": (
        lambda x: ours.multivariate_normal.logpdf(np.zeros(2), cov=x * np.diag([1.0, 0.0]), allow_singular=True),
        np.linalg.LinAlgError,
        "singular",
    ),
    "indefinite": (
        lambda x: ours.multivariate_normal.logpdf(np.zeros(2), cov=x * np.diag([1.0, -1.0])),
        np.linalg.LinAlgError,
        "not positive definite",
    ),
    "singular, known": (
        lambda x: ours.multivariate_normal.logpdf(x * np.ones(2), cov=np.ones((2, 2))),
        np.linalg.LinAlgError,
        "allow_singular=True",
    ),
    "indefinite, known": (
        lambda x: ours.multivariate_normal.logpdf(x * np.ones(2), cov=np.diag([1.0, -1.0])),
        ValueError,
        "positive semidefinite",
    ),
    "mean": (lambda x: ours.multivariate_normal.logpdf(x * np.ones(2), [0.0] * 3, np.eye(2)), ValueError, "do not fit"),
    "counts": (lambda x: ours.multinomial.pmf([1, 0], 1, x * np.ones(3)), ValueError, "an element for each outcome"),
    "points": (lambda x: ours.multivariate_normal.logpdf(x * np.ones(4), np.zeros(2), np.eye(2)), ValueError, "fit"),
    "simplex": (lambda x: ours.dirichlet.logpdf(x * np.array([0.5, 0.4]), np.ones(2)), ValueError, "sum of x"),
    "alpha": (lambda x: ours.dirichlet.logpdf(np.array([0.5, 0.5]), x * np.array([1.0, -1.0])), ValueError, "alpha"),
    "alpha, batched": (lambda x: ours.dirichlet.logpdf(np.ones(5) / 5, x * np.ones(2)), ValueError, "do not fit"),
    "df": (lambda x: ours.wishart.logpdf(np.eye(3), x, np.eye(3)), ValueError, "df must be greater than 2"),
    "scale": (lambda x: ours.wishart.logpdf(x * np.eye(2), 5.0, np.eye(3)), ValueError, "does not fit"),
}


@pytest.mark.parametrize(("f", "error", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    for call in (lambda: grad(f)(1.0), lambda: jvp(f, (1.0,), (1.0,))):
        with pytest.raises(error, match=message):
            call()


def test_given_arguments_may_be_batched_and_are_refused_in_a_graph() -> None:
    k = np.arange(3.0)
    assert_allclose(vmap(lambda k: ours.poisson.logpmf(k, 2.0))(k), theirs.poisson.logpmf(k, 2.0))
    found = vmap(lambda k: grad(lambda mu: ours.poisson.cdf(k, mu))(2.0))(k)
    assert_allclose(found, -theirs.poisson.pmf(k, 2.0))
    q = np.array([0.2, 0.5, 0.9])
    for name in ("ppf", "isf"):
        of_ours, of_theirs = getattr(ours.binom, name), getattr(theirs.binom, name)
        assert_allclose(vmap(lambda q, f=of_ours: f(q, 5, 0.4))(q), of_theirs(q, 5, 0.4))
    f: Callable[..., Any] = ours.poisson.logpmf
    graph: Callable[..., Any] = trace(f)(2.0, 1.0)
    assert_allclose(grad(graph, argnums=1)(2.0, 1.0), 1.0)
    with pytest.raises(TypeError, match="respect to k"):
        grad(graph)(2.0, 1.0)


def test_a_singular_covariance_that_is_known() -> None:
    cov = np.diag([1.0, 2.0, 0.0])
    for point, slope in (((0.5, -1.0, 0.0), (-0.5, 0.5, 0.0)), ((0.5, -1.0, 0.1), (0.0, 0.0, 0.0))):
        x = np.array(point)
        expected = theirs.multivariate_normal.logpdf(x, None, cov, allow_singular=True)
        found = stats.multivariate_normal.logpdf(Variable(x), cov=cov, allow_singular=True)
        assert_allclose(found.data, expected)
        assert_allclose(grad(lambda x: ours.multivariate_normal.logpdf(x, cov=cov, allow_singular=True))(x), slope)
    covariance = scipy.stats.Covariance.from_diagonal([1.0, 2.0, 3.0])
    of_object = grad(lambda x: ours.multivariate_normal.logpdf(x, cov=covariance))(np.ones(3))
    assert_allclose(of_object, [-1.0, -1 / 2, -1 / 3])


def test_counts_that_cannot_be_and_probabilities_that_are_none() -> None:
    x = np.array([[1, 2, 0], [1, 1, 0], [3, 0, 0], [4, -1, 0]])
    for p in ([0.25, 0.75, 0.0], [0.25, 0.5, 0.25], [-0.25, 0.75, 0.5]):
        for n in (3, -1):
            for name in ("logpmf", "pmf"):
                found = getattr(ours.multinomial, name)(x, n, Variable(np.array(p))).data
                with np.errstate(invalid="ignore"):
                    assert_allclose(found, getattr(theirs.multinomial, name)(x, n, p), rtol=1e-12)


def test_entropy_of_the_multivariate_normal() -> None:
    cov = np.array([[2.0, 0.3], [0.3, 1.0]])
    assert_allclose(
        ours.multivariate_normal.entropy(None, Variable(cov)).data, theirs.multivariate_normal.entropy(None, cov)
    )
    check_grads(lambda cov: ours.multivariate_normal.entropy(None, cov), (cov,), order=2)


# Points and parameters of the shapes that SciPy takes, for the two distributions that take several.
SHAPES: Final[dict[str, tuple[str, tuple[Any, ...]]]] = {
    "normal, one point": ("multivariate_normal", (np.ones(2), np.zeros(2), np.eye(2) + 0.2)),
    "normal, a grid": ("multivariate_normal", (np.ones((2, 3, 2)), np.zeros(2), np.eye(2) + 0.2)),
    "normal, variances": ("multivariate_normal", (np.ones((3, 2)), np.zeros(2), np.array([1.0, 2.0]))),
    "normal, one variance": ("multivariate_normal", (np.ones((3, 2)), np.zeros(2), np.array(2.0))),
    "normal, of numbers": ("multivariate_normal", (np.ones(3), np.array(0.5), np.array(2.0))),
    "wishart, stack": ("wishart", (np.stack([np.eye(2), 2 * np.eye(2) + 0.3], axis=-1), 3.5, np.eye(2) + 0.2)),
    "wishart, diagonal": ("wishart", (np.array([1.0, 2.0]), 3.5, np.array([1.0, 0.5]))),
    "wishart, number": ("wishart", (np.array(1.5), 3.5, np.eye(2))),
    "wishart, of numbers": ("wishart", (np.array([1.5, 2.0]), 3.5, np.array(1.5))),
    "dirichlet, point": ("dirichlet", (np.array([0.2, 0.3]), np.array([0.8, 2.0, 1.0]))),
}


@pytest.mark.parametrize(("name", "args"), SHAPES.values(), ids=list(SHAPES))
def test_shapes_of_points_and_parameters(name: str, args: tuple[Any, ...]) -> None:
    expected = getattr(theirs, name).logpdf(*args)
    found = getattr(ours, name).logpdf(*[Variable(np.asarray(x)) for x in args])
    assert found.shape == np.shape(expected)
    assert_allclose(found.data, expected, rtol=1e-12)
    check_grads(getattr(ours, name).logpdf, args, order=1)
