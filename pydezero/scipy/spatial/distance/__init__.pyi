# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.spatial.distance` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Where two points are equal their distance has a kink, at which the
derivative is taken to be 0, as that of a norm is."""

import numpy as np
from numpy.typing import NDArray
from pydezero.core.typed import array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.spatial.distance.pairs import Metric
from typing import Literal, overload

__all__ = ["cdist", "pdist", "squareform"]

@overload
def cdist(  # type: ignore[overload-overlap]
    XA: ArrayOrNumber,
    XB: ArrayOrNumber,
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: ArrayOrNumber | None = None,
    VI: ArrayOrNumber | None = None,
) -> NDArray[np.float64]:
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
    ...

@overload
def cdist(
    XA: Operand,
    XB: Operand,
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: Operand | None = None,
    VI: Operand | None = None,
) -> Variable: ...
@overload
def pdist(  # type: ignore[overload-overlap]
    X: ArrayOrNumber,
    metric: Metric = "euclidean",
    *,
    p: float = 2.0,
    w: ArrayOrNumber | None = None,
    VI: ArrayOrNumber | None = None,
) -> NDArray[np.float64]:
    """The distances of the points of one set from one another, each pair once: a vector, which `squareform` takes.

    The arguments are those of `cdist`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pdist(Variable(np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])))
    variable([3. 5. 4.])
    """
    ...

@overload
def pdist(
    X: Operand, metric: Metric = "euclidean", *, p: float = 2.0, w: Operand | None = None, VI: Operand | None = None
) -> Variable: ...
@array_function
def squareform(X: Operand, force: Literal["no", "tomatrix", "tovector"] = "no", checks: bool = True) -> Array:
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
    ...
