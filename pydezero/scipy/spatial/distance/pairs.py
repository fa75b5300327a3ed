"""Distances of the points of one set or two, and the forms in which those of one set are kept.

The metrics are composed of norms and products, whose conventions at kinks they have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
import scipy.spatial.distance
from numpy.typing import NDArray

from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["cdist", "pdist", "squareform"]

Metric: TypeAlias = Literal[
    "euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski", "cosine", "correlation", "mahalanobis"
]

# From pairs of points, along the last axis, p and weights to their distances.
_OF_DIFFERENCES: Final[dict[str, Callable[..., Array]]] = {
    "euclidean": lambda d, p, w: np.linalg.norm(_weighted(d, w, 2), axis=-1),
    "sqeuclidean": lambda d, p, w: np.sum(d * d if w is None else w * d * d, axis=-1),
    "cityblock": lambda d, p, w: np.sum(np.abs(d) if w is None else w * np.abs(d), axis=-1),
    "chebyshev": lambda d, p, w: np.linalg.norm(d, np.inf, axis=-1),
    "minkowski": lambda d, p, w: np.linalg.norm(_weighted(d, w, p), p, axis=-1),
}
_NAMES: Final = (*_OF_DIFFERENCES, "cosine", "correlation", "mahalanobis")
_WITHOUT_WEIGHTS: Final = ("chebyshev", "mahalanobis")


def _weighted(d: Array, w: Array | None, p: float) -> Array:
    return d if w is None else d * w ** (1 / p)


def _distances(x: Array, y: Array, metric: str, p: float, w: Array | None, root: Array | None) -> Array:
    """The distances of points along the last axis, which broadcast against each other in front."""
    if metric in _OF_DIFFERENCES:
        return _OF_DIFFERENCES[metric](x - y, p, w)
    if metric == "mahalanobis":
        return np.linalg.norm((x - y) @ root, axis=-1)
    if metric == "correlation":
        shares = np.full(x.shape[-1], 1 / x.shape[-1]) if w is None else w / np.sum(w)
        x, y = x - np.sum(shares * x, axis=-1, keepdims=True), y - np.sum(shares * y, axis=-1, keepdims=True)
    x, y = _weighted(x, w, 2), _weighted(y, w, 2)
    return 1 - np.sum(x * y, axis=-1) / (np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1))


def _points(name: str, parameter: str, x: Operand) -> Array:
    points = as_operand(x)
    if points.ndim != 2 or points.dtype.kind == "c":
        raise ValueError(
            f"scipy.spatial.distance.{name}: {parameter} has the shape {points.shape} and the dtype {points.dtype}; it "
            "must be a matrix of real numbers with a point in each row"
        )
    return points.astype(np.float64)  # as SciPy's are, whatever the points are


def _options(
    name: str, points: Array, metric: str, p: Any, w: Operand | None, inverse: Operand | None
) -> tuple[str, float, Array | None, Array | None]:
    """The metric with its parameters: the exponent, the weights, and a root of the inverse of the covariance.

    Raises:
        ValueError: an argument does not fit.
        LinAlgError: the inverse of the covariance is not positive definite.
    """
    where = f"scipy.spatial.distance.{name}"
    if metric not in _NAMES:
        raise ValueError(f"{where}: of Variables metric must be one of {', '.join(_NAMES)}; got {metric!r}")
    if isinstance(p, Variable | str) or p is None or not p >= 1:
        raise ValueError(f"{where}: p is {p!r}; it must be a number of at least 1, which is not differentiated")
    if (w is not None and metric in _WITHOUT_WEIGHTS) or (inverse is not None and metric != "mahalanobis"):
        raise ValueError(f"{where}: the metric {metric!r} takes no {'VI' if w is None else 'w'} here")
    n = points.shape[-1]
    for parameter, given, shape in (("w", w, (n,)), ("VI", inverse, (n, n))):
        if given is not None and shape_of(given) != shape:
            raise ValueError(
                f"{where}: {parameter} has the shape {shape_of(given)}; for these points it must be {shape}"
            )
    known = undifferentiated(w)
    if not isinstance(known, Variable | None) and np.any(np.less(known, 0)):
        raise ValueError(f"{where}: there is a negative weight in w, {known}")
    root = None
    if metric == "mahalanobis":
        matrix = np.linalg.inv(np.cov(points.T).reshape(n, n)) if inverse is None else in_double(as_operand(inverse))
        root = np.linalg.cholesky((matrix + matrix.T) / 2)
    return metric, float(p), None if w is None else in_double(as_operand(w)), root


@overload
def cdist(  # type: ignore[overload-overlap]  # arguments without Variables come first
    XA: ArrayOrNumber,  # noqa: N803  # SciPy's name
    XB: ArrayOrNumber,  # noqa: N803  # likewise
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: ArrayOrNumber | None = None,
    VI: ArrayOrNumber | None = None,  # noqa: N803  # likewise
) -> NDArray[np.float64]: ...
@overload
def cdist(
    XA: Operand,  # noqa: N803  # likewise
    XB: Operand,  # noqa: N803  # likewise
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: Operand | None = None,
    VI: Operand | None = None,  # noqa: N803  # likewise
) -> Variable: ...
@as_in_scipy(scipy.spatial.distance.cdist)
@takes_lists
def cdist(
    XA: Any,  # noqa: N803  # likewise
    XB: Any,  # noqa: N803  # likewise
    metric: str = "euclidean",
    *,
    p: float = 2.0,
    w: Any = None,
    VI: Any = None,  # noqa: N803  # likewise
) -> Any:
    """The distance of each point of one set from each of another: a matrix (mA, mB).

    Args:
        XA: a point in each row, (mA, n).
        XB: a point in each row, (mB, n).
        metric: of Variables one of `Metric`; of arrays any of SciPy's.
        p: the exponent of "minkowski", 1 or more.
        w: weights of the coordinates, (n,), which have a derivative where they are not 0.
        VI: for "mahalanobis" the inverse of the covariance, (n, n), symmetric and positive definite; by default that of
            all points.

    The distance of equal points has the derivative 0, and no second one but of its powers, as `numpy.linalg.norm`.

    Raises:
        ValueError: the points are no matrices of as many columns, or an argument is not one of the metric.
        LinAlgError: VI is not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cdist(Variable(np.array([[0.0, 0.0], [3.0, 0.0]])), np.array([[3.0, 4.0]]))
    variable([[5.]
              [4.]])
    """
    x, y = _points("cdist", "XA", XA), _points("cdist", "XB", XB)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"scipy.spatial.distance.cdist: XA of shape {x.shape} and XB of shape {y.shape} do not fit")
    everywhere = np.concatenate([x, y]) if metric == "mahalanobis" and VI is None else x
    return _distances(x[:, np.newaxis], y[np.newaxis], *_options("cdist", everywhere, metric, p, w, VI))


@overload
def pdist(  # type: ignore[overload-overlap]  # likewise
    X: ArrayOrNumber,  # noqa: N803  # likewise
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: ArrayOrNumber | None = None,
    VI: ArrayOrNumber | None = None,  # noqa: N803  # likewise
) -> NDArray[np.float64]: ...
@overload
def pdist(
    X: Operand,  # noqa: N803  # likewise
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: Operand | None = None,
    VI: Operand | None = None,  # noqa: N803  # likewise
) -> Variable: ...
@as_in_scipy(scipy.spatial.distance.pdist)
@takes_lists
def pdist(
    X: Any,  # noqa: N803  # likewise
    metric: str = "euclidean",
    *,
    p: float = 2.0,
    w: Any = None,
    VI: Any = None,  # noqa: N803  # likewise
) -> Any:
    """The distances of the points of one set from one another, each pair once: a vector, which `squareform` takes.

    The arguments are those of `cdist`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pdist(Variable(np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])))
    variable([3. 5. 4.])
    """
    x = _points("pdist", "X", X)
    first, second = np.triu_indices(len(x), 1)
    return _distances(x[first], x[second], *_options("pdist", x, metric, p, w, VI))


@array_function
@as_in_scipy(scipy.spatial.distance.squareform)
@takes_lists
def squareform(X: Operand, force: Literal["no", "tomatrix", "tovector"] = "no", checks: bool = True) -> Array:  # noqa: N803  # likewise
    """The symmetric matrix of the distances that a vector has for each pair, or the vector of a matrix.

    Of a matrix the upper triangle is read, and it alone gets a derivative; with `checks` it must be symmetric, with
    zeros on its diagonal.

    Raises:
        ValueError: a vector has not as many elements as there are pairs, a matrix is not square or fails the checks, or
            X is not what `force` says.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> squareform(Variable(np.array([3.0, 5.0, 4.0])))
    variable([[0. 3. 5.]
              [3. 0. 4.]
              [5. 4. 0.]])
    """
    x = as_operand(X)
    if {"tomatrix": 1, "tovector": 2}.get(force, x.ndim) != x.ndim or x.ndim not in (1, 2):
        raise ValueError(
            f"scipy.spatial.distance.squareform: X has the shape {x.shape}; it must be a vector, which gives a matrix "
            f"(force='tomatrix'), or a matrix (force='tovector'); got force={force!r}"
        )
    if x.ndim == 2:
        values = undifferentiated(x)
        if x.shape[0] != x.shape[1]:
            raise ValueError(f"scipy.spatial.distance.squareform: X has the shape {x.shape}; a matrix must be square")
        if checks and not isinstance(values, Variable):
            scipy.spatial.distance.is_valid_dm(values, throw=True, name="X of squareform")
        return x[np.triu_indices(len(x), 1)]
    m = round((1 + (1 + 8 * len(x)) ** 0.5) / 2)
    if m * (m - 1) // 2 != len(x):
        raise ValueError(
            f"scipy.spatial.distance.squareform: X has {len(x)} elements; a set of m points has m (m - 1) / 2 pairs"
        )
    places = np.full((m, m), len(x))
    places[np.triu_indices(m, 1)] = np.arange(len(x))
    return np.concatenate([x, np.zeros(1, x.dtype)])[np.minimum(places, places.T)]
