"""Activations: functions of arrays, element by element, and softmax along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar, cast

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.elementwise import unary
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of
from pydezero.functions.elementwise.masking import masked, masked_out
from pydezero.functions.reductions.softmax import log_softmax_along, softmax_along
from pydezero.functions.shapes.shape import in_dtype
from pydezero.nn.arguments import X, as_array, as_floats, check_real
from pydezero.transforms.boundary.arguments import check_flag

__all__ = [
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
]

N = TypeVar("N", bound=Variable | NDArray[np.floating[Any]] | float)

_OF_GELU: Final = math.sqrt(2.0 / math.pi)
# Beyond it gelu is x or 0 to the last digit, and so are its derivatives; x ** 3 might overflow.
_FAR: Final = 40.0


class Activation(Protocol):
    """A function of one array, element by element, that returns one of the same type."""

    __name__: str

    def __call__(self, x: N, /) -> N: ...


def _activation(raw: Callable[[Array], Array], rule: Callable[..., Array], summary: str, name: str) -> Activation:
    function: Any = unary(raw, rule, summary, name)  # Any: it is a function, of which the protocol says less
    function.__name__ = function.__qualname__ = name
    function.__doc__ = summary  # that of `unary` names NumPy's function
    return cast(Activation, function)  # cast: the overloads of `unary` say less of dtypes


def _relu(x: Array) -> Array:
    check_real("relu", "x", x)
    return np.maximum(as_array(x), 0)


def _rest(x: Array) -> Array:
    return np.minimum(x, 0)


def _sigmoid(x: Array) -> Array:
    x = as_floats(x)
    e = _exp_of_negative(x)
    above = np.where(np.real(x) < 0, e, 1) if x.dtype.kind == "c" else np.maximum(e, np.greater_equal(x, 0))
    return above / (1 + e)


def _density(x: Array) -> Array:
    e = _exp_of_negative(as_floats(x))  # the density is the same at x and -x
    return e / np.square(1 + e)


def _exp_of_negative(x: Array) -> Array:
    """exp(x) or exp(-x), that one which is at most 1 and does not overflow."""
    return np.exp(np.where(np.real(x) < 0, x, -x) if x.dtype.kind == "c" else -np.absolute(x))


def _softplus(x: Array) -> Array:
    check_real("softplus", "x", x)
    x = as_floats(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))  # no exponent is above 0; `np.logaddexp` takes longer


# The derivative of sigmoid. As sigmoid(x) (1 - sigmoid(x)) it would lose its digits where sigmoid(x) is nearly 1.
_density_p: Final[Elementwise] = define(
    Elementwise, "sigmoid.density", _density, lambda t, x, out: -t * out * np.tanh(0.5 * x)
)


relu: Activation = _activation(
    _relu,
    lambda t, x: masked(np.greater(x, 0), t),
    """x where it is above 0, and 0 elsewhere; its derivative at 0 is 0.

    >>> import numpy as np
    >>> relu(np.array([-1.0, 3.0]))
    array([0., 3.])
    """,
    "relu",
)
# What relu leaves out; its derivative at 0 is 1. An activation with two formulas is one of relu plus one of the rest.
_rest_of_relu: Activation = _activation(
    _rest,
    lambda t, x: masked_out(np.greater(x, 0), t),
    "x where it is below 0, and 0 elsewhere; its derivative at 0 is 1.",
    "rest_of_relu",
)
sigmoid: Activation = _activation(
    _sigmoid,
    lambda t, x: t * bind(_density_p, x),
    """1 / (1 + exp(-x)), from 0 to 1, precise for large |x|; its derivative is sigmoid(x) (1 - sigmoid(x)).

    >>> import numpy as np
    >>> sigmoid(np.array([-1000.0, 0.0]))
    array([0. , 0.5])
    """,
    "sigmoid",
)
softplus: Activation = _activation(
    _softplus,
    lambda t, x: t * sigmoid(x),
    """log(1 + exp(x)), which is above 0, and near x for large x; its derivative is sigmoid(x).

    >>> import numpy as np
    >>> softplus(np.array([0.0, 1000.0]))
    array([6.93147181e-01, 1.00000000e+03])
    """,
    "softplus",
)


def leaky_relu(x: X, slope: float = 0.01) -> X:
    """x where it is above 0, and slope * x elsewhere; the derivative at 0 is the slope.

    >>> import numpy as np
    >>> leaky_relu(np.array([-2.0, 3.0]))
    array([-0.02,  3.  ])
    """
    check_real("leaky_relu", "x", x)
    values = as_floats(x)
    y: X = relu(values) + slope * _rest_of_relu(values)
    return y


def elu(x: X, alpha: float = 1.0) -> X:
    """x where it is above 0, and alpha * (exp(x) - 1) elsewhere; the derivative at 0 is alpha.

    (D. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by exponential linear units",
    2015)

    >>> import numpy as np
    >>> elu(np.array([-1.0, 3.0]))
    array([-0.63212056,  3.        ])
    """
    check_real("elu", "x", x)
    values = as_floats(x)
    y: X = relu(values) + alpha * np.expm1(_rest_of_relu(values))
    return y


def gelu(x: X, *, approximate: bool = False) -> X:
    """x times the probability that a normally distributed number is below x.

    The probability is computed by SciPy, or approximated by tanh: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.

    (D. Hendrycks, K. Gimpel, "Gaussian error linear units", 2016)

    Raises:
        ImportError: SciPy is not installed, and the approximation was not asked for.

    >>> import numpy as np
    >>> gelu(np.array([-1.0, 3.0])), gelu(np.array([-1.0, 3.0]), approximate=True)
    (array([-0.15865525,  2.99595031]), array([-0.15880801,  2.99636261]))
    """
    values = as_floats(x)
    check_flag("gelu", "approximate", approximate)
    found: Array
    if approximate:
        is_near = np.less(np.absolute(values), _FAR)
        near = np.where(is_near, values, 0)
        # (1 + tanh(u)) / 2 is sigmoid(2 u), which keeps its digits where tanh(u) is nearly -1.
        near = near * sigmoid(2 * _OF_GELU * (near + 0.044715 * (near * near * near)))
        found = np.where(is_near, near, relu(values))
    else:
        from pydezero.scipy.special import ndtr  # SciPy is an extra, and nothing else here needs it

        found = values * in_dtype(ndtr(values), values.dtype)  # of half precision SciPy's is double
    y: X = found
    return y


def silu(x: X) -> X:
    """x * sigmoid(x).

    (S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function approximation", 2017)

    >>> import numpy as np
    >>> silu(np.array([-1.0, 3.0]))
    array([-0.26894142,  2.85772238])
    """
    values = as_floats(x)
    y: X = values * sigmoid(values)
    return y


def softmax(x: X, axis: int = -1) -> X:
    """exp(x) over its sum along an axis: numbers from 0 to 1 that add up to 1.

    Where x is -inf they are 0; they are nan where all of x is -inf along the axis.

    Raises:
        TypeError: x is complex, or the axis no integer.
        AxisError: there is no such axis.

    >>> import numpy as np
    >>> softmax(np.array([[0.0, 0.0], [1000.0, -np.inf]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    y: X = _along(softmax_along, "softmax", x, axis)
    return y


def log_softmax(x: X, axis: int = -1) -> X:
    """The logarithms of softmax(x), precise where it is far below 1, and where it is nearly 1.

    >>> import numpy as np
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    y: X = _along(log_softmax_along, "log_softmax", x, axis)
    return y


def _along(function: Callable[[Array, int], Array], name: str, x: Array, axis: int) -> Array:
    check_real(name, "x", x)
    values = as_floats(x)
    shape = shape_of(values)
    try:
        normalize_axis_tuple(axis, len(shape), name)  # raises an AxisError with the name of the function
    except TypeError:
        raise TypeError(f"{name}: axis must be an integer, got {axis!r}") from None
    return values if 0 in shape else function(values, axis)  # of nothing there is no largest element
