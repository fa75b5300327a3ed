"""Filters in sections of second order, and filters that run forward and backward, without a shift in phase.

They are made of `lfilter`. The state in which a filter neither rises nor falls while its input stays at 1 follows from
y[n] = y[n - 1] in the transposed direct form II (A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing",
6.3). Forward and backward filtering is that of F. Gustafsson, "Determining the initial states in forward-backward
filtering" (1996), with the signal extended at both ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.shapes.shape import in_dtype, normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.filters import Coefficients, check_leading, lfilter
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["filtfilt", "lfilter_zi", "sosfilt", "sosfilt_zi", "sosfiltfilt"]

# A row of six coefficients for each section.
Sections: TypeAlias = ArrayOrNumber | Sequence[Sequence[float]]
PadType: TypeAlias = Literal["odd", "even", "constant"] | None


@overload
def lfilter_zi(b: Variable, a: Variable | Coefficients) -> Variable: ...
@overload
def lfilter_zi(b: Coefficients, a: Variable) -> Variable: ...
@overload
def lfilter_zi(b: Coefficients, a: Coefficients) -> NDArray[Any]: ...
@as_in_scipy(signal.lfilter_zi)
def lfilter_zi(b: Any, a: Any) -> Any:
    """The state of `lfilter` in which the results for an input of ones are all the same.

    Args:
        b: the coefficients of the numerator, a vector.
        a: the coefficients of the denominator, a vector whose sum is not 0.

    Raises:
        ValueError: b or a is no vector with elements, or a[0] is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lfilter_zi([0.5], Variable(np.array([1.0, -0.5])))
    variable([0.5])
    """
    numerator, denominator = (np.reshape(y, (1,)) if not y.shape else y for y in _in_common_dtype(b, a))
    for name, y in (("b", numerator), ("a", denominator)):
        if len(y.shape) != 1 or not y.shape[0]:
            raise ValueError(f"scipy.signal.lfilter_zi: {name} must be a vector with elements, got the shape {y.shape}")
    check_leading("lfilter_zi", denominator)
    count = max(numerator.shape[0], denominator.shape[0])
    if count == 1:
        return numerator[:0] / denominator[0]
    numerator, denominator = (
        np.concatenate([y, np.zeros(count - y.shape[0], y.dtype)]) / denominator[0] for y in (numerator, denominator)
    )
    rest = numerator - denominator * numerator[0]  # of which the first is 0
    first = np.sum(rest) / np.sum(denominator)
    return (np.cumsum(denominator) * first - np.cumsum(rest))[:-1]


@overload
def sosfilt_zi(sos: Variable) -> Variable: ...
@overload
def sosfilt_zi(sos: Sections) -> NDArray[Any]: ...
@as_in_scipy(signal.sosfilt_zi)
def sosfilt_zi(sos: Any) -> Any:
    """The state of `sosfilt` in which the results for an input of ones are all the same, of shape (sections, 2).

    Raises:
        ValueError: sos has not the shape (sections, 6), or a row's fourth coefficient is not 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfilt_zi(Variable(np.array([[0.5, 0.0, 0.0, 1.0, -0.5, 0.0]])))
    variable([[0.5 0. ]])
    """
    sections = sections_of("sosfilt_zi", sos)
    gains = np.sum(sections[:, :3], axis=1) / np.sum(sections[:, 3:], axis=1)
    scales = np.concatenate([np.ones_like(gains[:1]), np.cumprod(gains[:-1])])
    states = [lfilter_zi(sections[i, :3], sections[i, 3:]) for i in range(sections.shape[0])]
    return scales[:, np.newaxis] * np.stack(states)


@overload
def sosfilt(sos: Variable, x: Operand, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def sosfilt(sos: Sections, x: Variable, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def sosfilt(sos: Sections, x: ArrayOrNumber, axis: int = -1, zi: None = None) -> NDArray[Any]: ...
@overload
def sosfilt(sos: Variable, x: Operand, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(sos: Sections, x: Variable, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(sos: Sections, x: ArrayOrNumber, axis: int = -1, *, zi: Variable) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(
    sos: Sections, x: ArrayOrNumber, axis: int = -1, *, zi: ArrayOrNumber
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.sosfilt)
def sosfilt(sos: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """The results of a filter in sections of second order, each of which filters what the one before gives.

    Args:
        sos: a row of six coefficients for each section: three of the numerator, three of the denominator, of which the
            first is 1 and has the derivative 0.
        x: the array that is filtered, along an axis.
        axis: that axis.
        zi: the states to start in, of the shape (sections, *shape of x), where the axis has two elements.

    Returns:
        y, of the shape of x; with zi, y and the final states.

    Raises:
        ValueError: sos or zi has not that shape, a row's fourth coefficient is not 1, or x has no axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfilt([[1.0, 0.0, 0.0, 1.0, -0.5, 0.0]], Variable(np.array([1.0, 0.0, 0.0])))
    variable([1.   0.5  0.25])
    """
    sections, y = sections_of("sosfilt", sos), as_operand(x)
    states = None if zi is None else as_operand(zi)
    count = sections.shape[0]
    if states is not None and (len(states.shape) != len(y.shape) + 1 or states.shape[0] != count):
        raise ValueError(
            f"scipy.signal.sosfilt: zi must have the shape ({count}, ...), of one axis more than x of shape {y.shape}; "
            f"got {states.shape}"
        )
    ends = []
    for i in range(count):
        b, a = sections[i, :3], sections[i, 3:]
        if states is None:
            y = lfilter(b, a, y, axis)
        else:
            y, end = lfilter(b, a, y, axis, zi=states[i])
            ends.append(end)
    return y if states is None else (y, np.stack(ends))


@overload
def filtfilt(
    b: Variable,
    a: Variable | Coefficients,
    x: Operand,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable: ...
@overload
def filtfilt(
    b: Coefficients,
    a: Variable,
    x: Operand,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable: ...
@overload
def filtfilt(
    b: Coefficients,
    a: Coefficients,
    x: Variable,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable: ...
@overload
def filtfilt(
    b: Coefficients,
    a: Coefficients,
    x: ArrayOrNumber,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> NDArray[Any]: ...
@as_in_scipy(signal.filtfilt)
def filtfilt(
    b: Any,
    a: Any,
    x: Any,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Any:
    """The results of a linear filter that runs forward and then backward, so that nothing is shifted.

    The arguments are those of `scipy.signal.filtfilt`. b, a and x are as of `lfilter`. `padtype` says how x is extended
    at both ends by `padlen` elements, three times the number of coefficients if it is not given.

    Raises:
        ValueError: b, a or x is none that `lfilter` takes; the method is "gust", which has no derivative here; there is
            no such method or padtype; or x is not longer than padlen.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> x = np.array([0.0, 1.0, 0.0, -1.0])
    >>> grad(lambda c: filtfilt(np.array([1.0]) * c, [1.0], x, padlen=2).sum())(2.0)
    np.float64(0.0)
    """
    if method != "pad":
        raise ValueError(f"scipy.signal.filtfilt: with Variables the method is 'pad', got {method!r} (irlen {irlen})")
    count = max(int(np.prod(shape_of(as_operand(y)), dtype=int)) for y in (b, a))
    (axis,) = normalize_axes(axis, len(shape_of(as_operand(x))))
    y = np.moveaxis(_in_common_dtype(x, b, a)[0], axis, -1)
    edge = _edge("filtfilt", padtype, padlen, 3 * count, y.shape[-1])
    state = lfilter_zi(b, a)
    y = _both_ways(lambda y: lfilter(b, a, y, zi=state * y[..., :1])[0], y, padtype, edge)
    return np.moveaxis(y, -1, axis)


@binary_array_function
@as_in_scipy(signal.sosfiltfilt)
def sosfiltfilt(sos: Operand, x: Operand, axis: int = -1, padtype: PadType = "odd", padlen: int | None = None) -> Array:
    """The results of a filter in sections that runs forward and then backward, so that nothing is shifted.

    The arguments are those of `sosfilt` and `filtfilt`.

    Raises:
        ValueError: what `sosfilt` raises; there is no such padtype; or x is not longer than padlen.
        TypeError: padlen is not given, and sos is batched or traced: it depends on which coefficients are 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfiltfilt([[0.5, 0.5, 0.0, 1.0, 0.0, 0.0]], Variable(np.array([0.0, 4.0, 0.0, 4.0])), padlen=1)
    variable([0. 2. 2. 4.])
    """
    sections = sections_of("sosfiltfilt", sos)
    (axis,) = normalize_axes(axis, len(shape_of(as_operand(x))))
    y = np.moveaxis(_in_common_dtype(x, sections)[0], axis, -1)
    edge = _edge("sosfiltfilt", padtype, padlen, 0 if padlen is not None else _default_padlen(sections), y.shape[-1])
    starts: Array = sosfilt_zi(sections)
    states = np.reshape(starts, (starts.shape[0], *[1] * (len(y.shape) - 1), 2))
    y = _both_ways(lambda y: sosfilt(sections, y, zi=states * y[..., :1])[0], y, padtype, edge)
    return np.moveaxis(y, -1, axis)


def sections_of(name: str, sos: Any) -> Array:
    """The sections of a filter, with ones where they must be.

    Raises:
        ValueError: sos has not the shape (sections, 6), or a row's fourth coefficient is not 1.
    """
    sections = as_operand(sos)
    shape = shape_of(sections)
    if len(shape) != 2 or shape[1] != 6 or not shape[0]:
        raise ValueError(f"scipy.signal.{name}: sos must have the shape (sections, 6), got {shape}")
    leading = undifferentiated(sections[:, 3:4])
    if type(leading) is not Variable and np.any(np.not_equal(leading, 1)):
        raise ValueError(f"scipy.signal.{name}: sos[:, 3] must be all ones")
    return np.concatenate([sections[:, :3], np.ones_like(leading), sections[:, 4:]], axis=1)


def _default_padlen(sections: Array) -> int:
    """Three times the order of the filter and one more, where the last coefficients of sections are not 0."""
    known = undifferentiated(sections)
    if type(known) is Variable:
        raise TypeError(
            "scipy.signal.sosfiltfilt: how far x is extended depends on which coefficients of sos are 0, and sos is "
            "batched or traced; give padlen="
        )
    zeros = np.sum(np.equal(known[:, [2, 5]], 0), axis=0)
    return 3 * (2 * len(known) + 1 - int(np.min(zeros)))


def _edge(name: str, padtype: PadType, padlen: int | None, default: int, length: int) -> int:
    """By how many elements a signal of some length is extended."""
    if padtype not in ("odd", "even", "constant", None):
        raise ValueError(f"scipy.signal.{name}: padtype must be 'odd', 'even', 'constant' or None, got {padtype!r}")
    edge = 0 if padtype is None else default if padlen is None else padlen
    if edge < 0 or length <= edge:
        raise ValueError(
            f"scipy.signal.{name}: x has {length} elements along the axis; it must have more than padlen, {edge}"
        )
    return edge


def _in_common_dtype(*xs: Any) -> list[Array]:
    """Arrays in the dtype of the results: in its own `2 * x[0] - x` of a `uint8` would be a `uint8`."""
    arrays = [as_operand(x) for x in xs]
    dtype = np.result_type(np.float16, *[x.dtype for x in arrays])
    return [in_dtype(x, dtype) for x in arrays]


def _both_ways(run: Callable[[Array], Array], x: Array, padtype: PadType, edge: int) -> Array:
    """The results of a filter along the last axis that runs over an extended signal, forward and then backward."""
    y = extended(x, padtype, edge)
    for _ in range(2):
        y = run(y)[..., ::-1]
    return y[..., edge : y.shape[-1] - edge]


def extended(x: Array, padtype: PadType, edge: int) -> Array:
    """A signal with so many elements more at both ends of the last axis."""
    if not edge:
        return x
    first, last = x[..., :1], x[..., -1:]
    if padtype == "constant":
        before, after = (np.broadcast_to(end, (*x.shape[:-1], edge)) for end in (first, last))
    else:
        before, after = x[..., edge:0:-1], x[..., -2 : -edge - 2 : -1]
        if padtype == "odd":
            before, after = 2 * first - before, 2 * last - after
    return np.concatenate([before, x, after], axis=-1)
