"""The distributions of `scipy.stats` with arguments at which they are smooth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

CONTINUOUS: Final = ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf")
DISCRETE: Final = ("logpmf", "pmf", "cdf", "sf", "logcdf", "logsf")
DENSITIES: Final = ("logpdf", "pdf")


@attrs.frozen(eq=False)
class Example:
    """A distribution with points and parameters; what is not differentiated is in `given`."""

    name: str
    functions: tuple[str, ...]
    arguments: dict[str, Any]
    given: dict[str, Any] = attrs.field(factory=dict)
    refused: tuple[str, ...] = ()

    def of(self, stats: Any, function: str) -> Callable[..., Any]:
        """A function of the differentiated arguments, of a module like `scipy.stats`."""
        method = getattr(getattr(stats, self.name), function)
        sign = -1 if self.name == "weibull_max" and function not in ("ppf", "isf") else 1  # its support is on the left

        def f(*values: Any) -> Any:
            named = {**self.given, **dict(zip(self.arguments, values, strict=True))}
            if self.name == "multinomial":  # of others SciPy 1.18 gives nan
                named["p"] = named["p"] / np.sum(named["p"], axis=-1, keepdims=True)
            return method(
                sign * named.pop("x"), **{"loc": sign * named.pop("loc"), **named} if "loc" in named else named
            )

        return f


_X: Final = np.array([0.15, 0.45, 0.8])
_SHAPES: Final = {
    "a": np.array([0.6, 1.7, 3.1]),
    "b": np.array([2.2, 0.8, 1.5]),
    "beta": np.array([0.8, 1.7, 3.1]),
    "c": np.array([0.8, 1.7, 3.1]),
    "df": np.array([1.6, 4.7, 11.0]),
    "dfd": np.array([1.6, 4.7, 11.0]),
    "dfn": np.array([2.3, 0.9, 6.0]),
    "kappa": np.array([0.3, 2.0, 7.0]),
    "s": np.array([0.6, 1.4, 0.9]),
}
_K: Final = np.array([0.0, 1.0, 4.0])
_MATRIX: Final = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.5]])


def _continuous(name: str, *shapes: str, **others: NDArray[np.float64]) -> Example:
    arguments = {"x": _X, **{shape: _SHAPES[shape] for shape in shapes}, "loc": np.array(-0.1), "scale": np.array(1.2)}
    return Example(name, CONTINUOUS, {**arguments, **others})


def _discrete(name: str, arguments: dict[str, NDArray[np.float64]], **given: Any) -> Example:
    refused = tuple(dict.fromkeys(("x", "loc", *given)))
    return Example(name, DISCRETE, arguments, {"x": _K, "loc": np.array(0.0), **given}, refused)


EXAMPLES: Final = (
    _discrete("bernoulli", {"p": np.array([0.2, 0.5, 0.7])}, x=np.zeros(3)),
    _continuous("beta", "a", "b"),
    _discrete("binom", {"p": np.array([0.2, 0.5, 0.7])}, n=np.array([3, 5, 6])),
    Example(
        "betabinom",
        ("logpmf", "pmf"),
        {"a": np.array([0.6, 1.7, 3.1]), "b": np.array([2.2, 0.8, 1.5])},
        {"x": _K, "n": np.array([3, 5, 6]), "loc": np.array(0.0)},
        ("x", "loc", "n"),
    ),
    _continuous("cauchy"),
    _continuous("chi2", "df"),
    Example("dirichlet", DENSITIES, {"x": np.array([[0.2, 0.3], [0.5, 0.1]]), "alpha": np.array([0.8, 2.0, 3.0])}),
    _continuous("expon"),
    _continuous("f", "dfn", "dfd"),
    _continuous("gamma", "a"),
    _continuous("gennorm", "beta"),
    _discrete("geom", {"p": np.array([0.2, 0.5, 0.7])}, x=np.array([1.0, 2.0, 5.0])),
    _continuous("gumbel_l"),
    _continuous("gumbel_r"),
    _continuous("halfcauchy"),
    _continuous("halfnorm"),
    _continuous("invgamma", "a"),
    _continuous("laplace"),
    _continuous("logistic"),
    _continuous("lognorm", "s"),
    Example(
        "multinomial",
        ("logpmf", "pmf"),
        {"p": np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])},
        {"x": np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 0.0]]), "n": np.array([6.0, 3.0])},
        ("x", "n"),
    ),
    Example(
        "multivariate_normal",
        DENSITIES,
        {"x": np.array([[0.3, -1.0, 0.5], [1.2, 0.1, 0.0]]), "mean": np.array([0.1, 0.2, -0.3]), "cov": _MATRIX},
    ),
    _discrete("nbinom", {"n": np.array([1.5, 4.0, 2.5]), "p": np.array([0.3, 0.6, 0.8])}),
    _continuous("norm"),
    _continuous("pareto", "b", loc=np.array(-2.0)),
    _discrete("poisson", {"mu": np.array([0.4, 2.0, 3.3])}),
    _continuous("t", "df"),
    _continuous("truncnorm", "a", "b", a=np.array([-0.5, -1.7, 0.02])),
    _continuous("uniform"),
    _continuous("vonmises", "kappa"),
    _continuous("weibull_max", "c"),
    _continuous("weibull_min", "c"),
    Example("wishart", DENSITIES, {"x": np.diag([1.0, 2.0]) + 0.2, "df": 4.5, "scale": _MATRIX[:2, :2]}),
    _continuous("wrapcauchy", "c", c=np.array([0.2, 0.5, 0.8])),
)
