"""Running sums and products along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import DTypeLike

from pydezero.core.batching import as_rows
from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import General, Linear, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.shapes.shape import along, astype, in_dtype

if TYPE_CHECKING:
    from pydezero.core.function_types import ArrayFunction

__all__ = [
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "nancumprod",
    "nancumsum",
]


def _cumsum_rule(g: Array, x_shape: tuple[int, ...], axis: int | None) -> Array:
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], x_shape)
    backwards = (slice(None),) * axis + (slice(None, None, -1),)
    return np.cumsum(g[backwards], axis=axis)[backwards]


_cumsum_p: Final[Linear] = define(
    Linear,
    "cumsum",
    np.cumsum,
    _cumsum_rule,
    batch=lambda _, x, axis: bind(_cumsum_p, as_rows(x) if axis is None else x, axis=1 if axis is None else axis + 1),
)


@array_function
def cumsum(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running sum along an axis, or over all elements in one axis by default; computed in a dtype.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumsum(Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 3. 6.])
    """
    if axis is not None:
        a, axis = along(a, axis)
    if dtype is not None:
        return in_dtype(bind(_cumsum_p, astype(a, dtype), axis=axis), np.dtype(dtype))
    return bind(_cumsum_p, a, axis=axis)


def _cumprod_rule(g: Array, x: Array, out: Array, axis: int) -> Array:
    """The product of the elements before each one, times the cotangent that reaches it from the products behind."""
    g, x, out = [np.moveaxis(v, axis, -1) for v in (g, x, out)]
    before = np.concatenate([np.ones_like(x[..., :1]), out[..., :-1]], axis=-1)
    behind = np.concatenate([x[..., 1:], np.zeros_like(x[..., :1])], axis=-1)
    return np.moveaxis(before * _recurrence(g, behind), -1, axis)


def _recurrence(g: Array, a: Array) -> Array:
    """The solution s of s[i] = g[i] + a[i] * s[i + 1] along the last axis, with 0 behind the end.

    Two steps at once make a recurrence of half the length for every other element (odd-even reduction), so that there
    are few operations on long arrays; and nothing is ever divided by an element, so that zeros are right, and all
    further derivatives at them.
    """
    n = g.shape[-1]
    if n <= 1:
        return g
    pairs = n // 2
    g_even, g_odd, a_even, a_odd = g[..., : 2 * pairs : 2], g[..., 1::2], a[..., : 2 * pairs : 2], a[..., 1::2]
    g_last, a_last = g[..., 2 * pairs :], a[..., 2 * pairs :]
    even = _recurrence(
        np.concatenate([g_even + a_even * g_odd, g_last], axis=-1),
        np.concatenate([a_even * a_odd, a_last], axis=-1),
    )
    following = even[..., 1:] if n % 2 else np.concatenate([even[..., 1:], np.zeros_like(even[..., :1])], axis=-1)
    both = np.stack([even[..., :pairs], g_odd + a_odd * following], axis=-1)
    return np.concatenate([np.reshape(both, (*g.shape[:-1], 2 * pairs)), even[..., pairs:]], axis=-1)


_cumprod_p: Final[General] = define(
    General,
    "cumprod",
    np.cumprod,
    _cumprod_rule,
    batch=lambda _, x, axis: bind(_cumprod_p, x, axis=axis + 1),
)


@array_function
def cumprod(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running product along an axis, or over all elements in one axis by default; computed in a dtype.

    Zeros among the elements are no obstacle to any derivative: nothing is divided by an element.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> cumprod(Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 2. 6.])
    >>> grad(lambda x: np.cumprod(x)[-1])(np.array([2.0, 0.0, 3.0]))
    array([0., 6., 0.])
    """
    a, axis = along(a, axis)
    if dtype is not None:
        return in_dtype(bind(_cumprod_p, astype(a, dtype), axis=axis), np.dtype(dtype))
    return bind(_cumprod_p, a, axis=axis)


@array_function
def cumulative_sum(
    x: Operand, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Array:
    """The running sum along an axis, which begins with a zero if `include_initial` is set.

    Raises:
        ValueError: x has several axes, and `axis` is not given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_sum(Variable(np.array([1.0, 2.0, 3.0])), include_initial=True)
    variable([0. 1. 3. 6.])
    """
    return _cumulative("cumulative_sum", cumsum, 0, x, axis, dtype, include_initial)


@array_function
def cumulative_prod(
    x: Operand, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Array:
    """The running product along an axis, which begins with a one if `include_initial` is set.

    Raises:
        ValueError: x has several axes, and `axis` is not given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_prod(Variable(np.array([1.0, 2.0, 3.0])), include_initial=True)
    variable([1. 1. 2. 6.])
    """
    return _cumulative("cumulative_prod", cumprod, 1, x, axis, dtype, include_initial)


def _cumulative(
    name: str,
    function: ArrayFunction[[int | None, DTypeLike | None]],
    first: int,
    x: Operand,
    axis: int | None,
    dtype: DTypeLike | None,
    include_initial: bool,
) -> Array:
    shape = shape_of(x) or (1,)
    if axis is None and len(shape) > 1:
        raise ValueError(f"{name}: of x of shape {shape} axis= has to say which axis it runs along")
    axis = normalize_axis_index(axis or 0, len(shape))
    out: Array = function(x, axis if shape_of(x) else None, dtype)
    if not include_initial:
        return out
    beginning = beside(np.full((*shape[:axis], 1, *shape[axis + 1 :]), first, out.dtype), out)
    return concatenate([beginning, out], axis=axis)


@array_function
@without_variables(np.nancumsum)
def nancumsum(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running sum with nan taken for zeros; their derivative is 0. The parameters are those of `cumsum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nancumsum(Variable(np.array([1.0, np.nan, 3.0])))
    variable([1. 1. 4.])
    """
    return cumsum(_filled(a, 0), axis, dtype)


@array_function
@without_variables(np.nancumprod)
def nancumprod(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running product with nan taken for ones; their derivative is 0. The parameters are those of `cumprod`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nancumprod(Variable(np.array([1.0, np.nan, 3.0])))
    variable([1. 1. 3.])
    """
    return cumprod(_filled(a, 1), axis, dtype)


def _filled(a: Operand, value: int) -> Array:
    """The elements with this value in the place of nan."""
    return where(np.isnan(undifferentiated(a)), value, a)
